"""Questions as a speech recogniser hears them: how much of a text survives being said."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from deploy.local.settings import LocalSettings
from schemas.bank import BANKS, Entry
from schemas.language import Language
from schemas.media import SAMPLE_RATE
from schemas.settings import SttSettings, TtsSettings
from workers.stt.device import choose_device, model_folder
from workers.stt.faster_whisper import FasterWhisper
from workers.tts.clip import clip_of
from workers.tts.engines import engines
from workers.tts.filters import joined, through
from workers.tts.ogg import decoded

TARGETS: Mapping[Language, float] = {Language.KOREAN: 0.15, Language.ENGLISH: 0.08}
"""Largest mean error rate: of characters in Korean, whose spacing is free, of words in English."""

FILLED = {
    Language.KOREAN: {"{position}": "백엔드 개발자", "{company}": "한빛소프트"},
    Language.ENGLISH: {"{position}": "backend engineer", "{company}": "Northwind"},
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One question; ``took_s`` is what saying it took, ``length_s`` how long the clip plays."""

    text: str
    heard: str
    errors: float
    length_s: float
    took_s: float


def bank(language: Language) -> list[str]:
    """Return every question of the bank as it is when nothing is known of the job."""
    return [entry.text for entry in BANKS[language].all]


def woven(language: Language) -> list[str]:
    """Return the other wordings, with a position and a company."""
    return [_filled(entry, language) for entry in BANKS[language].all if entry.woven]


async def hear(language: Language, texts: Sequence[str], threads: int = 2) -> list[Heard]:
    """Say ``texts`` with the engine of ``language`` and have Whisper base write down the clips."""
    models = LocalSettings().models
    settings = SttSettings(model="base", device="cpu", threads=threads)
    recogniser = FasterWhisper(model_folder(settings, models), settings, choose_device(settings))
    engine = engines(TtsSettings(threads=threads), models)[language]
    await engine.load()
    found = []
    try:
        for text in texts:
            began = time.monotonic()
            clip = clip_of(await engine.speak(text))
            took = time.monotonic() - began
            speech = decoded(clip)
            samples = joined(
                through(speech.samples, speech.rate, [("aresample", str(SAMPLE_RATE))])
            )
            pcm = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
            heard = recogniser.transcribe(pcm, language).text
            rate = error_rate(text, heard, language)
            found.append(Heard(text, heard, rate, speech.seconds, took))
    finally:
        await engine.close()
    return found


def error_rate(text: str, heard: str, language: Language) -> float:
    """Return edits by length: of characters without spaces in Korean, of words in English.

    Punctuation and case do not count.
    """
    wanted, got = _units(text, language), _units(heard, language)
    return distance(wanted, got) / len(wanted)


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many insertions, deletions and substitutions lie between two sequences."""
    row = list(range(len(other) + 1))
    for first, left in enumerate(one, 1):
        above, row = row, [first]
        for second, right in enumerate(other, 1):
            row.append(min(above[second] + 1, row[-1] + 1, above[second - 1] + (left != right)))
    return row[-1]


def _units(text: str, language: Language) -> Sequence[str]:
    plain = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    if language is Language.KOREAN:
        return re.sub(r"[\W_]", "", plain)
    return re.findall(r"[\w']+", plain)


def _filled(entry: Entry, language: Language) -> str:
    text = entry.woven
    for name, value in FILLED[language].items():
        text = text.replace(name, value)
    return text
