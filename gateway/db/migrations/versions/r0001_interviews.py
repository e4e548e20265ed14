"""Sessions, résumés and gateways, as they were before there were revisions."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create what is not there: older databases have all three tables, or two of them."""
    op.create_table(
        "sessions",
        Column("session", String(64), primary_key=True),
        Column("version", BigInteger, nullable=False),
        Column("slot", Integer, nullable=False),
        Column("epoch", Integer, nullable=False),
        Column("state", String(20), nullable=False),
        Column("question", Integer, nullable=False),
        Column("attempt", Integer, nullable=False),
        Column("language", String(8), nullable=False),
        Column("policy", String(20), nullable=False),
        Column("baseline", Text, nullable=False),
        Column("connected", Boolean, nullable=False),
        Column("recording", Boolean, nullable=False),
        Column("pending", Integer, nullable=False),
        Column("connection_changed_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger, nullable=False),
        Column("interview", Text, nullable=False),
        if_not_exists=True,
    )
    op.create_index("sessions_by_state", "sessions", ["state", "connected"], if_not_exists=True)
    op.create_table(
        "resumes",
        Column("resume", String(64), primary_key=True),
        Column("object", String(200), nullable=False),
        Column("sections", Text, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "gateways",
        Column("slot", Integer, primary_key=True),
        Column("inbox_offset", BigInteger, nullable=False),
        Column("seen_at", BigInteger, nullable=False),
        if_not_exists=True,
    )
