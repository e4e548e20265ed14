"""Filling topics and timing what a process does with them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.local import kafka
from deploy.local.recording import Recorded
from schemas.events import Event
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS, Topic
from streams.runtime.codec import decode
from tests.support.broker import Broker

_EVERY = 0.25
_EDGE = 0.05


async def filled(broker: Broker, prefix: str, records: Iterable[Recorded]) -> KafkaSettings:
    """Create the topics with ``prefix`` and put ``records`` on them; return their settings."""
    settings = broker.settings(prefix)
    await kafka.create_topics(settings)
    await fill(settings, records)
    return settings


async def fill(settings: KafkaSettings, records: Iterable[Recorded]) -> None:
    """Put ``records`` on their topics, with the partitioner that the gateway and workers use."""
    async with AIOKafkaProducer(
        bootstrap_servers=settings.bootstrap, acks="all", linger_ms=20, max_batch_size=512 * 1024
    ) as producer:
        pending = [
            await producer.send(
                settings.physical(each.topic),
                key=each.key,
                value=each.value,
                headers=list(each.headers),
            )
            for each in records
        ]
        await asyncio.gather(*pending)


class Results:
    """What a process publishes, with the time at which it did."""

    def __init__(self, settings: KafkaSettings, *kinds: str) -> None:
        self._kinds = {("type", kind.encode()) for kind in kinds}
        name = settings.physical(Topic.EVENTS)
        self._partitions = [
            TopicPartition(name, each) for each in range(TOPICS[Topic.EVENTS].partitions)
        ]
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=settings.bootstrap, enable_auto_commit=False
        )

    async def __aenter__(self) -> Self:
        await self._consumer.start()
        self._consumer.assign(self._partitions)
        await self._consumer.seek_to_beginning()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()

    async def next(
        self, enough: int, seconds: float, of: type[Event] = Event
    ) -> list[tuple[float, Event]]:
        """Return the next results as (seconds since 1970, event) by time.

        As many as bring ``enough`` of the class ``of``.
        """
        found: list[tuple[float, Event]] = []
        async with asyncio.timeout(seconds):
            while sum(isinstance(event, of) for _, event in found) < enough:
                for batch in (await self._consumer.getmany(timeout_ms=200)).values():
                    found += [
                        (each.timestamp / 1000, decode(each.key, each.value, each.headers))
                        for each in batch
                        if self._kinds & set(each.headers)
                    ]
        return sorted(found, key=lambda result: result[0])


async def rate(count: Callable[[], Awaitable[float]], total: int, seconds: float) -> float:
    """Return how many a second ``count`` rises by, without the first and the last twentieth.

    Raises:
        AssertionError: ``total`` is not reached within ``seconds``.
    """
    deadline = time.monotonic() + seconds
    inner: list[tuple[float, float]] = []
    while True:
        before = time.monotonic()
        done = await count()
        at = (before + time.monotonic()) / 2
        if _EDGE * total <= done <= (1 - _EDGE) * total:
            inner.append((at, done))
        if done >= total:
            break
        assert at < deadline, f"{done:.0f} of {total} after {seconds:.0f} s"
        await asyncio.sleep(_EVERY)
    assert len(inner) > 3, f"{total} were done too quickly to be timed"
    (first, begun), (last, ended) = inner[0], inner[-1]
    return (ended - begun) / (last - first)
