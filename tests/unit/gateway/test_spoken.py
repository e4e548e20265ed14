"""A question's clip in the interview and in its snapshot."""

from __future__ import annotations

import pytest

from gateway.session import live, machine
from gateway.session.model import Interview, State
from gateway.session.snapshot import snapshot
from schemas.events import QuestionAsked, QuestionSpoken
from schemas.formula import Policy
from schemas.language import Language
from schemas.settings import GatewaySettings


@pytest.fixture
def interview() -> Interview:
    made = machine.create(
        session="s", slot=0, language=Language.ENGLISH, policy=Policy.PRACTICE, total=3,
        position="", company="", now=0, expires_at=1,
    )  # fmt: skip
    made.state, made.question = State.ASKED, 1
    return made


def asked(question: int = 1, text: str = "Who?") -> QuestionAsked:
    return QuestionAsked(
        session="s", question=question, at=0, language=Language.ENGLISH, text=text,
        engine="bank", source="bank",
    )  # fmt: skip


def spoken(
    question: int = 1, clip: str = "clips/aa.ogg", failure: str = "", text: str = "Who?"
) -> QuestionSpoken:
    return QuestionSpoken(
        session="s", question=question, at=0, language=Language.ENGLISH, text=text, clip=clip,
        engine="piper", failure=failure,
    )  # fmt: skip


def heard(interview: Interview) -> bool:
    found: bool = snapshot(interview, GatewaySettings())["question_audio"]
    return found


def test_a_question_can_be_heard_when_it_and_its_clip_are_there(interview: Interview) -> None:
    assert live.apply(interview, asked())
    assert not heard(interview)
    assert live.apply(interview, spoken())
    assert heard(interview)
    interview.state = State.ENDED
    assert not heard(interview)


def test_the_clip_may_come_before_its_question(interview: Interview) -> None:
    assert live.apply(interview, spoken())
    assert not heard(interview)
    live.apply(interview, asked())
    assert heard(interview)


def test_the_first_clip_stands_and_a_failure_gives_way(interview: Interview) -> None:
    live.apply(interview, asked())
    failed = spoken(clip="", failure="the engine ended")
    assert live.apply(interview, failed)
    assert not heard(interview)
    assert not live.apply(interview, failed), "told twice"
    assert live.apply(interview, spoken())
    assert not live.apply(interview, failed)
    assert not live.apply(interview, spoken(clip="clips/bb.ogg"))
    assert interview.clip(1) == "clips/aa.ogg"


def test_the_clip_of_another_question_is_not_this_one_s(interview: Interview) -> None:
    live.apply(interview, asked())
    assert live.apply(interview, spoken(question=2))
    assert not heard(interview)
    for number in (0, 4):
        assert not live.apply(interview, spoken(question=number)), "no such question"


def test_the_clip_of_another_idea_for_the_same_question_is_not_played(
    interview: Interview,
) -> None:
    live.apply(interview, spoken(text="Where?", clip="clips/bb.ogg"))
    live.apply(interview, asked())
    assert not heard(interview)
    assert live.apply(interview, spoken())
    assert interview.clip(1) == "clips/aa.ogg"
    assert not live.apply(interview, spoken(text="Where?", clip="clips/bb.ogg"))


def test_an_interview_remembers_its_clips_and_reads_rows_without(interview: Interview) -> None:
    live.apply(interview, asked())
    live.apply(interview, spoken())
    row = interview.model_dump(mode="json")
    assert Interview.model_validate(row).clip(1) == "clips/aa.ogg"
    del row["spoken"]
    assert Interview.model_validate(row).clip(1) == ""
