"""The row store on ClickHouse: typed inserts in the Native format."""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError, DataError

from schemas.events import SessionConnected
from schemas.settings import ClickHouseSettings
from streams.runtime.backoff import DependencyUnavailable
from workers.sink import erasure
from workers.sink.service import Group, RowsRefusedError
from workers.sink.shapes import SHAPES, Row, Shape
from workers.sink.thread import CallThread

T = TypeVar("T")

_CONNECT_S = 5
_INSERT_S = 20
"""Seconds after which a server that does not answer is taken to be away."""

_REFUSED_CODES = frozenset(
    {
        27,  # CANNOT_PARSE_INPUT_ASSERTION_FAILED
        53,  # TYPE_MISMATCH
        69,  # ARGUMENT_OUT_OF_BOUND
        70,  # CANNOT_CONVERT_TYPE
        117,  # INCORRECT_DATA
        131,  # TOO_LARGE_STRING_SIZE
        349,  # CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
        469,  # VIOLATED_CONSTRAINT
    }
)
"""Server errors that lie in the rows. Every other error means: wait and try again."""

_CONVERSION_ERRORS = (AttributeError, KeyError, OverflowError, TypeError, ValueError, struct.error)
"""What the driver raises for a value that a column's type cannot hold."""


class ClickHouseStore:
    """Inserts with clickhouse-connect's client in a thread of its own.

    The driver turns rows into columns in Python; in a thread that does not hold up the loop.
    """

    def __init__(self, settings: ClickHouseSettings) -> None:
        self._settings = settings
        self._thread = CallThread("clickhouse")
        self._client: Any = None
        self._contexts: dict[Shape, Any] = {}

    async def open(self) -> str:
        """Connect and check that every table is there.

        Raises:
            DependencyUnavailable: ClickHouse is away, refuses us, or lacks a table.
        """
        return await self._in_thread(self._open)

    async def insert(self, groups: Sequence[Group]) -> None:
        """Insert one group after the other, each when the one before is acknowledged.

        All in one call of the thread: going to and fro between it and a busy event loop takes as
        long as inserting a small group.

        Raises:
            RowsRefusedError: a row does not fit the table.
            DependencyUnavailable: ClickHouse is away.
        """
        await self._in_thread(lambda: self._insert_all(groups))

    async def deleted(self) -> set[str]:
        """Return all sessions that were deleted.

        Raises:
            DependencyUnavailable: ClickHouse is away.
        """
        database = self._settings.database
        return await self._in_thread(lambda: erasure.deleted(self._connect(), database))

    async def erase(self, sessions: Collection[str]) -> set[str]:
        """Have the rows of those of ``sessions`` that were deleted go, and return which these are.

        Raises:
            DependencyUnavailable: ClickHouse is away, or still at work after ``_INSERT_S``.
        """
        database = self._settings.database
        return await self._in_thread(lambda: erasure.erase(self._connect(), database, sessions))

    async def close(self) -> None:
        """Close the connection and end the thread."""
        self._thread.stop()
        if self._client is not None:
            self._client.close()

    async def _in_thread(self, call: Callable[[], T]) -> T:
        try:
            return await self._thread.run(call)
        except (ClickHouseError, OSError) as error:
            reason = " ".join(str(error).split())[:300]
            raise DependencyUnavailable("clickhouse", reason) from error

    def _connect(self) -> Any:
        if self._client is None:
            settings = self._settings
            self._client = clickhouse_connect.get_client(
                host=settings.host,
                port=settings.port,
                username=settings.user,
                password=settings.password.get_secret_value(),
                secure=settings.secure,
                connect_timeout=_CONNECT_S,
                send_receive_timeout=_INSERT_S,
                autogenerate_session_id=False,
                client_name="viva-sink",
            )
        return self._client

    def _open(self) -> str:
        client = self._connect()
        database = self._settings.database
        found = client.query(
            "SELECT name FROM system.tables WHERE database = {database:String}",
            parameters={"database": database},
        )
        present = {row[0] for row in found.result_rows}
        missing = sorted({shape.table for shape in SHAPES.values()} - present)
        if missing:
            raise DependencyUnavailable(
                "clickhouse", f"table {database}.{missing[0]} is missing: run the migrations"
            )
        # now rather than with the first candidate's records: the columns' types are asked for, and
        # the driver imports what it needs for an insert (seconds, where pandas is installed)
        for shape in SHAPES.values():
            self._context(client, shape)
        sample = SessionConnected(session="warm", at=0)
        context = self._context(client, SHAPES[SessionConnected])
        context.data = [SHAPES[SessionConnected].row(sample, 0)]
        context.data = None
        return f"ClickHouse {client.server_version}"

    def _context(self, client: Any, shape: Shape) -> Any:
        """Return the reusable insert of ``shape``, which knows the table's column types."""
        if shape not in self._contexts:
            self._contexts[shape] = client.create_insert_context(
                shape.table, shape.columns, database=self._settings.database
            )
        return self._contexts[shape]

    def _insert_all(self, groups: Sequence[Group]) -> None:
        for shape, rows in groups:
            self._insert(shape, rows)

    def _insert(self, shape: Shape, rows: Sequence[Row]) -> None:
        client = self._connect()
        context = self._context(client, shape)
        try:
            client.insert(data=rows, context=context)
        except _CONVERSION_ERRORS as error:
            raise RowsRefusedError(f"{shape.table}: {error}"[:300]) from error
        except ClickHouseError as error:
            code = getattr(error, "code", None)
            if code in _REFUSED_CODES or (isinstance(error, DataError) and code is None):
                reason = " ".join(str(error).split())
                raise RowsRefusedError(f"{shape.table}: {reason}"[:300]) from error
            raise
        finally:
            context.data = None
            if context.insert_exception is not None:
                del self._contexts[shape]
