"""What an answer's content shows, with the candidate's own words for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.events.base import Count, Event, Value
from schemas.language import Language
from schemas.rubric import HIGHEST, LOWEST, MAX_CRITERIA, Criterion

Level = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]

Gap = Literal["", "no_speech", "no_model", "model_failed", "not_judged", "quote_not_found"]
"""Why a criterion has no level; empty: it has one."""


class Utterance(Value):
    """What was said at one go; times are milliseconds from the answer's first sample."""

    text: str = Field(min_length=1, max_length=4000)
    start_ms: Count
    end_ms: Count


class AssessmentRequested(Event):
    """Everything needed to assess one answer; ``utterances`` are all that was heard, in order."""

    type: Literal["assessment.requested"] = "assessment.requested"
    v: Literal[1] = 1
    language: Language
    position: str = Field("", max_length=200)
    company: str = Field("", max_length=200)
    text: str = Field(min_length=1, max_length=2000, description="the question")
    rubric: tuple[Criterion, ...] = Field(min_length=1, max_length=MAX_CRITERIA)
    utterances: tuple[Utterance, ...] = ()


class Judgement(Value):
    """One criterion: a level with the words that show it, or why there is none.

    ``quote`` stands in the transcript word for word, from ``start_ms`` to ``end_ms``: the times of
    the utterances that hold it.
    """

    criterion: str = Field(max_length=40)
    level: Level | None = None
    reason: str = Field("", max_length=500)
    quote: str = Field("", max_length=1000)
    start_ms: Count = 0
    end_ms: Count = 0
    gap: Gap = ""


class AnswerAssessed(Event):
    """The assessment of one answer. It is no part of the behaviour score, and decides nothing."""

    type: Literal["answer.assessed"] = "answer.assessed"
    v: Literal[1] = 1
    language: Language
    engine: str = Field(max_length=100)
    model: str = Field("", max_length=200)
    prompt_version: str = Field("", max_length=100)
    rubric_version: str = Field(max_length=100)
    judgements: tuple[Judgement, ...] = Field(min_length=1, max_length=MAX_CRITERIA)
    took_ms: Count = 0
