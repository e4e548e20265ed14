"""Live events: this gateway's own partition of ``gateway.inbox``, read without a group."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, OffsetOutOfRangeError
from aiokafka.structs import ConsumerRecord

from gateway.live.services import Services
from schemas import metrics
from schemas.events import Event
from schemas.ids import now_ms
from schemas.topics import Process, Topic
from streams.runtime.backoff import delays
from streams.runtime.client import client_arguments
from streams.runtime.codec import DecodeError, decode
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.metrics import counter
from streams.runtime.record import Record

logger = logging.getLogger(__name__)

_POLL_MS = 500
_NOTE_EVERY = 2.0
_SEEK_WITHIN = 12.0
_STOP_WITHIN = 5.0

Deliver = Callable[[Event], Awaitable[None]]


class Inbox:
    """Reads on where this slot stopped, or from the end."""

    def __init__(self, services: Services, deliver: Deliver) -> None:
        self._services = services
        self._deliver = deliver
        self._dead_letters = DeadLetters(services.producer, Process.GATEWAY)
        slot = services.settings.slot
        self._partition = TopicPartition(services.kafka.physical(Topic.INBOX), slot)

    async def run(self) -> None:
        """Read for ever."""
        for delay in delays():
            consumer = AIOKafkaConsumer(
                **client_arguments(self._services.kafka),
                enable_auto_commit=False,
                auto_offset_reset="none",
            )
            consumer.assign([self._partition])
            try:
                await consumer.start()
                await self._seek(consumer)
                self._services.health.arrived("kafka")
                await self._read(consumer)
            except OffsetOutOfRangeError:
                logger.warning("inbox records are gone; reading from the end")
                await self._note(-1)
            except (KafkaError, OSError, TimeoutError) as error:
                self._services.health.waiting("kafka", str(error) or type(error).__name__)
            except Exception:  # a fault of ours must not leave candidates without live events
                logger.exception("reading the inbox failed; it will be repeated")
            finally:
                await _stop(consumer)
            await asyncio.sleep(delay)

    async def _seek(self, consumer: AIOKafkaConsumer) -> None:
        offset = await self._services.store.inbox_offset(self._services.settings.slot)
        async with asyncio.timeout(_SEEK_WITHIN):
            first = (await consumer.beginning_offsets([self._partition]))[self._partition]
            end = (await consumer.end_offsets([self._partition]))[self._partition]
        known = offset is not None and first <= offset <= end
        consumer.seek(self._partition, offset if known else end)
        await self._note(offset if offset is not None and known else end)

    async def _read(self, consumer: AIOKafkaConsumer) -> None:
        """Read as long as the consumer lives; it reconnects by itself when Kafka was away."""
        loop = asyncio.get_running_loop()
        noted = loop.time()
        while True:
            batches = await consumer.getmany(timeout_ms=_POLL_MS)
            records = batches.get(self._partition, [])
            for record in records:
                await self._take(record)
            if records or loop.time() - noted >= _NOTE_EVERY:
                noted = loop.time()
                await self._note(await consumer.position(self._partition))

    async def _take(self, raw: ConsumerRecord) -> None:
        counter(metrics.RECORDS, process=Process.GATEWAY.value, topic=Topic.INBOX.value).inc()
        headers = tuple(raw.headers)
        try:
            event = decode(raw.key, raw.value, headers)
        except DecodeError as error:
            await self._set_aside(raw, str(error))
            return
        try:
            await self._deliver(event)
        except Exception as error:  # one event must not keep the others from their candidates
            logger.exception("live event failed", extra={"event": event.id})
            await self._set_aside(raw, f"unexpected error: {error!r}"[:300])

    async def _set_aside(self, raw: ConsumerRecord, reason: str) -> None:
        record = Record(
            topic=Topic.INBOX,
            partition=raw.partition,
            offset=raw.offset,
            key=raw.key,
            value=raw.value,
            headers=tuple(raw.headers),
            timestamp=raw.timestamp,
        )
        await self._services.health.persist(lambda: self._dead_letters.put(record, reason))

    async def _note(self, offset: int) -> None:
        slot = self._services.settings.slot
        await self._services.store.note_gateway(slot, offset, now_ms())


async def _stop(consumer: AIOKafkaConsumer) -> None:
    """Stop ``consumer`` in a task of its own.

    aiokafka cancels fetches that are under way and lets their cancellation out, which would end
    the caller as well.
    """
    stopping = asyncio.create_task(consumer.stop())
    await asyncio.wait({stopping}, timeout=_STOP_WITHIN)
    if stopping.done() and not stopping.cancelled() and stopping.exception() is not None:
        logger.warning("the inbox consumer did not stop cleanly", exc_info=stopping.exception())
