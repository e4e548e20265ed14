"""Runs the questions worker: ``python -m workers.questions``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from schemas.settings import QuestionsSettings
from schemas.topics import Process
from streams.runtime.process import Context, main
from workers.questions.bank import BankEngine
from workers.questions.service import QuestionEngine, QuestionService


def engine(settings: QuestionsSettings) -> QuestionEngine:
    """Return the engine that the settings name."""
    engines: dict[str, type[BankEngine]] = {"bank": BankEngine}
    return engines[settings.engine]()


async def serve(context: Context) -> None:
    """Answer requests for questions."""
    chosen = engine(QuestionsSettings())
    detail = await chosen.load()
    context.health.ready(device=chosen.device, detail=detail)
    await context.consumer(QuestionService(chosen, context.producer)).run(context.stop)


def check() -> Sequence[str]:
    """Return what is wrong with this process's settings."""
    QuestionsSettings()
    return []


if __name__ == "__main__":
    sys.exit(main(Process.QUESTIONS, serve, check, sys.argv[1:]))
