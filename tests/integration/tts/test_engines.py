"""What every engine promises, asked of each that is installed, with its real model."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from deploy.local.settings import LocalSettings
from workers.tts.clip import clip_of
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
    first, second = await engine.speak(short), await engine.speak(long)
    for speech in (first, second):
        assert speech.samples.dtype == np.float32
        assert speech.samples.ndim == 1
        assert np.abs(speech.samples).max() <= 1.0
        assert clip_of(speech)
    assert 0.5 < first.seconds < second.seconds < 15
    assert engine.device == "cpu"
    assert len(engine.model) == 64
    assert engine.voice

    # What is given up in the middle harms nothing that comes after.
    task = asyncio.create_task(engine.speak(long))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    after = await engine.speak(short)
    assert after.seconds == pytest.approx(first.seconds, rel=0.3), "the answer to another text"

    # A text that is hard to say is said or refused.
    for text in ("[[x]] %$#", "\x00\x1b[31m\n\tone\r\ntwo", "A" * 300, "한글 and English 123", "—"):
        with suppress(SpeechFailed):
            assert (await engine.speak(text)).rate > 8000
    assert (await engine.speak(short)).seconds == pytest.approx(first.seconds, rel=0.3)


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
