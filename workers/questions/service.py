"""What the worker asks of an engine, and the worker itself."""

from __future__ import annotations

import logging
import time
from typing import Protocol

from schemas import metrics
from schemas.events import Draft, QuestionAsked, QuestionDrafted, QuestionRequested
from schemas.topics import Process
from streams.runtime.metrics import counter, histogram
from streams.runtime.producer import Producer

logger = logging.getLogger(__name__)


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

    def keeps(self, request: QuestionRequested, draft: Draft) -> bool:
        """Whether ``draft`` is as good a question as another one, now that the answer ended."""


class QuestionService:
    """Publishes a question, or a draft of one, for each request."""

    def __init__(self, engine: QuestionEngine, producer: Producer) -> None:
        self._engine = engine
        self._producer = producer

    async def answer(self, request: QuestionRequested, gw: int) -> None:
        """Publish the question for ``request`` to the gateway at the slot ``gw``.

        Raises:
            DependencyUnavailable: the broker or the engine's backend is away.
        """
        began = time.monotonic()
        question = await self._question(request)
        await self._producer.publish(question, gw=gw)
        took = time.monotonic() - began
        histogram(metrics.WORK_SECONDS, process=Process.QUESTIONS.value).observe(took)
        if isinstance(question, QuestionAsked):
            counter(metrics.QUESTIONS, source=question.source).inc()
        logger.info(
            question.type,
            extra={"id": question.id, "source": question.source, "seconds": took},
        )

    async def _question(self, request: QuestionRequested) -> QuestionAsked | QuestionDrafted:
        draft = request.draft
        if request.fixed:
            asked = settled(request, Draft(text=request.fixed, engine="fixed", source="fixed"))
        elif draft is not None and self._engine.keeps(request, draft):
            asked = settled(request, draft)
        else:
            asked = await self._engine.ask(request)
        return drafted(asked) if request.is_early else asked


def settled(request: QuestionRequested, draft: Draft) -> QuestionAsked:
    """Return ``draft`` as the question that answers ``request``."""
    key = request.model_dump(
        include={"session", "question", "attempt", "epoch", "seq", "at", "language"}
    )
    return QuestionAsked.model_validate({**key, **draft.model_dump()})


def drafted(asked: QuestionAsked) -> QuestionDrafted:
    """Return ``asked`` as a draft that nobody is asked yet."""
    return QuestionDrafted.model_validate(asked.model_dump(exclude={"id", "type", "v"}))
