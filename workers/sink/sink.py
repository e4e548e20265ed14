"""Batches records, inserts each batch, then lets its records be committed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Sequence
from contextlib import suppress

from schemas import metrics
from schemas.events import EVENTS, Event, QuestionScored, SessionDeleted
from schemas.ids import now_ms
from schemas.settings import SinkSettings
from schemas.topics import ROUTES, Process, Topic
from streams.runtime.codec import decode
from streams.runtime.consumer import Partition
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.metrics import counter, histogram
from streams.runtime.record import Record
from workers.sink.batch import Batch, Item
from workers.sink.service import RowsRefusedError, RowStore
from workers.sink.shapes import Shape

logger = logging.getLogger(__name__)

_OURS = frozenset(
    cls for (kind, _), cls in EVENTS.items() if Process.SINK in ROUTES[kind].consumers
)


class Sink:
    """Consumes ``session.events`` and ``scores`` into a row store.

    The order that loses nothing:

    1. a record joins the open batch, which holds its partition's commit;
    2. the batch is taken when it is full, old enough or holds a score, and a new one opens;
    3. the rows are inserted, table by table, until the store has acknowledged each;
    4. a row that the store refuses is found by halving, and its record set aside;
    5. what is stored of deleted sessions is to go: of those whose ``session.deleted`` is in the
       batch, and of those that another sink has taken it for while these rows were on their way;
    6. the batch is closed, and the loop may commit.

    A record of a session that is known to be deleted does not join a batch, however late it comes
    or however often it is replayed: the store remembers these sessions.

    While the store is away, step 3 waits; the next batch fills up and then ``handle`` waits too, so
    that no more than two batches are in memory.
    """

    topics: Sequence[Topic] = (Topic.EVENTS, Topic.SCORES)

    def __init__(
        self,
        store: RowStore,
        settings: SinkSettings,
        health: Health,
        dead_letters: DeadLetters,
        deleted: Collection[str] = (),
    ) -> None:
        self._store = store
        self._settings = settings
        self._health = health
        self._dead_letters = dead_letters
        self._deleted = set(deleted)
        self._dropped = counter(metrics.DELETED_ROWS)
        self._batch = Batch()
        self._filling = asyncio.Event()
        self._due = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    async def handle(self, record: Record, partition: Partition) -> None:
        """Put ``record`` in the open batch, waiting for room.

        Raises:
            DecodeError: it is not a valid event.
        """
        event = _event(record)
        if event is not None:
            await self._room.wait()
            self._add(event, record, partition)

    def take(self, record: Record, partition: Partition) -> bool:
        """Put ``record`` in the open batch if there is room."""
        if not self._room.is_set():
            return False
        event = _event(record)
        if event is not None:
            self._add(event, record, partition)
        return True

    def _add(self, event: Event, record: Record, partition: Partition) -> None:
        if event.session in self._deleted and not isinstance(event, SessionDeleted):
            self._dropped.inc()
            return
        self._batch.add(event, record, partition)
        self._filling.set()
        if isinstance(event, QuestionScored):
            self._due.set()  # somebody waits for it
        if len(self._batch) >= self._settings.batch_rows:
            self._due.set()
            self._room.clear()

    async def revoked(self, partition: Partition) -> None:
        """Keep no state: rows of a lost partition are inserted by us and by its next owner too."""

    async def flush_forever(self) -> None:
        """Insert batches as they come of age, until cancelled."""
        while True:
            await self._filling.wait()
            rest = self._settings.batch_ms / 1000 - self._batch.age_s
            if rest > 0:
                with suppress(TimeoutError):  # old enough, if nothing makes it due before
                    await asyncio.wait_for(self._due.wait(), rest)
            await self.flush()

    async def flush(self) -> None:
        """Insert the open batch and let go of its records."""
        batch, self._batch = self._batch, Batch()
        self._filling.clear()
        self._due.clear()
        self._room.set()
        began = time.monotonic()
        await self._insert(batch.groups())
        if batch.sessions:
            self._deleted |= await self._health.persist(lambda: self._store.erase(batch.sessions))
        batch.close()
        histogram(metrics.WORK_SECONDS, process=Process.SINK.value).observe(
            time.monotonic() - began
        )

    async def _insert(self, groups: Sequence[tuple[Shape, list[Item]]]) -> None:
        rows = [(shape, [item.row for item in items]) for shape, items in groups]
        try:
            await self._health.persist(lambda: self._store.insert(rows))
        except RowsRefusedError as error:
            await self._refused(groups, str(error))
            return
        for shape, items in groups:
            counter(metrics.ROWS, table=shape.table).inc(len(items))
            _measure_lag(items)

    async def _refused(self, groups: Sequence[tuple[Shape, list[Item]]], reason: str) -> None:
        """Insert again what was refused together, in smaller parts, until the bad row is alone."""
        if len(groups) > 1:
            for group in groups:
                await self._insert([group])
            return
        ((shape, items),) = groups
        if len(items) > 1:
            middle = len(items) // 2
            await self._insert([(shape, items[:middle])])
            await self._insert([(shape, items[middle:])])
            return
        record = items[0].record
        await self._health.persist(lambda: self._dead_letters.put(record, reason))


def _event(record: Record) -> Event | None:
    """Return the event in ``record``, None where it is not ours to store."""
    event = decode(record.key, record.value, record.headers)
    return event if type(event) in _OURS else None


def _measure_lag(items: Sequence[Item]) -> None:
    now = now_ms()
    for item in items:
        if item.score is not None:
            # Of a written answer nothing has to be recognised: it would flatter the others.
            stage = "typed" if item.score.typed else item.score.stage
            histogram(metrics.SCORING_LAG, stage=stage).observe(
                max(0, now - item.score.ended_at) / 1000
            )
