"""What the agent concludes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.events.base import Count, EpochMs, Event, Unit, Value
from schemas.formula import Baseline, Policy
from schemas.language import Language

Points = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class Component(Value):
    """A score and the share of its evidence that was there.

    ``value`` None means insufficient evidence, never zero.
    """

    value: Points | None
    coverage: Unit


class CalibrationCompleted(Event):
    """The zero point, and what was wrong if something was.

    ``baseline`` is always usable: all zeros when fewer than half of the frames had exactly one
    face, otherwise the medians over those that had.
    """

    LIVE = True

    type: Literal["calibration.completed"] = "calibration.completed"
    v: Literal[1] = 1
    ok: bool
    problems: tuple[Literal["no_face", "several_faces", "quiet_microphone", "no_media"], ...] = ()
    baseline: Baseline
    frames: Count
    faces: Count = Field(description="frames with exactly one face")
    rms: Unit


class QuestionScored(Event):
    """The score of one answer. Published at stage ``behaviour``, then at stage ``final``.

    ``evidence`` is the number of distinct evidence ids folded: of two scores with the same key the
    one with more evidence stands. ``emotion`` is None where the policy does not infer it.
    ``seq`` is 0 for ``behaviour`` and 1 for ``final``. An answer that was typed has stage ``final``
    alone, and no component: nothing was measured, which is another thing than too little.
    """

    LIVE = True

    type: Literal["question.scored"] = "question.scored"
    v: Literal[1] = 1
    stage: Literal["behaviour", "final"]
    language: Language
    policy: Policy
    formula_version: str = Field(min_length=1, max_length=40)
    evidence: Count
    gaze: Component
    voice: Component
    smile: Component
    posture: Component
    emotion: Component | None
    total: Component
    started_at: EpochMs
    ended_at: EpochMs
    question_text: str = Field(max_length=2000)
    transcript: str = Field("", max_length=40_000)
    words: Count = 0
    words_per_minute: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    fillers: Count = 0
    confidence: Unit | None = Field(None, description="mean probability of the words heard")
    pauses: Count = Field(0, description="silences between words of half a second and more")
    pause_ms: Count = Field(0, description="their sum")
    longest_pause_ms: Count = 0
    typed: bool = Field(False, description="the answer was written, the transcript is its text")
