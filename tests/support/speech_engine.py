"""What every engine that speaks promises, asked of whichever it is."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import numpy as np
import pytest

from workers.tts.clip import clip_of
from workers.tts.service import SpeechEngine, SpeechFailed

HARD = ("[[x]] %$#", "\x00\x1b[31m\n\tone\r\ntwo", "A" * 300, "한글 and English 123", "—")
"""Texts that may be said or refused, and must harm nothing that comes after."""


async def check_protocol(
    engine: SpeechEngine,
    short: str,
    long: str,
    *,
    cancel_after_s: float = 0.05,
    device: str = "cpu",
) -> None:
    """Check a loaded engine with two texts that it can say, one clearly longer."""
    first, second = await engine.speak(short), await engine.speak(long)
    for speech in (first, second):
        assert speech.samples.dtype == np.float32
        assert speech.samples.ndim == 1
        assert np.abs(speech.samples).max() <= 1.0
        assert clip_of(speech)
    assert 0.5 < first.seconds < second.seconds < 15
    assert engine.device == device
    assert len(engine.model) == 64
    assert engine.voice

    unheard = f"{short.rstrip('.?!')}, {long}"  # an engine may keep sentences that it has said
    task = asyncio.create_task(engine.speak(unheard))
    await asyncio.sleep(cancel_after_s)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    after = await engine.speak(short)
    assert after.seconds == pytest.approx(first.seconds, rel=0.3), "the answer to another text"

    for text in HARD:
        with suppress(SpeechFailed):
            assert (await engine.speak(text)).rate > 8000
    assert (await engine.speak(short)).seconds == pytest.approx(first.seconds, rel=0.3)
