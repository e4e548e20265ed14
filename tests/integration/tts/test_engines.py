"""What every engine promises, asked of each that is installed, with its real model."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deploy.local.settings import LocalSettings
from tests.support.speech_engine import check_protocol
from workers.tts.kokoro import KokoroEngine
from workers.tts.piper import PiperEngine
from workers.tts.service import SpeechEngine, SpeechFailed

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

MODELS = LocalSettings().models

ENGINES: dict[str, tuple[Callable[[], SpeechEngine], str, str]] = {
    "piper": (
        lambda: PiperEngine(MODELS, "en_US-joe-medium", 2),
        "How did you choose?",
        "Describe a problem that took you far longer than expected. How did you get there?",
    ),
    "kokoro": (
        lambda: KokoroEngine(MODELS, "jf_gongitsune", 2),
        "어떤 역할을 맡으셨나요?",
        "예상보다 훨씬 오래 걸렸던 문제가 있었다면 어떻게 풀어 나가셨는지 말씀해 주세요.",
    ),
}
"""Name, a short text and a longer one."""


@pytest.fixture(params=sorted(ENGINES))
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[SpeechEngine]:
    made = ENGINES[request.param][0]()
    await made.load()
    yield made
    await made.close()


async def test_the_protocol(engine: SpeechEngine) -> None:
    _, short, long = ENGINES[engine.name]
    await check_protocol(engine, short, long)


async def test_a_killed_child_is_replaced() -> None:
    engine = PiperEngine(MODELS, "en_US-joe-medium", 1)
    await engine.load()
    try:
        first = engine.pid
        assert first is not None
        speaking = asyncio.create_task(engine.speak("Tell me about a time you helped somebody."))
        await asyncio.sleep(0.1)
        os.kill(first, signal.SIGKILL)
        assert (await speaking).seconds > 1
        assert engine.pid not in (None, first)
    finally:
        await engine.close()


async def test_a_voice_that_does_not_load_is_told_in_a_line(tmp_path: Path) -> None:
    for engine in (
        PiperEngine(tmp_path, "en_US-joe-medium", 1),
        KokoroEngine(tmp_path, "jf_alpha", 1),
    ):
        with pytest.raises(SpeechFailed, match=engine.name) as failed:
            await engine.load()
        assert "\n" not in str(failed.value)
        await engine.close()
