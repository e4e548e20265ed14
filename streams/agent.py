"""The scoring agent: reads ``session.events``, publishes scores, acks what is done with.

Faust is not trusted to hand over every record: a rebalance at the wrong moment makes it pass over
some, count them as acked and commit past them. So every offset is checked to follow the one before
it, the first of an assignment to be the committed one. Where Faust passed over a record that the
broker has, the process ends before anything more is acked, and reads it again.

The order, which is what loses nothing (rules 1 to 4 of the design):

1. A record is noted as read; one of an answer that is not open is released at once.
2. Evidence is folded; the answer's start holds the commit.
3. Results that are due are published and the broker's acknowledgement is awaited. Answers do not
   wait for each other: many publish side by side, the two scores of one answer one after the
   other.
4. Only then is the answer closed, and the contiguous prefix before the oldest open answer is
   acked to Faust, in offset order, each offset once. Faust commits it in its own time.

On revocation the partition's state is dropped; whoever gets it next reads it again from the
committed offset. A result that was being published meanwhile finds its state gone and acks nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Protocol

from schemas import metrics
from schemas.events import Event, QuestionScored
from schemas.ids import AnswerKey
from schemas.topics import Process, Topic
from streams.runtime.codec import DecodeError
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.metrics import counter, gauge
from streams.runtime.producer import RecordRefused
from streams.runtime.record import Record
from streams.scoring.open_answers import Due, FoldError, OpenAnswers

logger = logging.getLogger(__name__)

_AGENT = Process.AGENT.value
_EVENTS = Topic.EVENTS.value

_MEASURE_EVERY = 0.5
_MAX_PUBLISHING = 64
"""Results on their way to the broker; with more than that reading waits, as while it is away."""

Ack = Callable[[int, int], None]
"""Acks (partition, offset) to Faust."""


class Publisher(Protocol):
    """What the agent needs of a producer."""

    def publish(self, *events: Event, gw: int) -> Awaitable[None]:
        """Publish and wait for the broker's acknowledgement."""


class Offsets(Protocol):
    """What the agent asks the broker behind Faust's back."""

    async def committed(self) -> Mapping[int, int]:
        """The committed offset by partition."""

    async def next_offset(self, partition: int, offset: int) -> int:
        """The offset of the first record at or after ``offset``."""


class PassedOver(Exception):  # noqa: N818 - names what happened
    """Faust did not hand over a record that the broker has."""


class _Partition:
    __slots__ = ("acked", "answers", "expected", "measured", "number", "publishing")

    def __init__(self, number: int, first: int) -> None:
        self.number = number
        self.answers = OpenAnswers()
        self.acked = first
        self.expected = first
        self.measured = 0
        self.publishing: dict[AnswerKey, asyncio.Task[None]] = {}


class ScoringAgent:
    """Handles records one at a time, in offset order within a partition."""

    def __init__(
        self,
        publisher: Publisher,
        dead_letters: DeadLetters,
        health: Health,
        offsets: Offsets,
        ack: Ack,
        fault: Callable[[BaseException], None],
    ) -> None:
        """``fault`` is called with what must end the process: going on could lose a record."""
        self._publisher = publisher
        self._dead_letters = dead_letters
        self._health = health
        self._offsets = offsets
        self._ack = ack
        self._fault = fault
        self._partitions: dict[int, _Partition] = {}
        self._room = asyncio.Semaphore(_MAX_PUBLISHING)
        self._measured_at = 0.0
        self._assignments = 0
        self._records = counter(metrics.RECORDS, process=_AGENT, topic=_EVENTS)
        self._skipped = counter(metrics.SKIPPED, process=_AGENT, topic=_EVENTS)

    async def handle(self, record: Record) -> None:
        """Fold ``record``, have published what is due, ack what is done with.

        Waits while too much is on its way to a broker that is away. Never raises for a fault of
        the record: an undecodable one is the guardian's, one that does not fold goes to the dead
        letters.

        Raises:
            PassedOver: a record before this one was not handed over.
            OffsetLost: records were deleted before they were read.
        """
        self._records.inc()
        partition = self._partitions.get(record.partition)
        if partition is None:
            partition = await self._begin(record)
            if partition is None:
                return
        if record.offset != partition.expected:
            if record.offset < partition.expected:
                return  # handed over again: folded already
            await self._check_gap(partition, record)
        partition.expected = record.offset + 1
        try:
            due = partition.answers.read(record)
        except DecodeError:
            self._skipped.inc()
        except FoldError as error:
            await self._set_aside(record, error)
        else:
            if due is not None:
                await self._room.acquire()
                self._start(due, partition, record)
        self._release(partition)

    def revoked(self, partitions: Iterable[int]) -> None:
        """Drop all state of ``partitions``."""
        self._assignments += 1
        for number in partitions:
            self._partitions.pop(number, None)
        self._measure()

    @property
    def open_answers(self) -> int:
        """Answers and calibrations being folded or published."""
        return sum(len(each.answers) for each in self._partitions.values())

    async def _begin(self, record: Record) -> _Partition | None:
        """Start a partition at its committed offset; None if it was revoked while we asked."""
        before = self._assignments
        committed = await self._health.persist(self._offsets.committed)
        if before != self._assignments:
            return None
        first = committed.get(record.partition, record.offset)
        partition = _Partition(record.partition, first)
        self._partitions[record.partition] = partition
        return partition

    async def _check_gap(self, partition: _Partition, record: Record) -> None:
        number, expected = partition.number, partition.expected
        there = await self._health.persist(lambda: self._offsets.next_offset(number, expected))
        if there < record.offset:
            raise PassedOver(
                f"{_EVENTS}[{number}]: Faust handed over {record.offset} where {there} was due"
            )
        logger.warning("offsets that do not exist", extra={"first": expected, "next": there})

    def _start(self, due: Due, partition: _Partition, record: Record) -> None:
        before = partition.publishing.get(due.key)
        task = asyncio.create_task(self._conclude(due, partition, record, before))
        partition.publishing[due.key] = task
        task.add_done_callback(lambda done: self._concluded(done, due.key, partition))

    async def _conclude(
        self,
        due: Due,
        partition: _Partition,
        record: Record,
        before: asyncio.Task[None] | None,
    ) -> None:
        if before is not None:
            await asyncio.wait({before})
        try:
            await self._health.persist(lambda: self._publisher.publish(*due.events, gw=due.gw))
        except RecordRefused as error:
            await self._set_aside(record, error)
        else:
            for event in due.events:
                if isinstance(event, QuestionScored):
                    counter(metrics.SCORES, stage=event.stage, sufficient=_sufficient(event)).inc()
        if due.closed:
            partition.answers.close(due.key)

    def _concluded(self, done: asyncio.Task[None], key: AnswerKey, partition: _Partition) -> None:
        self._room.release()
        if partition.publishing.get(key) is done:
            del partition.publishing[key]
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            self._fault(error)
        else:
            self._release(partition)

    async def _set_aside(self, record: Record, error: Exception) -> None:
        logger.error("an answer has no score", extra={"offset": record.offset}, exc_info=error)
        reason = str(error)[:300]
        await self._health.persist(lambda: self._dead_letters.put(record, reason))

    def _release(self, partition: _Partition) -> None:
        if self._partitions.get(partition.number) is not partition:
            return  # revoked meanwhile: its next owner reads it again
        answers = partition.answers
        position = answers.position
        if position is not None and position > partition.acked:
            for offset in range(partition.acked, position):
                self._ack(partition.number, offset)
            partition.acked = position
        count, now = len(answers), time.monotonic()
        if count != partition.measured or now - self._measured_at > _MEASURE_EVERY:
            partition.measured = count
            self._measured_at = now
            self._measure()

    def _measure(self) -> None:
        count = self.open_answers
        held = sum(each.answers.held for each in self._partitions.values())
        gauge(metrics.ANSWERS_OPEN).set(count)
        gauge(metrics.OPEN_UNITS, process=_AGENT).set(count)
        gauge(metrics.COMMIT_LAG, process=_AGENT).set(held)


def _sufficient(score: QuestionScored) -> str:
    """Return whether there was evidence enough; of a written answer none is looked for."""
    if score.typed:
        return "typed"
    return "yes" if score.total.value is not None else "no"
