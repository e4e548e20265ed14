"""Asking for a question, asking it, and saying it aloud."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.events.base import Count, Event, Value
from schemas.language import Language


class Exchange(Value):
    """A question asked earlier and what was heard in reply."""

    question: str = Field(max_length=2000)
    answer: str = Field(max_length=20_000)


Source = Literal["bank", "model", "template", "fixed"]
"""Where a question comes from; ``fixed``: from the interview's owner."""

IMPERSONAL: frozenset[Source] = frozenset({"bank", "fixed"})
"""What was there before the candidate said anything: others are asked it too."""


class Draft(Value):
    """A question and where it comes from."""

    text: str = Field(min_length=1, max_length=2000)
    engine: str = Field(max_length=100)
    source: Source
    model: str = Field("", max_length=200, description="language model that was asked for it")
    prompt_version: str = Field("", max_length=100)
    guard: str = Field(
        "", max_length=200, description="what became of each draft, by comma: passed, or why not"
    )
    grounding: str = Field(
        "", max_length=2000, description="words of the last answer or the résumé that it rests on"
    )
    took_ms: Count = Field(0, description="how long the engine worked")
    retrieval: Literal["", "clickhouse", "memory", "order"] = Field(
        "",
        description="how the lines of the résumé were chosen: by distance in ClickHouse or in the "
        "worker, or as they come; empty: there were none to choose from",
    )
    retrieval_ms: Count = Field(0, description="how long that took; part of took_ms")


class QuestionRequested(Event):
    """Everything an engine needs to ask question number ``question``; engines keep no state.

    ``seq`` 0 asks for the question itself. From 1 on it asks for a draft, while the answer before
    is still being given: ``history`` ends with what was heard of it so far.
    """

    type: Literal["question.requested"] = "question.requested"
    v: Literal[1] = 1
    language: Language
    total: int = Field(ge=1, le=50)
    position: str = Field("", max_length=200)
    company: str = Field("", max_length=200)
    facts: tuple[str, ...] = Field((), description="fitting lines of the résumé")
    history: tuple[Exchange, ...] = ()
    fixed: str = Field("", max_length=500, description="the owner's own question: ask this one")
    draft: Draft | None = Field(None, description="the latest draft: ask it if it still fits")

    @property
    def is_early(self) -> bool:
        """Whether a draft is asked for."""
        return self.seq > 0


class QuestionAsked(Draft, Event):
    """The question to put to the candidate."""

    LIVE = True

    type: Literal["question.asked"] = "question.asked"
    v: Literal[1] = 1
    language: Language


class QuestionDrafted(Draft, Event):
    """What would be asked if the answer ended now; ``seq`` is that of its request."""

    LIVE = True

    type: Literal["question.drafted"] = "question.drafted"
    v: Literal[1] = 1
    language: Language


class QuestionSpoken(Event):
    """A question as a clip to be played: Opus in Ogg, in the object store.

    Session, question, attempt, epoch and seq are those of the question. Without a clip ``failure``
    says why: the question is shown, not heard.
    """

    LIVE = True

    type: Literal["question.spoken"] = "question.spoken"
    v: Literal[1] = 1
    language: Language
    text: str = Field(min_length=1, max_length=2000, description="what is said: the question")
    clip: str = Field("", max_length=200, description="name of the object; empty: none")
    duration_ms: Count = Field(0, description="length of the clip")
    engine: Literal["kokoro", "piper", "coqui"]
    voice: str = Field("", max_length=200)
    cached: bool = Field(False, description="the clip was there already")
    took_ms: Count = Field(0, description="from reading the question to the clip in the store")
    failure: str = Field("", max_length=300, description="why there is no clip; empty: there is")

    @model_validator(mode="after")
    def _clip_or_failure(self) -> Self:
        if bool(self.clip) == bool(self.failure):
            raise ValueError("either there is a clip, or a failure says why not")
        return self
