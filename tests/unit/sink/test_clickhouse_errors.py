"""Which errors lie in the rows, and which mean: wait."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError, DataError, OperationalError

from schemas.settings import ClickHouseSettings
from streams.runtime.backoff import DependencyUnavailable
from tests.unit.sink.fakes import chunks
from workers.sink.clickhouse import ClickHouseStore
from workers.sink.service import RowsRefusedError
from workers.sink.shapes import SHAPES


class Context:
    insert_exception: Exception | None = None
    data: Any = None


class Client:
    """clickhouse-connect's client with every insert failing."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def create_insert_context(self, *_: Any, **__: Any) -> Context:
        return Context()

    def insert(self, **_: Any) -> None:
        raise self.error

    def close(self) -> None:
        return None


async def _insert(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clickhouse_connect.get_client", lambda **_: Client(error))
    store = ClickHouseStore(ClickHouseSettings())
    event = chunks(1)[0]
    shape = SHAPES[type(event)]
    try:
        await store.insert([(shape, [shape.row(event, 0)])])
    finally:
        await store.close()


@pytest.mark.parametrize(
    "error",
    [
        DataError("None in a column that is not Nullable"),
        DatabaseError("constraint violated", code=469),
        DatabaseError("cannot convert", code=70),
        struct.error("'I' format requires 0 <= number"),
        OverflowError("int too large"),
        TypeError("not a string"),
    ],
)
async def test_errors_in_the_rows(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RowsRefusedError, match="voice_features"):
        await _insert(error, monkeypatch)


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("connection refused"),
        DatabaseError("table is read only", code=242),
        DatabaseError("memory limit exceeded", code=241),
        DatabaseError("too many parts", code=252),
        DatabaseError("no such table", code=60),
        DatabaseError("authentication failed", code=516),
        DatabaseError("no code at all"),
        ConnectionResetError("reset"),
        TimeoutError("timed out"),
    ],
)
async def test_errors_to_wait_out(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DependencyUnavailable, match="clickhouse is unavailable"):
        await _insert(error, monkeypatch)


async def test_no_server_is_a_dependency_away() -> None:
    store = ClickHouseStore(ClickHouseSettings(port=1))
    with pytest.raises(DependencyUnavailable, match="clickhouse"):
        await store.open()
    await store.close()
