"""Several records in work at once: one that waits for a model holds nobody else up."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from schemas.events import ResumeAttached
from streams.runtime.codec import decode, gateway_slot, header
from streams.runtime.consumer import Partition
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.in_flight import InFlight
from streams.runtime.record import Record
from workers.questions.attachments import ATTACHED, Attachments
from workers.questions.embedding.service import EmbeddingFailed
from workers.questions.service import WANTED, QuestionService

logger = logging.getLogger(__name__)

_MOST_RESUMES = 256
"""Read and not yet embedded. They have room of their own: questions do not wait behind them."""


class QuestionsTogether:
    """Hands requests to a ``QuestionService`` without waiting for its answers.

    Résumés go to ``attachments``, if lines are to be found by what they say. Each record is a unit
    of its own, so the commit stays before the oldest open one.
    """

    topics = QuestionService.topics

    def __init__(
        self,
        service: QuestionService,
        *,
        dead_letters: DeadLetters,
        health: Health,
        attachments: Attachments | None = None,
        max_in_flight: int = 64,
    ) -> None:
        self._service = service
        self._dead_letters = dead_letters
        self._health = health
        self._attachments = attachments
        self._in_flight = InFlight(max_in_flight)
        self._embedding = InFlight(_MOST_RESUMES)

    async def handle(self, record: Record, partition: Partition) -> None:
        """Begin to answer ``record`` if it is a request; waits while too many are unanswered.

        Raises:
            DecodeError: a request or a résumé that is none; the topic's guardian sets it aside.
        """
        request = self._service.request_of(record)
        if request is None:
            await self._take_in(record, partition)
            return
        gw = gateway_slot(record.headers)
        await self._in_flight.room()
        partition.open(record.offset, record.offset)
        work = self._finish(record, partition, lambda: self._service.answer(request, gw))
        self._in_flight.start(partition, work)

    def take(self, record: Record, partition: Partition) -> bool:
        """Pass over what is neither a request nor a résumé."""
        kind = header(record.headers, "type")
        return kind != WANTED and (kind != ATTACHED or self._attachments is None)

    async def revoked(self, partition: Partition) -> None:
        """Give up the requests of ``partition``: its next owner answers them."""
        await self._in_flight.give_up(partition)
        await self._embedding.give_up(partition)

    async def stop(self) -> None:
        """Give up all requests; they are not committed and will be read again."""
        await self._in_flight.stop()
        await self._embedding.stop()

    async def _take_in(self, record: Record, partition: Partition) -> None:
        attachments = self._attachments
        if attachments is None or header(record.headers, "type") != ATTACHED:
            return
        attached = decode(record.key, record.value, record.headers)
        if not isinstance(attached, ResumeAttached):
            return
        gw = gateway_slot(record.headers)
        await self._embedding.room()
        partition.open(record.offset, record.offset)
        work = self._finish(record, partition, lambda: attachments.take_in(attached, gw))
        self._embedding.start(partition, work)

    async def _finish(
        self, record: Record, partition: Partition, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Do ``work`` once what it needs is there; what cannot be done is set aside."""
        try:
            await self._health.persist(work)
        except EmbeddingFailed as error:  # redelivered, it is tried again
            reason = f"the lines could not be embedded: {error.reason}"
            await self._health.persist(lambda: self._dead_letters.put(record, reason))
        except Exception as error:  # a fault of ours must not hold the commit for ever
            logger.exception("unexpected error", extra={"offset": record.offset})
            reason = f"unexpected error: {error!r}"[:300]
            await self._health.persist(lambda: self._dead_letters.put(record, reason))
        partition.close(record.offset)
