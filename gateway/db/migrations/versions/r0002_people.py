"""People, their log-ins, and counts of failed attempts."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, String

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "people",
        Column("person", String(64), primary_key=True),
        Column("email", String(254), nullable=False, unique=True),
        Column("name", String(100), nullable=False),
        Column("role", String(20), nullable=False),
        Column("password_hash", String(200), nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("disabled", Boolean, nullable=False),
    )
    op.create_table(
        "logins",
        Column("login", String(64), primary_key=True),
        Column("person", String(64), ForeignKey("people.person"), nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("seen_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
    )
    op.create_index("logins_by_person", "logins", ["person"])
    op.create_table(
        "attempts",
        Column("key", String(64), primary_key=True),
        Column("failures", Integer, nullable=False),
        Column("open_at", BigInteger, nullable=False),
        Column("leaks_since", BigInteger, nullable=False),
    )
