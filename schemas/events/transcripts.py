"""What the candidate said."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.events.base import Count, Event, Unit, Value
from schemas.language import Language


class Word(Value):
    """One word; times are milliseconds from the answer's first sample."""

    text: str = Field(max_length=200)
    start_ms: Count
    end_ms: Count
    probability: Unit


class TranscriptSegment(Event):
    """One utterance with speech; ``seq`` is the index of its first sample (16 kHz)."""

    LIVE = True

    type: Literal["transcript.segment"] = "transcript.segment"
    v: Literal[1] = 1
    language: Language
    text: str = Field(min_length=1, max_length=4000)
    words: tuple[Word, ...]
    start_ms: Count
    end_ms: Count
    speech_ms: Count
    avg_logprob: Annotated[float, Field(le=0, allow_inf_nan=False)]
    no_speech_prob: Unit


class TranscriptFinal(Event):
    """Every segment of this answer and epoch came before this; silence has it too."""

    LIVE = True

    type: Literal["transcript.final"] = "transcript.final"
    v: Literal[1] = 1
    audio_ms: Count
