"""What the gateway says about a session: it alone decides when things start and end."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.events.base import Count, EpochMs, Event, Value
from schemas.formula import Baseline, Formula, Policy
from schemas.language import Language


class EpochCounts(Value):
    """How many media records of one epoch the broker acknowledged."""

    epoch: Count
    frames: Count
    chunks: Count


class SessionStarted(Event):
    """A session was created. ``at`` is its creation."""

    type: Literal["session.started"] = "session.started"
    v: Literal[1] = 1
    language: Language
    policy: Policy
    questions: int = Field(ge=1, le=50, description="how many questions the interview has")
    position: str = Field("", max_length=200)
    company: str = Field("", max_length=200)


class SessionConnected(Event):
    """An offer was accepted; ``epoch`` counts them, ``seq`` equals it."""

    type: Literal["session.connected"] = "session.connected"
    v: Literal[1] = 1


class SessionDisconnected(Event):
    """The connection of ``epoch`` is gone."""

    type: Literal["session.disconnected"] = "session.disconnected"
    v: Literal[1] = 1
    reason: str = Field(max_length=200)


class SessionEnded(Event):
    """No more questions will be asked in this session."""

    type: Literal["session.ended"] = "session.ended"
    v: Literal[1] = 1
    reason: Literal["completed", "left", "expired"]


class SessionDeleted(Event):
    """All that is stored of this session goes, and what still comes of it is not stored."""

    type: Literal["session.deleted"] = "session.deleted"
    v: Literal[1] = 1
    by: Literal["candidate", "owner"] = Field(description="who asked for it")


class CalibrationStarted(Event):
    """Media of question 0 follows; nothing of it was published before this was acknowledged."""

    type: Literal["calibration.started"] = "calibration.started"
    v: Literal[1] = 1
    language: Language
    policy: Policy
    formula: Formula
    video: bool = Field(True, description="whether pictures of the camera are analysed")


class CalibrationEnded(Event):
    """The calibration consists of exactly these media records."""

    type: Literal["calibration.ended"] = "calibration.ended"
    v: Literal[1] = 1
    counts: tuple[EpochCounts, ...]


class AnswerStarted(Event):
    """An answer opens. Carries all that its fold needs besides the evidence."""

    type: Literal["answer.started"] = "answer.started"
    v: Literal[1] = 1
    language: Language
    policy: Policy
    formula: Formula
    baseline: Baseline
    text: str = Field(min_length=1, max_length=2000, description="the question being answered")
    typed: bool = Field(
        False, description="the answer is given in writing: no media of it is published"
    )


class AnswerEnded(Event):
    """An answer consists of exactly these media records. ``at`` starts the scoring lag."""

    type: Literal["answer.ended"] = "answer.ended"
    v: Literal[1] = 1
    started_at: EpochMs
    counts: tuple[EpochCounts, ...]
    reason: Literal["done", "limit", "left"]


class AnswerAbandoned(Event):
    """The open answer (or calibration) is incomplete and will not be scored.

    The candidate is asked the same question again as the next attempt. Published together with a
    ``final`` audio marker, so that no worker keeps the answer open.
    """

    type: Literal["answer.abandoned"] = "answer.abandoned"
    v: Literal[1] = 1
    reason: str = Field(max_length=200)
