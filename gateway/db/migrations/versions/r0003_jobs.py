"""Jobs and invitations."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, String, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(
        "jobs",
        Column("job", String(64), primary_key=True),
        Column("owner", String(64), ForeignKey("people.person"), nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("archived_at", BigInteger, nullable=False),
        Column("wish", Text, nullable=False),
    )
    op.create_index("jobs_by_owner", "jobs", ["owner"])
    op.create_table(
        "invitations",
        Column("invitation", String(64), primary_key=True),
        Column("job", String(64), ForeignKey("jobs.job"), nullable=False),
        Column("name", String(100), nullable=False),
        Column("email", String(254), nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("revoked_at", BigInteger, nullable=False),
        Column("session", String(64), unique=True),
    )
    op.create_index("invitations_by_job", "invitations", ["job"])
