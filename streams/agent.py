"""The scoring agent: reads ``session.events``, publishes scores, acks what is done with.

The order, which is what loses nothing (rules 1 to 4 of the design):

1. A record is noted as read; one of an answer that is not open is released at once.
2. Evidence is folded; the answer's start holds the commit.
3. Results that are due are published and the broker's acknowledgement is awaited.
4. Only then is the answer closed, and the contiguous prefix before the oldest open answer is
   acked to Faust, in offset order, each offset once. Faust commits it in its own time.

On revocation the partition's state is dropped; whoever gets it next reads it again from the
committed offset. A handler that was waiting meanwhile finds its state gone and acks nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from schemas import metrics
from schemas.events import Event, QuestionScored
from schemas.topics import Process, Topic
from streams.runtime.codec import DecodeError
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.metrics import counter, gauge
from streams.runtime.record import Record
from streams.scoring.open_answers import Due, FoldError, OpenAnswers

logger = logging.getLogger(__name__)

_AGENT = Process.AGENT.value
_EVENTS = Topic.EVENTS.value

Ack = Callable[[int, int], None]
"""Acks (partition, offset) to Faust."""


class Publisher(Protocol):
    """What the agent needs of a producer."""

    def publish(self, *events: Event, gw: int) -> Awaitable[None]:
        """Publish and wait for the broker's acknowledgement."""


class _Partition:
    __slots__ = ("acked", "answers")

    def __init__(self) -> None:
        self.answers = OpenAnswers()
        self.acked: int | None = None


class ScoringAgent:
    """Handles records one at a time, in offset order within a partition."""

    def __init__(
        self, publisher: Publisher, dead_letters: DeadLetters, health: Health, ack: Ack
    ) -> None:
        self._publisher = publisher
        self._dead_letters = dead_letters
        self._health = health
        self._ack = ack
        self._partitions: dict[int, _Partition] = {}

    async def handle(self, record: Record) -> None:
        """Fold ``record``, publish what is due, ack what is done with. Waits while Kafka is away.

        Never raises for a fault of the record: an undecodable one is the guardian's, one that does
        not fold goes to the dead letters.
        """
        counter(metrics.RECORDS, process=_AGENT, topic=_EVENTS).inc()
        partition = self._partitions.setdefault(record.partition, _Partition())
        if partition.acked is None:
            partition.acked = record.offset
        try:
            due = partition.answers.read(record)
        except DecodeError:
            counter(metrics.SKIPPED, process=_AGENT, topic=_EVENTS).inc()
        except FoldError as error:
            logger.exception("an answer was dropped", extra={"offset": record.offset})
            reason = str(error)[:300]
            await self._health.persist(lambda: self._dead_letters.put(record, reason))
        else:
            if due is not None:
                await self._conclude(due, partition)
        self._release(record.partition, partition)

    def revoked(self, partitions: Iterable[int]) -> None:
        """Drop all state of ``partitions``."""
        for number in partitions:
            self._partitions.pop(number, None)
        self._measure()

    @property
    def open_answers(self) -> int:
        """Answers and calibrations being folded."""
        return sum(len(each.answers) for each in self._partitions.values())

    async def _conclude(self, due: Due, partition: _Partition) -> None:
        await self._health.persist(lambda: self._publisher.publish(*due.events, gw=due.gw))
        for event in due.events:
            if isinstance(event, QuestionScored):
                sufficient = "yes" if event.total.value is not None else "no"
                counter(metrics.SCORES, stage=event.stage, sufficient=sufficient).inc()
        if due.closed:
            partition.answers.close(due.key)

    def _release(self, number: int, partition: _Partition) -> None:
        if self._partitions.get(number) is not partition:
            return  # revoked while we waited: its next owner reads it again
        position = partition.answers.position
        if position is not None and partition.acked is not None:
            for offset in range(partition.acked, position):
                self._ack(number, offset)
            partition.acked = max(partition.acked, position)
        self._measure()

    def _measure(self) -> None:
        each = self._partitions.values()
        gauge(metrics.ANSWERS_OPEN).set(self.open_answers)
        gauge(metrics.OPEN_UNITS, process=_AGENT).set(self.open_answers)
        gauge(metrics.COMMIT_LAG, process=_AGENT).set(sum(one.answers.held for one in each))
