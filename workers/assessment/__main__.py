"""Runs the assessment worker: ``python -m workers.assessment``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from schemas.events import AssessmentRequested
from schemas.settings import AssessmentSettings
from schemas.topics import Process
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.process import Context, main
from streams.runtime.requests import Requests
from workers.assessment.none import NoEngine
from workers.assessment.openai import OpenAIEngine
from workers.assessment.service import AssessmentEngine, AssessmentService


def engine(settings: AssessmentSettings) -> AssessmentEngine:
    """Return the engine that the settings name."""
    return OpenAIEngine(settings) if settings.engine == "openai" else NoEngine()


async def serve(context: Context) -> None:
    """Answer requests for assessments."""
    chosen = engine(AssessmentSettings())
    try:
        context.health.ready(detail=await chosen.load(), device=chosen.device)
        service = Requests(
            AssessmentService(chosen, context.producer),
            (AssessmentRequested,),
            dead_letters=DeadLetters(context.producer, Process.ASSESSMENT),
            health=context.health,
        )
        try:
            await context.consumer(service).run(context.stop)
        finally:
            await service.stop()
    finally:
        await chosen.close()


def check() -> Sequence[str]:
    """Return what is wrong with this process's settings."""
    AssessmentSettings()
    return []


if __name__ == "__main__":
    sys.exit(main(Process.ASSESSMENT, serve, check, sys.argv[1:]))
