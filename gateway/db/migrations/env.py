"""What Alembic runs: the revisions, in the transaction that was opened for them."""

from __future__ import annotations

from alembic import context

from gateway.db.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
)
context.run_migrations()
