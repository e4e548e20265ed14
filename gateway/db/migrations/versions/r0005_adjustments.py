"""What is made easier for who is invited; jobs so far had no number of retakes that counted."""

from __future__ import annotations

import json

from alembic import op
from sqlalchemy import Column, MetaData, String, Table, Text, select, update

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column: nothing, for invitations that are there.

    Jobs say 0 retakes, which nothing followed: their candidates may go on as they could.
    """
    op.add_column("invitations", Column("adjustments", Text, nullable=False, server_default="{}"))
    jobs = Table("jobs", MetaData(), Column("job", String(64)), Column("wish", Text))
    connection = op.get_bind()
    for job, text in connection.execute(select(jobs.c.job, jobs.c.wish)).all():
        wish = json.loads(text)
        if wish.get("retakes") == 0:
            wish = json.dumps(wish | {"retakes": None}, ensure_ascii=False)
            connection.execute(update(jobs).where(jobs.c.job == job).values(wish=wish))
