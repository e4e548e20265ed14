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
from streams.runtime.metrics import counter, histogram
from streams.runtime.producer import Producer
from streams.runtime.record import Record

logger = logging.getLogger(__name__)

WANTED = str(QuestionRequested.model_fields["type"].default)
"""The one type of record that is read."""


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

    async def close(self) -> None:
        """Let go of connections."""

    async def ask(self, request: QuestionRequested, *, spent_s: float = 0.0) -> QuestionAsked:
        """Return the question to put, with the request's session, question, attempt, epoch, seq.

        ``spent_s`` seconds of the deadline for it are over already.

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
        request = self.request_of(record)
        if request is not None:
            await self.answer(request, gateway_slot(record.headers))

    def request_of(self, record: Record) -> QuestionRequested | None:
        """Return the request that ``record`` is, or None if it is something else.

        Raises:
            DecodeError: a request that is none.
        """
        if header(record.headers, "type") != WANTED:
            return None
        request = decode(record.key, record.value, record.headers)
        return request if isinstance(request, QuestionRequested) else None

    async def answer(self, request: QuestionRequested, gw: int) -> None:
        """Publish the question for ``request`` to the gateway at the slot ``gw``.

        Raises:
            DependencyUnavailable: the broker or the engine's backend is away.
        """
        began = time.monotonic()
        asked = await self._engine.ask(request)
        await self._producer.publish(asked, gw=gw)
        counter(metrics.QUESTIONS, source=asked.source).inc()
        took = time.monotonic() - began
        histogram(metrics.WORK_SECONDS, process=Process.QUESTIONS.value).observe(took)
        logger.info("asked", extra={"id": asked.id, "source": asked.source, "seconds": took})

    async def revoked(self, partition: Partition) -> None:
        """Nothing is kept."""
