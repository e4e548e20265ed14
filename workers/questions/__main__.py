"""Runs the questions worker: ``python -m workers.questions``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from schemas.settings import QuestionsSettings
from schemas.topics import Process
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.process import Context, main
from workers.questions.bank import BankEngine
from workers.questions.openai import OpenAIEngine
from workers.questions.service import QuestionService
from workers.questions.together import QuestionsTogether


def engine(
    settings: QuestionsSettings, told: Callable[[str], None] = lambda _: None
) -> BankEngine | OpenAIEngine:
    """Return the engine that the settings name; ``told`` hears when its model comes or goes."""
    if settings.engine == "openai":
        return OpenAIEngine(settings, told)
    return BankEngine()


async def serve(context: Context) -> None:
    """Answer requests for questions."""
    chosen = engine(QuestionsSettings(), lambda detail: _tell(context.health, detail))
    try:
        # Ready with or without a model: templates and bank ask while its server is away.
        context.health.ready(detail=await chosen.load(), device=chosen.device)
        service = QuestionsTogether(
            QuestionService(chosen, context.producer),
            dead_letters=DeadLetters(context.producer, Process.QUESTIONS),
            health=context.health,
        )
        try:
            await context.consumer(service).run(context.stop)
        finally:
            await service.stop()
    finally:
        await chosen.close()


def _tell(health: Health, detail: str) -> None:
    health.detail = detail


def check() -> Sequence[str]:
    """Return what is wrong with this process's settings."""
    QuestionsSettings()
    return []


if __name__ == "__main__":
    sys.exit(main(Process.QUESTIONS, serve, check, sys.argv[1:]))
