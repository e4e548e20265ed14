"""Applies the schema's migrations to the stack's ClickHouse."""

from __future__ import annotations

from typing import Any

from deploy.local.errors import LocalError
from schemas.clickhouse import MigrationError
from schemas.clickhouse import migrate as apply_migrations


def migrate(arguments: dict[str, Any]) -> list[str]:
    """Bring the tables up to date and return the migrations newly applied. Blocks.

    Args:
        arguments: of ``clickhouse_connect.get_client``, as the writer.

    Raises:
        LocalError: the tables cannot be brought to what the code expects.
    """
    import clickhouse_connect  # slow to import, and most commands never migrate

    with clickhouse_connect.get_client(**arguments) as client:
        try:
            return apply_migrations(client)
        except MigrationError as error:
            raise LocalError(f"ClickHouse: {error}") from error
