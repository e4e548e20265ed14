"""The consumer loop: reads, hands over, commits only what is done with, keeps polling.

What a service may rely on:

1. ``handle`` gets the records of a partition in offset order, one at a time.
2. A record whose handling has returned and that lies before the oldest open unit may be
   committed; anything else will be read again after a crash or a rebalance.
3. While ``handle`` waits (for room, for a dependency), partitions are paused and polling goes on,
   so that the group keeps the member.
4. ``BadRecord`` sends the record to the dead letters; an unexpected error does so too, with a
   traceback in the log. Neither stops the partition.
5. On revocation what is done with is committed, then ``revoked`` is called and the partition's
   watermark is gone: closing its units afterwards changes nothing. Records that were fetched under
   an earlier assignment are dropped, never counted to the next one.
6. When the process is told to stop, a ``handle`` that waits is given a few seconds and then
   cancelled; its record is not committed.
7. A service with a ``take`` is asked to do without waiting first: a task for every record costs
   more than the work of some. ``handle`` gets the records that could not be taken.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)
from aiokafka.structs import ConsumerRecord, OffsetAndMetadata

from schemas import metrics
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS, Process, Topic
from streams.runtime.backoff import DependencyUnavailable, delays
from streams.runtime.client import client_arguments
from streams.runtime.codec import DecodeError
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.metrics import counter, gauge
from streams.runtime.partition import Partition
from streams.runtime.producer import Producer
from streams.runtime.record import BadRecord, Record

logger = logging.getLogger(__name__)

_POLL_MS = 200
_COMMIT_EVERY = 0.5
_MAX_RECORDS = 200
_REBALANCE = 1.0
"""Seconds beyond its own timeout that a poll may wait for an assignment before we look around."""

_GRACE = 3.0
"""Seconds that a handler, a last commit and the farewell may each take once told to stop."""

_TURN = 0.001
"""Seconds of records taken without waiting after which the event loop gets a turn."""

_COMMIT_TIMEOUT = 5.0
"""Seconds after which a commit is given up and repeated later: aiokafka would try for ever, and
the loop must see that it is told to stop."""


@dataclass(frozen=True, slots=True)
class _Fetched:
    assignment: int
    batches: list[tuple[Partition | None, TopicPartition, Sequence[ConsumerRecord]]]


class OffsetLost(Exception):  # noqa: N818 - names what happened
    """Committed records are gone from the broker: data was lost, a person must look."""


class Service(Protocol):
    """What a worker does with records."""

    topics: Sequence[Topic]

    async def handle(self, record: Record, partition: Partition) -> None:
        """Process ``record``, or open a unit for it in ``partition`` and process it later.

        Raises:
            BadRecord: the record can never be processed.
            DecodeError: the same; a topic's guardian writes the dead letter, others skip.
            DependencyUnavailable: something is away; the record is handed over again.
        """

    async def revoked(self, partition: Partition) -> None:
        """Drop all state of ``partition``."""


@runtime_checkable
class PromptService(Service, Protocol):
    """A service that needs not wait for most records."""

    def take(self, record: Record, partition: Partition) -> bool:
        """Do what ``handle`` would, if that is possible without waiting.

        Returns False, or raises whatever it likes, with nothing done: then ``handle`` is called.
        """


class ConsumerLoop:
    """Runs a service on its topics as a member of its process's group."""

    def __init__(
        self,
        service: Service,
        *,
        process: Process,
        settings: KafkaSettings,
        producer: Producer,
        health: Health,
        max_records: int = _MAX_RECORDS,
        notes: bool = False,
    ) -> None:
        self._service = service
        self._take = service.take if isinstance(service, PromptService) else None
        self._notes = notes
        self._process = process
        self._settings = settings
        self._health = health
        self._dead_letters = DeadLetters(producer, process)
        self._max_records = max_records
        self._logical = {settings.physical(topic): topic for topic in service.topics}
        self._records = {
            topic: counter(metrics.RECORDS, process=process.value, topic=topic.value)
            for topic in service.topics
        }
        self._partitions: dict[TopicPartition, Partition] = {}
        self._committed: dict[TopicPartition, OffsetAndMetadata] = {}
        self._last_commit = 0.0
        self._consumer: AIOKafkaConsumer | None = None
        self._stop = asyncio.Event()
        self._away = False
        self._fetched: deque[tuple[ConsumerRecord, Partition]] = deque()
        self._assignments = 0
        self._assigned = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until ``stop`` is set, then commit and leave.

        Raises:
            OffsetLost: records were deleted before they were read.
        """
        self._stop = stop
        consumer = await self._connect(stop)
        if consumer is None:
            return
        self._consumer = consumer
        try:
            while not stop.is_set():
                self._fetched.extend(await self._poll(consumer, _POLL_MS))
                turn = time.monotonic() + _TURN
                while self._fetched and not stop.is_set():
                    await self._deliver(consumer, *self._fetched.popleft())
                    if time.monotonic() > turn:
                        await asyncio.sleep(0)
                        turn = time.monotonic() + _TURN
                await self._commit()
        finally:
            await self._commit(now=True, timeout=_GRACE)
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(consumer.stop(), _GRACE)

    async def _connect(self, stop: asyncio.Event) -> AIOKafkaConsumer | None:
        for delay in delays():
            if stop.is_set():
                return None
            consumer = AIOKafkaConsumer(
                **client_arguments(self._settings),
                group_id=self._settings.group(self._process.value),
                group_instance_id=self._settings.instance_id or None,
                enable_auto_commit=False,
                auto_offset_reset="none",
                session_timeout_ms=self._settings.session_timeout_ms,
                heartbeat_interval_ms=self._settings.session_timeout_ms // 4,
                max_poll_interval_ms=300_000,
            )
            consumer.subscribe(list(self._logical), listener=_Listener(self))
            try:
                await consumer.start()
            except (KafkaError, OSError) as error:
                await consumer.stop()
                self._health.waiting("kafka", str(error))
                await asyncio.sleep(delay)
            else:
                self._health.arrived("kafka")
                return consumer
        return None

    async def _poll(
        self, consumer: AIOKafkaConsumer, timeout_ms: int
    ) -> list[tuple[ConsumerRecord, Partition]]:
        try:
            fetched = await asyncio.wait_for(
                self._fetch(consumer, timeout_ms), timeout_ms / 1000 + _REBALANCE
            )
        except NoOffsetForPartitionError as error:
            for tp in error.args:  # a new group
                if tp in consumer.assignment():
                    await consumer.seek_to_beginning(tp)
            return []
        except OffsetOutOfRangeError as error:
            logger.critical("committed records are gone from the broker", exc_info=error)
            raise OffsetLost(str(error)) from error
        except (KafkaError, OSError) as error:
            self._away = True
            self._health.waiting("kafka", str(error) or "no assignment")
            await asyncio.sleep(0.5)
            return []
        if self._away:
            self._away = False
            self._health.arrived("kafka")
        return await self._bind(fetched)

    async def _fetch(self, consumer: AIOKafkaConsumer, timeout_ms: int) -> _Fetched:
        """Get records and, before anything else can happen, the assignment they belong to."""
        batches = await consumer.getmany(timeout_ms=timeout_ms, max_records=self._max_records)
        for tp, batch in batches.items():
            self._records[self._logical[tp.topic]].inc(len(batch))
        return _Fetched(
            self._assignments,
            [(self._partitions.get(tp), tp, batch) for tp, batch in batches.items()],
        )

    async def _bind(self, fetched: _Fetched) -> list[tuple[ConsumerRecord, Partition]]:
        """Tie records to the assignment they were fetched under.

        aiokafka hands out records of a new assignment before our listener has finished with it:
        those wait. When yet another rebalance has come meanwhile they are dropped, it will have
        them fetched again.
        """
        if any(partition is None for partition, _, _ in fetched.batches):
            waiting = {
                asyncio.create_task(self._assigned.wait()),
                asyncio.create_task(self._stop.wait()),
            }
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            if fetched.assignment != self._assignments or self._stop.is_set():
                return []
        return [
            (record, known)
            for partition, tp, batch in fetched.batches
            if (known := partition or self._partitions.get(tp)) is not None
            for record in batch
        ]

    async def _deliver(
        self, consumer: AIOKafkaConsumer, raw: ConsumerRecord, partition: Partition
    ) -> None:
        if not partition.is_assigned:
            return  # revoked since it was fetched; its next owner, perhaps us, reads it again
        record = Record(
            topic=partition.topic,
            partition=raw.partition,
            offset=raw.offset,
            key=raw.key,
            value=raw.value,
            headers=tuple(raw.headers),
            timestamp=raw.timestamp,
        )
        partition.seen(record.offset)
        if self._take is not None:
            with suppress(Exception):  # what is wrong shows again in ``handle``
                if self._take(record, partition):
                    return
        guard = object()
        partition.open(guard, record.offset)
        task = asyncio.create_task(self._handle(record, partition))
        try:
            await self._keep_polling(consumer, task)
            if not task.done():
                return  # told to stop; the guard holds the commit before this record
            await task
        finally:
            task.cancel()
        partition.close(guard)

    async def _keep_polling(self, consumer: AIOKafkaConsumer, task: asyncio.Task[None]) -> None:
        """Wait for ``task``; while it takes long, pause and poll, so that the group keeps us."""
        done, _ = await asyncio.wait({task}, timeout=_POLL_MS / 1000)
        while not done:
            if self._stop.is_set():
                await asyncio.wait({task}, timeout=_GRACE)
                return
            paused = consumer.assignment()
            consumer.pause(*paused)
            try:
                # Everything is paused; what a rebalance slips in is kept for later.
                self._fetched.extend(await self._poll(consumer, 0))
                await self._commit()
                done, _ = await asyncio.wait({task}, timeout=_POLL_MS / 1000)
            finally:
                consumer.resume(*(paused & consumer.assignment()))

    async def _handle(self, record: Record, partition: Partition) -> None:
        try:
            await self._health.persist(lambda: self._service.handle(record, partition))
        except BadRecord as error:
            await self._set_aside(record, error.reason)
        except DecodeError as error:
            if TOPICS[record.topic].guardian is self._process:
                await self._set_aside(record, str(error))
            else:
                counter(
                    metrics.SKIPPED, process=self._process.value, topic=record.topic.value
                ).inc()
        except Exception as error:  # a fault of ours must not stop the partition
            logger.exception(
                "unexpected error", extra={"topic": record.topic, "offset": record.offset}
            )
            await self._set_aside(record, f"unexpected error: {error!r}"[:300])

    async def _set_aside(self, record: Record, reason: str) -> None:
        await self._health.persist(lambda: self._dead_letters.put(record, reason))

    async def _commit(
        self,
        *,
        now: bool = False,
        only: Iterable[TopicPartition] = (),
        timeout: float = _COMMIT_TIMEOUT,
    ) -> None:
        if not now and time.monotonic() - self._last_commit < _COMMIT_EVERY:
            return
        self._last_commit = time.monotonic()
        chosen = set(only) or set(self._partitions)
        offsets = {
            tp: due
            for tp, partition in self._partitions.items()
            if tp in chosen
            and partition.position is not None
            and (due := OffsetAndMetadata(partition.position, partition.note))
            != self._committed.get(tp)
        }
        self._measure()
        if not offsets or self._consumer is None:
            return
        try:
            await asyncio.wait_for(self._consumer.commit(offsets), timeout)
        except (CommitFailedError, IllegalStateError):
            logger.info("commit after a rebalance skipped")
        except (KafkaError, OSError) as error:  # TimeoutError is an OSError
            logger.warning("commit failed, will be repeated", extra={"reason": repr(error)})
        else:
            self._committed |= offsets

    def _measure(self) -> None:
        process = self._process.value
        partitions = self._partitions.values()
        gauge(metrics.OPEN_UNITS, process=process).set(sum(each.units for each in partitions))
        gauge(metrics.COMMIT_LAG, process=process).set(sum(each.held for each in partitions))

    async def revoke(self, revoked: Iterable[TopicPartition]) -> None:
        """Commit what is done with in ``revoked`` and drop the rest."""
        self._assignments += 1
        self._assigned.clear()
        mine = [tp for tp in revoked if tp in self._partitions]
        if mine:
            await self._commit(now=True, only=mine)
        for tp in mine:
            self._committed.pop(tp, None)
            partition = self._partitions.pop(tp)
            partition.is_assigned = False
            await self._service.revoked(partition)

    async def assign(self, assigned: Iterable[TopicPartition]) -> None:
        """Start a watermark for each new partition, with the note that its last owner left."""
        new = list(assigned)
        notes = await self._find_notes(new) if self._notes and new else {}
        for tp in new:
            note = notes.get(tp, "")
            self._partitions[tp] = Partition(self._logical[tp.topic], tp.partition, note)
        self._assigned.set()

    async def _find_notes(self, partitions: list[TopicPartition]) -> dict[TopicPartition, str]:
        # The consumer's own ``committed`` leaves the metadata out.
        admin = AIOKafkaAdminClient(**client_arguments(self._settings))
        try:
            await admin.start()
            found = await admin.list_consumer_group_offsets(
                self._settings.group(self._process.value), partitions=partitions
            )
        except (KafkaError, OSError) as error:
            logger.warning("notes not found, going on without", extra={"reason": str(error)})
            return {}
        finally:
            await admin.close()
        return {tp: each.metadata for tp, each in found.items()}


class _Listener(ConsumerRebalanceListener):
    def __init__(self, loop: ConsumerLoop) -> None:
        self._loop = loop

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        await self._loop.revoke(revoked)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self._loop.assign(assigned)


__all__ = [
    "ConsumerLoop",
    "DependencyUnavailable",
    "OffsetLost",
    "Partition",
    "Service",
]
