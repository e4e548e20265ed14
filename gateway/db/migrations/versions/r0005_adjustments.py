"""What is made easier for who is invited."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column: nothing, for invitations that are there."""
    op.add_column("invitations", Column("adjustments", Text, nullable=False, server_default="{}"))
