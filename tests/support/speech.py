"""Audio for the tests of voice and speech to text."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from schemas.formula import Policy
from schemas.language import Language
from schemas.media import SAMPLE_RATE, AudioMeta
from workers.stt.vad import FRAME

LIBRIVOX = Path("/usr/share/pocketsphinx/test/data/librivox")
"""Read sentences with their transcripts (Debian's pocketsphinx-testdata)."""

Samples = npt.NDArray[np.int16]


class EnergyDetector:
    """Speech is what is loud; it remembers, as a real one does, so a forgotten reset shows."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._level = 0.0
        self._rest = np.zeros(0, np.int16)

    def feed(self, samples: Samples) -> list[float]:
        heard = np.concatenate([self._rest, samples])
        count = heard.size // FRAME
        self._rest = heard[count * FRAME :]
        found = []
        for frame in heard[: count * FRAME].reshape(count, FRAME):
            now = min(1.0, float(np.abs(frame.astype(np.float64)).mean()) / 2000)
            self._level = 0.6 * now + 0.4 * self._level
            found.append(self._level)
        return found


def loud(samples: int, level: int = 4000, seed: int = 0) -> Samples:
    """Return noise that the ``EnergyDetector`` takes for speech."""
    noise = np.random.default_rng(seed).normal(0, level, samples)
    return np.clip(noise, -32768, 32767).astype(np.int16)


def silence(samples: int) -> Samples:
    return np.zeros(samples, np.int16)


def sentence(number: str) -> Samples:
    """Return one of the LibriVox sentences, e.g. ``0870``."""
    path = LIBRIVOX / f"sense_and_sensibility_01_austen_64kb-{number}.wav"
    with wave.open(str(path)) as file:
        assert file.getframerate() == SAMPLE_RATE
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def sentence_text(number: str) -> str:
    """Return what is read in it, in lower case without punctuation."""
    for line in (LIBRIVOX / "transcription").read_text().splitlines():
        if line.rstrip().endswith(f"-{number})"):
            return line.split("<s>")[1].split("</s>")[0].strip()
    raise KeyError(number)


def audio_meta(
    session: str = "s_a",
    question: int = 1,
    seq: int = 0,
    *,
    attempt: int = 1,
    epoch: int = 1,
    first_sample: int = 0,
    final: bool = False,
    language: Language = Language.ENGLISH,
    at: int = 1_700_000_000_000,
) -> AudioMeta:
    return AudioMeta(
        session=session,
        question=question,
        attempt=attempt,
        epoch=epoch,
        seq=seq,
        at=at + seq * 500,
        gw=3,
        language=language,
        policy=Policy.PRACTICE,
        first_sample=first_sample,
        final=final,
    )


def answer_records(
    samples: Samples,
    session: str = "s_a",
    question: int = 1,
    *,
    chunk: int = SAMPLE_RATE // 2,
    language: Language = Language.ENGLISH,
    epoch: int = 1,
) -> list[tuple[AudioMeta, Samples]]:
    """Return the records of an answer as a gateway publishes them, with an empty end marker."""
    found = []
    for seq, first in enumerate(range(0, samples.size, chunk)):
        meta = audio_meta(
            session, question, seq, first_sample=first, language=language, epoch=epoch
        )
        found.append((meta, samples[first : first + chunk]))
    end = audio_meta(
        session,
        question,
        len(found),
        first_sample=int(samples.size),
        final=True,
        language=language,
        epoch=epoch,
    )
    return [*found, (end, silence(0))]


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until ``condition`` holds.

    Raises:
        TimeoutError: it does not within ``seconds``.
    """
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - any condition, not one event
            await asyncio.sleep(0.005)
