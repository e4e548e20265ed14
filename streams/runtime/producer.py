"""Publishing: acknowledged by all replicas, idempotent, live events copied to their gateway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    InvalidTopicError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from schemas import metrics
from schemas.events import Event
from schemas.settings import KafkaSettings
from schemas.topics import GATEWAY_SLOTS, Process, Topic, route
from streams.runtime.backoff import DependencyUnavailable, delays
from streams.runtime.client import client_arguments
from streams.runtime.codec import encode
from streams.runtime.metrics import counter

logger = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 2 * 1024 * 1024


_REFUSALS = (
    InvalidTopicError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
)

_HARMLESS = (*_REFUSALS, KafkaTimeoutError, UnknownTopicOrPartitionError)
"""Errors before a record has got into a batch."""

_RENEWED_WITHIN = 5.0
"""Seconds that a record waits for a new producer before its sender is told that Kafka is away."""

_FAREWELL = 3.0
"""Seconds to send what is buffered when stopping; what is not acknowledged is done again."""


class RecordRefused(Exception):  # noqa: N818 - says what the record is
    """The broker will not take this record, now or later: trying again is no use."""


LINGER_MS = 5


class Producer:
    """Publishes records and waits for the broker's acknowledgement.

    Order within a key is kept: an await returns when the record and all earlier ones of its
    partition are acknowledged.

    An idempotent producer of aiokafka numbers its batches, and one that fails leaves a hole: the
    broker takes nothing more from it on that partition. So the first failure is its last, and a
    new one takes its place.
    """

    def __init__(
        self, settings: KafkaSettings, process: Process, *, linger_ms: int = LINGER_MS
    ) -> None:
        """Prepare a producer; a record waits ``linger_ms`` for others of its partition."""
        self._settings = settings
        self._process = process
        self._linger_ms = linger_ms
        self._kafka: AIOKafkaProducer | None = None
        self._pending: set[asyncio.Future[object]] = set()
        self._renewal: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect, waiting for the broker as long as it takes."""
        for delay in delays():
            kafka = AIOKafkaProducer(
                **client_arguments(self._settings),
                acks="all",
                enable_idempotence=True,
                linger_ms=self._linger_ms,
                compression_type=None,
                max_request_size=MAX_REQUEST_BYTES,
            )
            try:
                await kafka.start()
            except (KafkaError, OSError) as error:
                await kafka.stop()
                logger.warning("waiting for kafka", extra={"reason": str(error)})
                await asyncio.sleep(delay)
            else:
                self._kafka = kafka
                return

    async def stop(self) -> None:
        """Send what is buffered and disconnect, within a few seconds."""
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.wait({self._renewal})
        if self._kafka is not None:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(self._kafka.stop(), _FAREWELL)
            self._kafka = None
        for each in self._leaving:
            each.cancel()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def send(
        self,
        topic: Topic,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        partition: int | None = None,
    ) -> asyncio.Future[object]:
        """Put one record in the send buffer and return the future of its acknowledgement.

        Raises:
            DependencyUnavailable: the producer is not started or cannot reach the broker.
            RecordRefused: the record is too large, or the topic does not take ours.
        """
        kafka = await self._connected()
        try:
            future: asyncio.Future[object] = await kafka.send(
                self._settings.physical(topic),
                key=key,
                value=value,
                headers=list(headers),
                partition=partition,
            )
        except (KafkaError, OSError) as error:
            if not isinstance(error, _HARMLESS):
                self._renew(kafka, error)
            raise _fault(error) from error
        self._pending.add(future)
        future.add_done_callback(lambda done: self._settled(done, kafka))
        counter(metrics.PUBLISHED, topic=topic.value).inc()
        return future

    def _settled(self, future: asyncio.Future[object], kafka: AIOKafkaProducer) -> None:
        self._pending.discard(future)
        if not future.cancelled() and isinstance(error := future.exception(), KafkaError | OSError):
            self._renew(kafka, error)

    async def _connected(self) -> AIOKafkaProducer:
        if self._renewal is not None:
            await asyncio.wait({self._renewal}, timeout=_RENEWED_WITHIN)
        if self._kafka is None or self._renewal is not None:
            raise DependencyUnavailable("kafka", "the producer is not connected")
        return self._kafka

    def _renew(self, failed: AIOKafkaProducer, why: Exception) -> None:
        if self._kafka is failed and self._renewal is None:
            logger.warning("a batch failed; the producer is made anew", extra={"reason": str(why)})
            self._renewal = asyncio.create_task(self._replace(failed))

    async def _replace(self, failed: AIOKafkaProducer) -> None:
        """Put a new producer in the place of ``failed``.

        Nothing is sent until what the old one holds is acknowledged or given back to whoever waits
        for it, so that no record overtakes an earlier one of its key.
        """
        leaving = asyncio.create_task(failed.stop())
        self._leaving.add(leaving)
        leaving.add_done_callback(self._left)
        await asyncio.wait({leaving}, timeout=_FAREWELL)
        for future in list(self._pending):
            if not future.done():
                future.set_exception(KafkaTimeoutError("not acknowledged in time"))
        self._kafka = None
        try:
            await self.start()
        finally:
            self._renewal = None

    def _left(self, leaving: asyncio.Task[None]) -> None:
        self._leaving.discard(leaving)
        if not leaving.cancelled() and (error := leaving.exception()) is not None:
            logger.info("the old producer did not stop cleanly", exc_info=error)

    async def publish_raw(
        self,
        topic: Topic,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        partition: int | None = None,
    ) -> None:
        """Publish one record and wait for its acknowledgement.

        Raises:
            DependencyUnavailable: the broker did not acknowledge in time.
            RecordRefused: it never will.
        """
        await acknowledged([await self.send(topic, key, value, headers, partition)])

    async def publish(self, *events: Event, gw: int) -> None:
        """Publish ``events`` in order, live ones to their gateway's inbox too; wait for all acks.

        Raises:
            DependencyUnavailable: the broker did not acknowledge in time.
            RecordRefused: it never will.
            PermissionError: another process is the type's producer.
        """
        pending: list[asyncio.Future[object]] = []
        for event in events:
            where = route(event)
            if where.producer is not self._process:
                raise PermissionError(f"{self._process} does not produce {event.type}")
            key, value, headers = encode(event, gw)
            pending.append(await self.send(where.topic, key, value, headers))
            if event.LIVE:
                slot = gw % GATEWAY_SLOTS
                pending.append(await self.send(Topic.INBOX, key, value, headers, partition=slot))
        await acknowledged(pending)


async def acknowledged(pending: Sequence[asyncio.Future[object]]) -> None:
    """Wait until the broker has acknowledged all of ``pending``.

    Raises:
        DependencyUnavailable: one of them was not.
        RecordRefused: one of them never will be.
    """
    for result in await asyncio.gather(*pending, return_exceptions=True):
        if isinstance(result, KafkaError | OSError):
            raise _fault(result) from result
        if isinstance(result, BaseException):
            raise result


def _fault(error: KafkaError | OSError) -> Exception:
    if isinstance(error, _REFUSALS):
        return RecordRefused(f"the broker refuses the record: {error!r}"[:300])
    return DependencyUnavailable("kafka", str(error) or type(error).__name__)
