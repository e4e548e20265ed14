"""The engine: one writer thread, a small pool of readers, a fresh session for each query.

A chDB connection is a session of its own (settings, current database) and costs 0.2 ms, so every
query gets a new one and none sees what another has set. One more connection stays open as long as
the server runs: the engine shuts down with its last connection.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import chdb

from deploy.local.clickhouse.errors import ClickHouseError
from deploy.local.clickhouse.statement import Kind, Statement


@dataclass(frozen=True, slots=True)
class Query:
    """One statement with all it runs under."""

    statement: Statement
    format: str
    database: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a query; ``data`` is formatted, counts are rows and bytes, time in seconds."""

    data: bytes
    rows_read: int = 0
    bytes_read: int = 0
    rows_written: int = 0
    bytes_written: int = 0
    elapsed: float = 0.0


def quote(value: str) -> str:
    """Return ``value`` as an SQL string literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def identifier(name: str) -> str:
    """Return ``name`` as a quoted SQL identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


class Engine:
    """Owns the folder at ``path``; only one process may.

    Raises:
        ClickHouseError: the folder is held by another process or cannot be used.
    """

    def __init__(self, path: Path, readers: int) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._path = str(path)
        try:
            self._anchor = chdb.connect(self._path)
        except RuntimeError as error:
            raise ClickHouseError.from_engine(error) from None
        self._close_default_database()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="reader")
        version, timezone = self._ask("SELECT version(), timezone()").split("\t")
        self.version, self.timezone = version, timezone
        names = self._ask("SELECT lower(name) FROM system.table_functions")
        self.table_functions = frozenset(names.split("\n"))

    def _close_default_database(self) -> None:
        """Make ``default`` an ordinary, empty database.

        In the embedded engine it also shows every file on disk as a table, to any reader. One
        that takes no tables can be made anew at each start without losing what someone stored.
        """
        self._anchor.query("DROP DATABASE IF EXISTS default")
        self._anchor.query("CREATE DATABASE default ENGINE = Dictionary")

    def _ask(self, sql: str) -> str:
        return bytes(self._anchor.query(sql, "TSV").bytes()).decode().strip()

    async def run(self, query: Query, *, may_write: bool) -> Result:
        """Run ``query`` in the writer's or a reader's thread.

        Raises:
            ClickHouseError: the engine refused it or failed.
        """
        writes = may_write and query.statement.kind is not Kind.READ
        pool = self._writer if writes else self._readers
        work: Callable[[Query], Result] = (
            self._insert if writes and query.statement.kind is Kind.INSERT else self._query
        )
        return await asyncio.get_running_loop().run_in_executor(pool, self._guard, work, query)

    def close(self) -> None:
        """Let running queries end, then shut the engine down."""
        self._readers.shutdown(cancel_futures=True)
        self._writer.shutdown(cancel_futures=True)
        self._anchor.close()

    @staticmethod
    def _guard(work: Callable[[Query], Result], query: Query) -> Result:
        try:
            return work(query)
        except RuntimeError as error:
            raise ClickHouseError.from_engine(error) from None

    def _session(self, query: Query) -> Any:
        session = chdb.connect(self._path)
        try:
            if query.database:
                session.query(f"USE {identifier(query.database)}")
            parameters = {f"param_{name}": value for name, value in query.parameters.items()}
            # Limits come last: `readonly` among them forbids changing them again.
            for name, value in (
                *query.settings.items(),
                *parameters.items(),
                *query.limits.items(),
            ):
                session.query(f"SET {identifier(name)} = {quote(value)}")
        except BaseException:
            session.close()
            raise
        return session

    def _query(self, query: Query) -> Result:
        return self._run(query, query.statement.text)

    def _insert(self, query: Query) -> Result:
        # From a file in memory, and not by the engine's streaming insert: that one says that all is
        # well when a part could not be written, such as on a full disk.
        statement = query.statement
        with os.fdopen(os.memfd_create("insert"), "wb") as file:
            file.write(statement.data)
            file.flush()
            return self._run(
                query,
                f"{statement.text} FROM INFILE '/proc/self/fd/{file.fileno()}' "
                f"COMPRESSION 'none' {statement.settings} FORMAT {statement.format}",
            )

    def _run(self, query: Query, sql: str) -> Result:
        session = self._session(query)
        try:
            found = session.query(sql, query.format)
            return Result(
                bytes(found.bytes()),
                found.rows_read(),
                found.bytes_read(),
                found.rows_written(),
                found.bytes_written(),
                found.elapsed(),
            )
        finally:
            session.close()
