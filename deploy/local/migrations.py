"""Applies the schema's migrations to the stack's ClickHouse."""

from __future__ import annotations

from typing import Any

import clickhouse_connect


def migrate(arguments: dict[str, Any]) -> None:
    """Bring the tables up to date. Blocks; safe to repeat.

    Args:
        arguments: of ``clickhouse_connect.get_client``, as the writer.
    """
    from schemas import clickhouse

    if not hasattr(clickhouse, "migrate"):
        return
    with clickhouse_connect.get_client(**arguments) as client:
        clickhouse.migrate(client)
