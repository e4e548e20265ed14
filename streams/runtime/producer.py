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
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    TopicAuthorizationFailedError,
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

_FAREWELL = 3.0
"""Seconds to send what is buffered when stopping; what is not acknowledged is done again."""


class RecordRefused(Exception):  # noqa: N818 - says what the record is
    """The broker will not take this record, now or later: trying again is no use."""


class Producer:
    """Publishes records and waits for the broker's acknowledgement.

    Order within a key is kept: an await returns when the record and all earlier ones of its
    partition are acknowledged.
    """

    def __init__(self, settings: KafkaSettings, process: Process, *, linger_ms: int = 5) -> None:
        """Prepare a producer; a record waits ``linger_ms`` for others of its partition."""
        self._settings = settings
        self._process = process
        self._linger_ms = linger_ms
        self._kafka: AIOKafkaProducer | None = None

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
        if self._kafka is not None:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(self._kafka.stop(), _FAREWELL)
            self._kafka = None

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
        if self._kafka is None:
            raise DependencyUnavailable("kafka", "the producer is not started")
        try:
            future: asyncio.Future[object] = await self._kafka.send(
                self._settings.physical(topic),
                key=key,
                value=value,
                headers=list(headers),
                partition=partition,
            )
        except (KafkaError, OSError) as error:
            raise _fault(error) from error
        counter(metrics.PUBLISHED, topic=topic.value).inc()
        return future

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
