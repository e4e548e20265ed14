"""Deleting what is stored of a session, in every table that has rows of it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from typing import Any

from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from schemas.ids import parse_session_id
from workers.sink.shapes import TABLES

logger = logging.getLogger(__name__)

TOMBSTONES = TABLES["session.deleted"]
"""The one table that keeps a row of a deleted session."""

_AT_ONCE = 1000
"""Sessions in one statement, so that it stays well below the length that ClickHouse takes."""

_TABLES = """
SELECT table
FROM system.columns
WHERE database = {database:String} AND name = 'session' AND table != {kept:String}
  AND table IN (
      SELECT name FROM system.tables
      WHERE database = {database:String} AND endsWith(engine, 'MergeTree')
  )
ORDER BY table
"""


def deleted(client: Any, database: str) -> set[str]:
    """Return all sessions that were deleted."""
    return _sessions(client, f"SELECT DISTINCT session FROM {database}.{TOMBSTONES}")  # noqa: S608


def erase(client: Any, database: str, sessions: Collection[str]) -> set[str]:
    """Have the rows of those of ``sessions`` that were deleted go, and return which these are.

    ClickHouse has noted what to delete when this returns, and does it in the background, after a
    restart too: it rewrites parts, and nobody's score is to wait for that. What it refuses is
    logged, and asked for again when a sink starts.
    """
    tombstones = f"SELECT DISTINCT session FROM {database}.{TOMBSTONES} WHERE "  # noqa: S608
    gone: set[str] = set()
    for some in _parts(sessions):
        gone |= _sessions(client, tombstones + _are(some))
    for some in _parts(gone):
        for table in _tables(client, database):
            _erase(client, f"{database}.{table}", _are(some))
    return gone


def _erase(client: Any, table: str, condition: str) -> None:
    if not client.query(f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1").result_rows:  # noqa: S608
        return
    try:
        client.command(f"ALTER TABLE {table} DELETE WHERE {condition} SETTINGS mutations_sync = 0")
    except OperationalError:
        raise  # ClickHouse is away: that is waited for
    except DatabaseError:  # too many at once, say: nobody's rows are to wait for these
        logger.exception("rows of deleted sessions stay for now", extra={"table": table})


def _tables(client: Any, database: str) -> list[str]:
    """Return the tables that have rows of sessions, by their columns: none can be forgotten."""
    found = client.query(_TABLES, parameters={"database": database, "kept": TOMBSTONES})
    return [str(row[0]) for row in found.result_rows]


def _sessions(client: Any, sql: str) -> set[str]:
    return {str(row[0]) for row in client.query(sql).result_rows}


def _parts(sessions: Collection[str]) -> Iterator[list[str]]:
    ids = sorted(sessions)
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]


def _are(sessions: Collection[str]) -> str:
    """Return the condition that a row is of one of ``sessions``.

    In the text and not as a parameter, which would travel in the address and make it too long. A
    session's id has no character that means anything in SQL.
    """
    names = ", ".join(f"'{parse_session_id(each)}'" for each in sessions)
    return f"session IN ({names})"
