"""Several requests in work at once: one that waits for a model holds nobody else up."""

from __future__ import annotations

import asyncio
import logging

from schemas.events import QuestionRequested
from streams.runtime.codec import gateway_slot, header
from streams.runtime.consumer import Partition
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.in_flight import InFlight
from streams.runtime.record import Record
from workers.questions.service import WANTED, QuestionService

logger = logging.getLogger(__name__)


class QuestionsTogether:
    """Hands requests to a ``QuestionService`` without waiting for its answers.

    Each request is a unit of its own, so the commit stays before the oldest unanswered one. A draft
    in work is given up when its session asks for something newer: the model has better to do.
    """

    topics = QuestionService.topics

    def __init__(
        self,
        service: QuestionService,
        *,
        dead_letters: DeadLetters,
        health: Health,
        max_in_flight: int = 64,
    ) -> None:
        self._service = service
        self._dead_letters = dead_letters
        self._health = health
        self._in_flight = InFlight(max_in_flight)
        self._drafts: dict[str, asyncio.Future[None]] = {}
        """In work, by session."""

    async def handle(self, record: Record, partition: Partition) -> None:
        """Begin to answer ``record`` if it is a request; waits while too many are unanswered.

        Raises:
            DecodeError: a request that is none; the topic's guardian sets it aside.
        """
        request = self._service.request_of(record)
        if request is None:
            return
        gw = gateway_slot(record.headers)
        await self._in_flight.room()
        partition.open(record.offset, record.offset)
        overtaken = self._drafts.pop(request.session, None)
        if overtaken is not None:
            overtaken.cancel()
        self._in_flight.start(partition, self._answer(record, request, gw, partition))

    def take(self, record: Record, partition: Partition) -> bool:
        """Pass over what is no request."""
        return header(record.headers, "type") != WANTED

    async def revoked(self, partition: Partition) -> None:
        """Give up the requests of ``partition``: its next owner answers them."""
        await self._in_flight.give_up(partition)

    async def stop(self) -> None:
        """Give up all requests; they are not committed and will be read again."""
        await self._in_flight.stop()

    async def _answer(
        self, record: Record, request: QuestionRequested, gw: int, partition: Partition
    ) -> None:
        try:
            if request.is_early:
                await self._draft(request, gw)
            else:
                await self._health.persist(lambda: self._service.answer(request, gw))
        except Exception as error:  # a fault of ours must not hold the commit for ever
            logger.exception("unexpected error", extra={"offset": record.offset})
            reason = f"unexpected error: {error!r}"[:300]
            await self._health.persist(lambda: self._dead_letters.put(record, reason))
        partition.close(record.offset)

    async def _draft(self, request: QuestionRequested, gw: int) -> None:
        """Answer ``request`` unless it is overtaken."""
        work = asyncio.ensure_future(
            self._health.persist(lambda: self._service.answer(request, gw))
        )
        self._drafts[request.session] = work
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()  # where this one was
            if self._drafts.get(request.session) is work:
                del self._drafts[request.session]
        if not work.cancelled():
            work.result()
