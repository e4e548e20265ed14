"""Sessions that were deleted."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, String, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "deletions",
        Column("session", String(64), primary_key=True),
        Column("slot", Integer, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("remains", Text, nullable=False),
    )
