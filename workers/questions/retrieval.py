"""The lines of the résumé that fit a question, found before an engine asks it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, Protocol

from schemas import metrics
from schemas.events import Draft, QuestionAsked, QuestionRequested
from streams.runtime.metrics import counter, histogram
from workers.questions.embedding.service import (
    Embedder,
    EmbeddingFailed,
    Purpose,
    Vector,
    cosine_distance,
)
from workers.questions.resumes import Resumes
from workers.questions.service import QuestionEngine

MOST = 6
"""Lines that a question gets to see."""

_QUERY_CHARACTERS = 200
"""Of an answer's end, which is what a follow-up follows: some 50 words take 50 to 150 ms."""

_TELLING_CHARACTERS = 15
"""A shorter answer, such as a yes, says less of what to ask next than the position does."""

How = Literal["", "clickhouse", "memory", "order"]


@dataclass(frozen=True, slots=True)
class Found:
    """The lines that fit, the fittest first, how they were found, and in how many seconds."""

    lines: tuple[str, ...]
    how: How = ""
    took_s: float = 0.0


class Nearest(Protocol):
    """Where vectors are stored, see ``NearestLines``."""

    async def find(
        self, session: str, model: str, vector: Vector, most: int, *, within: float
    ) -> tuple[str, ...]:
        """Return the nearest lines; empty: ask elsewhere."""


class Retrieval:
    """Looks for the lines that are nearest to the last answer, or to the position.

    1. In ClickHouse, once all rows of the session are there.
    2. Here, by the vectors that are remembered; of lines that have none they are made.
    3. Not at all: the lines stay as they come.
    """

    def __init__(
        self,
        embedder: Embedder,
        resumes: Resumes,
        nearest: Nearest | None,
        *,
        deadline_s: float,
    ) -> None:
        self._embedder = embedder
        self._resumes = resumes
        self._nearest = nearest
        self._deadline = deadline_s

    async def find(self, request: QuestionRequested) -> Found:
        """Return the lines for ``request`` in at most the deadline."""
        if not request.facts:
            return Found(())
        began = time.monotonic()
        how, lines = await self._find(request, began + self._deadline)
        took = time.monotonic() - began
        counter(metrics.RETRIEVALS, how=how).inc()
        histogram(metrics.RETRIEVAL_SECONDS, how=how).observe(took)
        return Found(lines, how, took)

    async def _find(self, request: QuestionRequested, until: float) -> tuple[How, tuple[str, ...]]:
        in_order: tuple[How, tuple[str, ...]] = ("order", request.facts)
        query = query_of(request)
        if not query:
            return in_order
        try:
            (vector,) = await self._embedder.embed([query], Purpose.QUERY, within=_left(until))
        except EmbeddingFailed:
            return in_order
        stored = await self._stored(request.session, vector, until)
        if stored:
            return "clickhouse", stored
        lines = self._resumes.of(request.session) or request.facts
        try:
            vectors = await self._embedder.embed(lines, Purpose.PASSAGE, within=_left(until))
        except EmbeddingFailed:
            return in_order
        distances = [cosine_distance(vector, each) for each in vectors]
        ranked = sorted(range(len(lines)), key=distances.__getitem__)
        return "memory", tuple(lines[place] for place in ranked[:MOST])

    async def _stored(self, session: str, vector: Vector, until: float) -> tuple[str, ...]:
        if self._nearest is None:
            return ()
        return await self._nearest.find(
            session, self._embedder.model, vector, MOST, within=_left(until)
        )


class RetrievingEngine:
    """An engine that sees of a résumé only what fits, in place of ``request.facts``."""

    def __init__(self, engine: QuestionEngine, retrieval: Retrieval) -> None:
        self._engine = engine
        self._retrieval = retrieval

    @property
    def device(self) -> str:
        """The engine's."""
        return self._engine.device

    async def load(self) -> str:
        """Get the engine warm."""
        return await self._engine.load()

    async def close(self) -> None:
        """Close the engine."""
        await self._engine.close()

    def keeps(self, request: QuestionRequested, draft: Draft) -> bool:
        """Whether the engine would; which lines fit does not matter to that."""
        return self._engine.keeps(request, draft)

    async def ask(self, request: QuestionRequested, *, spent_s: float = 0.0) -> QuestionAsked:
        """Return the engine's question, with how the lines for it were found.

        Raises:
            DependencyUnavailable: the engine's backend is away; ask again.
        """
        found = await self._retrieval.find(request)
        fitting = request.model_copy(update={"facts": found.lines})
        asked = await self._engine.ask(fitting, spent_s=spent_s + found.took_s)
        return asked.model_copy(
            update={"retrieval": found.how, "retrieval_ms": round(1000 * found.took_s)}
        )


def query_of(request: QuestionRequested) -> str:
    """Return what to look for: the end of the last answer, or what the candidate applies for."""
    answer = " ".join(request.history[-1].answer.split()) if request.history else ""
    if len(answer) >= _TELLING_CHARACTERS:
        return _last_words(answer)
    position = " ".join(f"{request.position} {request.company}".split())
    return (position or answer)[:_QUERY_CHARACTERS]


def _last_words(text: str) -> str:
    if len(text) <= _QUERY_CHARACTERS:
        return text
    end = text[-_QUERY_CHARACTERS:]
    return end.partition(" ")[2] or end


def _left(until: float) -> float:
    return max(0.0, until - time.monotonic())
