"""What the worker asks of an engine, and the worker itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Protocol

from schemas import metrics
from schemas.events import QuestionAsked, QuestionRequested
from schemas.topics import Process, Topic
from streams.runtime.codec import decode, gateway_slot, header
from streams.runtime.consumer import Partition
from streams.runtime.metrics import histogram
from streams.runtime.producer import Producer
from streams.runtime.record import Record

logger = logging.getLogger(__name__)

_WANTED = str(QuestionRequested.model_fields["type"].default)


class QuestionEngine(Protocol):
    """Makes questions.

    An engine keeps no state between requests: the request carries all it needs. The same request
    gives the same question, so that a request handled twice asks one question.
    """

    @property
    def device(self) -> str:
        """Where it runs: ``cpu`` or ``cuda``."""

    async def load(self) -> str:
        """Get warm, and return a line on what was loaded."""

    async def ask(self, request: QuestionRequested) -> QuestionAsked:
        """Return the question to put, with the request's session, question, attempt, epoch, seq.

        Raises:
            DependencyUnavailable: the engine's backend is away; ask again.
        """


class QuestionService:
    """Reads ``session.events``, skips by header what is not a request, publishes the question."""

    topics: Sequence[Topic] = (Topic.EVENTS,)

    def __init__(self, engine: QuestionEngine, producer: Producer) -> None:
        self._engine = engine
        self._producer = producer

    async def handle(self, record: Record, partition: Partition) -> None:
        """Answer ``record`` if it is a request.

        Raises:
            DecodeError: a request that is none; the topic's guardian sets it aside.
            DependencyUnavailable: the broker or the engine's backend is away.
        """
        if header(record.headers, "type") != _WANTED:
            return
        request = decode(record.key, record.value, record.headers)
        if not isinstance(request, QuestionRequested):
            return
        began = time.monotonic()
        asked = await self._engine.ask(request)
        await self._producer.publish(asked, gw=gateway_slot(record.headers))
        took = time.monotonic() - began
        histogram(metrics.WORK_SECONDS, process=Process.QUESTIONS.value).observe(took)
        logger.info("asked", extra={"id": asked.id, "engine": asked.engine, "seconds": took})

    async def revoked(self, partition: Partition) -> None:
        """Nothing is kept."""
