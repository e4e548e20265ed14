"""Résumés that sessions name: their lines are remembered, embedded and published."""

from __future__ import annotations

import asyncio
import logging

from schemas import metrics
from schemas.events import ResumeAttached, ResumeEmbedded
from streams.runtime.backoff import delays
from streams.runtime.metrics import counter
from streams.runtime.producer import Producer
from streams.runtime.record import BadRecord
from workers.questions.embedding.service import Embedder, EmbeddingFailed, Purpose, Vector, rounded
from workers.questions.resumes import Resumes

logger = logging.getLogger(__name__)

_AT_ONCE = 16
_TRIES = 4
_FIRST_DELAY_S = 2.0
"""Doubled each time: 14 s in all, in which a server that fails is asked again after its rest."""

_WITHIN_S = 120.0
"""For the lines of one résumé, 200 at most, on a machine that has other things to do."""

_PUBLISHED_TOGETHER = 50


class Attachments:
    """Turns ``resume.attached`` into one ``resume.embedded`` a line.

    The same lines and model give the same events, so that a résumé read twice is stored once.
    """

    def __init__(self, embedder: Embedder, resumes: Resumes, producer: Producer) -> None:
        self._embedder = embedder
        self._resumes = resumes
        self._producer = producer
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def answer(self, attached: ResumeAttached, gw: int) -> None:
        """Remember the lines, and publish them with their vectors.

        Raises:
            BadRecord: there are no vectors, after several tries; redelivered, it is tried again.
            DependencyUnavailable: the broker is away; called again, the vectors are there already.
        """
        self._resumes.keep(attached.session, [line.text for line in attached.lines])
        async with self._turns:
            try:
                vectors = await self._embedded(attached)
            except EmbeddingFailed as error:
                counter(metrics.RESUME_LINES, outcome="failed").inc(len(attached.lines))
                reason = f"the lines could not be embedded: {error.reason}"
                raise BadRecord(reason) from None
            events = [
                ResumeEmbedded(
                    session=attached.session,
                    seq=place,
                    at=attached.at,
                    lines=len(attached.lines),
                    kind=line.kind,
                    text=line.text,
                    model=self._embedder.model,
                    vector=rounded(vector),
                )
                for place, (line, vector) in enumerate(zip(attached.lines, vectors, strict=True))
            ]
            for first in range(0, len(events), _PUBLISHED_TOGETHER):
                await self._producer.publish(*events[first : first + _PUBLISHED_TOGETHER], gw=gw)
        counter(metrics.RESUME_LINES, outcome="embedded").inc(len(events))
        logger.info("embedded", extra={"id": attached.id, "lines": len(events)})

    async def _embedded(self, attached: ResumeAttached) -> list[Vector]:
        texts = [line.text for line in attached.lines]
        for number, delay in enumerate(delays(first=_FIRST_DELAY_S, largest=8.0), start=1):
            try:
                return await self._embedder.embed(texts, Purpose.PASSAGE, within=_WITHIN_S)
            except EmbeddingFailed as error:
                logger.warning("not embedded", extra={"id": attached.id, "reason": error.reason})
                if number == _TRIES:
                    raise
            await asyncio.sleep(delay)
        raise AssertionError("delays() is endless")
