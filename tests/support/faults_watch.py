"""Reads what groups have committed while they work: never past a unit that is still open.

A unit is what a group must hold its commit for: a frame until its feature is out, an answer's
first audio chunk until its transcript is final, an answer's start until its final score is out.
What closes a unit is a record on ``session.events`` or ``scores`` with an id that is known before.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from schemas.settings import KafkaSettings
from schemas.topics import TOPICS, Process, Topic
from streams.runtime.client import client_arguments

logger = logging.getLogger(__name__)

_EVERY_S = 1.5
_PATIENCE_S = 20.0
_TAILED = (Topic.EVENTS, Topic.SCORES, Topic.DEAD_LETTERS)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: which group holds it, where it begins, the id of the record that closes it."""

    group: Process
    topic: Topic
    partition: int
    offset: int
    closed_by: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A commit past the beginning of a unit that was open."""

    unit: Unit
    committed: int

    def __str__(self) -> str:
        unit = self.unit
        return (
            f"{unit.group} committed {self.committed} on {unit.topic}[{unit.partition}], but the "
            f"unit at {unit.offset} waits for {unit.closed_by}"
        )


class CommitWatch:
    """Follows the topics that close units and compares the groups' commits with what is open."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._logical = {settings.physical(topic): topic for topic in Topic}
        self._open: dict[str, list[Unit]] = defaultdict(list)
        self._seen: dict[str, set[str]] = defaultdict(set)
        self._position: dict[TopicPartition, int] = {}
        self.dead: dict[str, str] = {}
        """Reason of each dead letter by its place, ``topic[partition]@offset``."""
        self.skips: list[Skip] = []
        self.checks = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to follow and to compare."""
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._compare())]

    async def stop(self) -> None:
        """End both."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    def opened(self, unit: Unit) -> None:
        """Note that ``unit`` begins with a record that the broker has."""
        if unit.closed_by not in self._seen[session_of(unit.closed_by)]:
            self._open[unit.closed_by].append(unit)

    def forget(self, sessions: Iterable[str]) -> None:
        """Forget everything about ``sessions``, which are done with."""
        gone = set(sessions)
        for session in gone:
            self._seen.pop(session, None)
        for key in [key for key in self._open if session_of(key) in gone]:
            del self._open[key]

    @property
    def open_units(self) -> int:
        """How many units are open."""
        return sum(len(units) for units in self._open.values())

    def still_open(self, session: str) -> list[str]:
        """Return what ``session`` waits for."""
        return sorted(key for key in self._open if session_of(key) == session)

    # -- following -------------------------------------------------------------------------

    async def _follow(self) -> None:
        partitions = [
            TopicPartition(self._settings.physical(topic), number)
            for topic in _TAILED
            for number in range(TOPICS[topic].partitions)
        ]
        while True:
            consumer = AIOKafkaConsumer(
                **client_arguments(self._settings), enable_auto_commit=False,
                auto_offset_reset="earliest",
            )  # fmt: skip
            try:
                await consumer.start()
                consumer.assign(partitions)
                for partition, offset in self._position.items():
                    consumer.seek(partition, offset)
                while True:
                    await self._read(consumer)
            except (KafkaError, OSError) as error:
                logger.info("following again", extra={"reason": str(error)})
                await asyncio.sleep(0.5)
            finally:
                with suppress(KafkaError, OSError, TimeoutError):
                    await asyncio.wait_for(consumer.stop(), 5)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        for partition, batch in (await consumer.getmany(timeout_ms=200)).items():
            topic = self._logical[partition.topic]
            for record in batch:
                headers = dict(record.headers)
                if topic is Topic.DEAD_LETTERS:
                    self._bury(headers)
                else:
                    self._close(headers.get("id", b"").decode(errors="replace"))
            self._position[partition] = batch[-1].offset + 1
        for partition in consumer.assignment():
            self._position.setdefault(partition, 0)

    def _close(self, key: str) -> None:
        self._seen[session_of(key)].add(key)
        self._open.pop(key, None)

    def _bury(self, headers: Mapping[str, bytes]) -> None:
        topic, partition, offset, reason = (
            headers.get(f"dl-{name}", b"?").decode(errors="replace")
            for name in ("topic", "partition", "offset", "reason")
        )
        self.dead[f"{topic}[{partition}]@{offset}"] = reason

    # -- comparing -------------------------------------------------------------------------

    async def _compare(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            with suppress(KafkaError, OSError, TimeoutError):
                await asyncio.wait_for(self.compare(), _PATIENCE_S)

    async def compare(self) -> None:
        """Compare once.

        What is still open after everything was read that was there when the commits were asked
        for, was open when they were made.

        Raises:
            KafkaError, OSError: the broker is away.
        """
        committed = await self._committed()
        ends = await self._ends()
        while any(self._position.get(at, 0) < end for at, end in ends.items()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        self.checks += 1
        known = {skip.unit for skip in self.skips}
        for unit in (unit for units in self._open.values() for unit in units):
            there = committed.get((unit.group, unit.topic, unit.partition), 0)
            if there > unit.offset and unit not in known:
                self.skips.append(Skip(unit, there))

    async def _committed(self) -> dict[tuple[Process, Topic, int], int]:
        admin = AIOKafkaAdminClient(**client_arguments(self._settings), request_timeout_ms=5_000)
        found: dict[tuple[Process, Topic, int], int] = {}
        try:
            await admin.start()
            for process in (Process.AGENT, Process.STT, Process.VISION, Process.VOICE):
                group = self._settings.group(process.value)
                for tp, each in (await admin.list_consumer_group_offsets(group)).items():
                    found[process, self._logical[tp.topic], tp.partition] = each.offset
        finally:
            await admin.close()
        return found

    async def _ends(self) -> dict[TopicPartition, int]:
        consumer = AIOKafkaConsumer(**client_arguments(self._settings), enable_auto_commit=False)
        try:
            await consumer.start()
            return dict(await consumer.end_offsets(list(self._position)))
        finally:
            await consumer.stop()


def session_of(key: str) -> str:
    """Return the session that an id belongs to."""
    return key.partition(":")[0]
