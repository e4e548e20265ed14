"""Runs the speaking worker: ``python -m workers.tts``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

from schemas.events import QuestionAsked, QuestionDrafted, SessionEnded
from schemas.settings import ProcessSettings, TtsSettings
from schemas.topics import Process
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.objects import FolderStore
from streams.runtime.process import Context, main
from streams.runtime.requests import Requests
from workers.tts.ahead import say_ahead
from workers.tts.engines import engine_problems, engines
from workers.tts.service import SpeakingService


async def serve(context: Context) -> None:
    """Say the questions that are asked."""
    settings = TtsSettings()
    chosen = engines(settings, context.settings.models)
    context.health.waiting("model", "loading voices")
    try:
        loaded = [await each.load() for each in chosen.values()]
        context.health.arrived("model")
        devices = sorted({each.device for each in chosen.values()}, reverse=True)
        context.health.ready(devices[0], ", ".join(loaded))
        speaking = SpeakingService(
            chosen,
            FolderStore(context.settings.objects),
            context.producer,
            deadline_s=settings.deadline_s,
        )
        service = Requests[QuestionAsked | QuestionDrafted | SessionEnded](
            speaking,
            (QuestionAsked, QuestionDrafted, SessionEnded),
            dead_letters=DeadLetters(context.producer, Process.TTS),
            health=context.health,
        )
        bank = asyncio.create_task(say_ahead(speaking, idle_s=settings.ahead_after_s))
        try:
            await context.consumer(service).run(context.stop)
        finally:
            bank.cancel()
            await asyncio.gather(bank, return_exceptions=True)
            await service.stop()
            await speaking.close()
    finally:
        await asyncio.gather(*(each.close() for each in chosen.values()))


def check() -> Sequence[str]:
    """Return what is wrong with settings, engines and model files."""
    return engine_problems(TtsSettings(), ProcessSettings().models)


if __name__ == "__main__":
    sys.exit(main(Process.TTS, serve, check, sys.argv[1:]))
