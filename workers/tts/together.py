"""Several questions in work at once: one that is long in the saying holds nobody else up."""

from __future__ import annotations

import logging

from schemas.events import QuestionAsked
from streams.runtime.codec import gateway_slot, header
from streams.runtime.consumer import Partition
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.in_flight import InFlight
from streams.runtime.record import Record
from workers.tts.service import WANTED, SpeakingService

logger = logging.getLogger(__name__)


class SpeakingTogether:
    """Hands questions to a ``SpeakingService`` without waiting for its clips.

    Each question is a unit of its own, so the commit stays before the oldest unspoken one.
    """

    topics = SpeakingService.topics

    def __init__(
        self,
        service: SpeakingService,
        *,
        dead_letters: DeadLetters,
        health: Health,
        max_in_flight: int = 64,
    ) -> None:
        self._service = service
        self._dead_letters = dead_letters
        self._health = health
        self._in_flight = InFlight(max_in_flight)

    async def handle(self, record: Record, partition: Partition) -> None:
        """Begin to say ``record`` if it is a question; waits while too many are unsaid.

        Raises:
            DecodeError: a question that is none; the topic's guardian sets it aside.
        """
        question = self._service.question_of(record)
        if question is None:
            return
        gw = gateway_slot(record.headers)
        await self._in_flight.room()
        partition.open(record.offset, record.offset)
        self._in_flight.start(partition, self._answer(record, question, gw, partition))

    def take(self, record: Record, partition: Partition) -> bool:
        """Pass over what is no question."""
        return header(record.headers, "type") not in WANTED

    async def revoked(self, partition: Partition) -> None:
        """Give up the questions of ``partition``: its next owner says them."""
        await self._in_flight.give_up(partition)

    async def stop(self) -> None:
        """Give up all questions; they are not committed and will be read again."""
        await self._in_flight.stop()

    async def _answer(
        self, record: Record, question: QuestionAsked, gw: int, partition: Partition
    ) -> None:
        try:
            await self._health.persist(lambda: self._service.answer(question, gw))
        except Exception as error:  # a fault of ours must not hold the commit for ever
            logger.exception("unexpected error", extra={"offset": record.offset})
            reason = f"unexpected error: {error!r}"[:300]
            await self._health.persist(lambda: self._dead_letters.put(record, reason))
        partition.close(record.offset)
