"""Speech: how fast, how fluent, how surely heard."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.events import TranscriptSegment
from schemas.language import Language

_FILLERS: dict[Language, re.Pattern[str]] = {
    Language.ENGLISH: re.compile(
        r"\b(?:u+m+|u+h+|e+r+m?|a+h+|h+m+)\b" r"|\b(?:you know|i mean)(?=\s*[,.…])"
    ),
    Language.KOREAN: re.compile(
        r"(?<!\w)(?:음+|어+|으+음*|에+|흠+|뭐랄까|뭐지|그니까)(?!\w)"
        r"|(?<!\w)(?:그|저|뭐|아|그러니까)(?=\s*(?:,|…|\.\.))"
    ),
}
"""By language, on lower-case text: sounds that fill a pause, as words of their own, and words
that fill one only when a pause follows ("you know, …", "그… 사람"), else they carry meaning."""


PAUSE_MS = 500
"""Research on hesitation counts silences from 250 ms on (F. Goldman-Eisler, Psycholinguistics,
1968); the recogniser's word times are not that exact, so only what is surely one counts."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What the transcript tells of an answer; ``confidence`` 0 to 1, None without a word."""

    transcript: str
    words: int
    words_per_minute: float | None
    fillers: int
    confidence: float | None
    speech_ms: int
    pauses: int
    pause_ms: int
    longest_pause_ms: int


def speech(segments: Sequence[TranscriptSegment], language: Language) -> Speech:
    """Return what ``segments``, in order of (epoch, seq), say together.

    transcript = their texts joined by a space. A minute of words_per_minute is one inside the
    segments, Σ(end_ms − start_ms): time to think before and between utterances does not slow the
    speaker down. confidence = mean probability of the words. fillers are counted in each segment's
    text by the language's list. speech_ms = Σ speech_ms. A pause is a silence between two words of
    at least ``PAUSE_MS``; before the first word and after the last there is none.
    """
    silences = [gap for gap in _silences(segments) if gap >= PAUSE_MS]
    probabilities = [word.probability for segment in segments for word in segment.words]
    words = sum(len(segment.words) or len(segment.text.split()) for segment in segments)
    spoken_ms = sum(max(0, segment.end_ms - segment.start_ms) for segment in segments)
    return Speech(
        transcript=" ".join(segment.text for segment in segments),
        words=words,
        words_per_minute=words * 60_000 / spoken_ms if spoken_ms else None,
        fillers=sum(count_fillers(segment.text, language) for segment in segments),
        confidence=math.fsum(probabilities) / len(probabilities) if probabilities else None,
        speech_ms=sum(segment.speech_ms for segment in segments),
        pauses=len(silences),
        pause_ms=sum(silences),
        longest_pause_ms=max(silences, default=0),
    )


def _silences(segments: Sequence[TranscriptSegment]) -> Iterator[int]:
    """Yield the milliseconds between each word and the next; a segment without words is one."""
    end: int | None = None
    for segment in segments:
        for part in segment.words or (segment,):
            if end is not None:
                yield part.start_ms - end
            end = max(part.end_ms, end or 0)


def count_fillers(text: str, language: Language) -> int:
    """Return how many fillers of ``language`` are in ``text``."""
    return len(_FILLERS[language].findall(text.lower()))
