"""What ClickHouse holds of a session, whatever tables there are."""

from __future__ import annotations

import asyncio

from clickhouse_connect.driver.client import Client

from tests.support.waiting import until

KEPT = "deleted_sessions"
"""The one table that may have a row of a session that was deleted."""

_TABLES = """
SELECT table FROM system.columns
WHERE database = 'viva' AND name = 'session'
  AND table IN (SELECT name FROM system.tables WHERE database = 'viva' AND engine NOT LIKE '%View')
"""


def rows(reader: Client, session: str) -> dict[str, int]:
    """Return the rows of ``session`` by table, of every table with a column for a session."""
    found = {}
    for (table,) in reader.query(_TABLES).result_rows:
        sql = f"SELECT count() FROM viva.{table} WHERE session = {{session:String}}"
        found[table] = int(str(reader.command(sql, parameters={"session": session})))
    return found


async def gone(reader: Client, session: str, seconds: float = 60) -> None:
    """Wait until nothing is left of ``session`` but that it was deleted."""

    async def only_that() -> bool:
        found = await asyncio.to_thread(rows, reader, session)
        return [table for table, number in found.items() if number] == [KEPT]

    await until(only_that, f"the rows of {session} to go", seconds)
