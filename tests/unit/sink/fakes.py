"""A row store in memory that can refuse and be away, and what the sink needs around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

from schemas.events import Event, SessionConnected, SessionDeleted, VoiceFeatures
from schemas.settings import SinkSettings
from schemas.topics import Process, Topic, route
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.codec import encode
from streams.runtime.consumer import Partition
from streams.runtime.health import Health
from streams.runtime.record import Record
from workers.sink.service import Group, RowsRefusedError
from workers.sink.shapes import SHAPES, Row, Shape
from workers.sink.sink import Sink


class MemoryStore:
    """Keeps rows by table; refuses rows that ``bad`` points out; ``away`` makes it unavailable."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, Row]] = []
        self.calls: list[tuple[str, int]] = []
        self.bad: Callable[[Row], bool] = lambda _: False
        self.away = False
        self.tombstones: set[str] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.inserted = asyncio.Event()

    async def open(self) -> str:
        return "memory"

    async def insert(self, groups: Sequence[Group]) -> None:
        for shape, rows in groups:
            await self._insert(shape, rows)

    async def _insert(self, shape: Shape, rows: Sequence[Row]) -> None:
        self.calls.append((shape.table, len(rows)))
        await self.gate.wait()
        if self.away:
            raise DependencyUnavailable("clickhouse", "connection refused")
        if any(self.bad(row) for row in rows):
            raise RowsRefusedError("a row does not fit")
        self.rows += [(shape.table, row) for row in rows]
        self.inserted.set()

    async def deleted(self) -> set[str]:
        return set(self.tombstones)

    async def erase(self, sessions: Collection[str]) -> set[str]:
        if self.away:
            raise DependencyUnavailable("clickhouse", "connection refused")
        kept = SHAPES[SessionDeleted]
        named = kept.columns.index("session")
        self.tombstones |= {row[named] for table, row in self.rows if table == kept.table}
        gone = self.tombstones & set(sessions)
        self.rows = [
            (table, row)
            for table, row in self.rows
            if table == kept.table or not any(value in gone for value in row if type(value) is str)
        ]
        return gone

    async def close(self) -> None:
        return None


class MemoryDeadLetters:
    """Keeps what was set aside."""

    def __init__(self) -> None:
        self.letters: list[tuple[Record, str]] = []

    async def put(self, record: Record, reason: str) -> None:
        self.letters.append((record, reason))


class Bench:
    """A sink with one partition, fed by hand."""

    def __init__(self, rows: int = 5000, ms: int = 100, deleted: Collection[str] = ()) -> None:
        self.store = MemoryStore()
        self.letters = MemoryDeadLetters()
        self.health = Health(Process.SINK, "test")
        self.health.ready()
        settings = SinkSettings(batch_rows=rows, batch_ms=ms)
        self.sink = Sink(
            self.store,
            settings,
            self.health,
            self.letters,  # type: ignore[arg-type]
            deleted,
        )
        self.partition = Partition(Topic.EVENTS, 0)
        self._offset = 0

    def record(self, event: Event) -> Record:
        key, value, headers = encode(event, gw=0)
        offset, self._offset = self._offset, self._offset + 1
        return Record(route(event).topic, 0, offset, key, value, tuple(headers))

    async def feed(self, *events: Event, partition: Partition | None = None) -> None:
        """Hand over ``events`` as the consumer loop does."""
        into = partition or self.partition
        for event in events:
            record = self.record(event)
            guard = object()
            into.seen(record.offset)
            into.open(guard, record.offset)
            await self.sink.handle(record, into)
            into.close(guard)


def chunks(count: int, session: str = "s") -> list[VoiceFeatures]:
    return [VoiceFeatures(session=session, question=1, epoch=1, seq=n, at=n) for n in range(count)]


def connections(count: int) -> list[SessionConnected]:
    return [SessionConnected(session="s", epoch=n, seq=n, at=n) for n in range(count)]
