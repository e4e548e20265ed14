"""What the worker asks of an engine, and the worker itself."""

from __future__ import annotations

import logging
import time
from typing import Protocol

from schemas import metrics
from schemas.events import AnswerAssessed, AssessmentRequested
from schemas.topics import Process
from streams.runtime.metrics import counter, histogram
from streams.runtime.producer import Producer

logger = logging.getLogger(__name__)


class AssessmentEngine(Protocol):
    """Assesses answers; keeps no state between requests."""

    @property
    def device(self) -> str:
        """Where it runs: ``cpu`` or ``cuda``."""

    async def load(self) -> str:
        """Get ready, and return a line on what there is."""

    async def assess(self, request: AssessmentRequested) -> AnswerAssessed:
        """Return a judgement for each criterion of the request's rubric, in its order.

        Raises:
            DependencyUnavailable: the model server is away; ask again.
        """

    async def close(self) -> None:
        """Let go of what ``load`` got."""


class AssessmentService:
    """Publishes an assessment for each request."""

    def __init__(self, engine: AssessmentEngine, producer: Producer) -> None:
        self._engine = engine
        self._producer = producer

    async def answer(self, request: AssessmentRequested, gw: int) -> None:
        """Publish the assessment that ``request`` asks for.

        Raises:
            DependencyUnavailable: the broker or the model server is away.
        """
        began = time.monotonic()
        assessed = await self._engine.assess(request)
        await self._producer.publish(assessed, gw=gw)
        took = time.monotonic() - began
        histogram(metrics.WORK_SECONDS, process=Process.ASSESSMENT.value).observe(took)
        for each in assessed.judgements:
            counter(metrics.JUDGEMENTS, outcome=each.gap or "judged").inc()
        logger.info("assessed", extra={"id": assessed.id, "seconds": took})
