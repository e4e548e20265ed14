"""Brings the database to the newest revision, whichever gateway comes first."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_LOCK = 0x76697661
"""PostgreSQL's advisory locks are numbers, shared by all that use the database: ours is "viva"."""


class NewerDatabase(RuntimeError):  # noqa: N818 - says what the database is
    """The database was migrated by a later version; this one must not touch it."""


async def migrate(engine: AsyncEngine) -> None:
    """Apply the revisions that are missing, all or none.

    Gateways that start together do it one after the other, and the later ones find nothing to do.
    Tables from before there were revisions are kept as they are: the first revision creates only
    what is not there.

    Raises:
        NewerDatabase: it is at a revision that this version does not know.
        sqlalchemy.exc.SQLAlchemyError: the database cannot be reached or written.
    """
    async with engine.begin() as connection:
        await _lock(connection)
        await connection.run_sync(_upgrade)


async def _lock(connection: AsyncConnection) -> None:
    """Wait for the right to change tables; it ends with the transaction."""
    if connection.dialect.name == "sqlite":
        # Python begins a transaction only before it writes rows, not before it creates a table.
        await connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise NewerDatabase(
            f"the gateway's database was written by a later version ({error}): install that one, "
            "or put back a copy from before"
        ) from None
