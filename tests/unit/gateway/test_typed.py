"""Answers that are written: no calibration, drafts that are kept, and what is published."""

from __future__ import annotations

import json
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.live import commands, writing
from gateway.session import allowance, checks, consent, live, machine, questions, typed
from gateway.session.checks import Command, Refused
from gateway.session.model import Adjustments, Consent, Interview, State
from gateway.session.snapshot import snapshot
from schemas.events import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    AnswerTyped,
    AssessmentRequested,
    ConsentGiven,
    EpochCounts,
    Event,
    QuestionAsked,
    QuestionRequested,
)
from schemas.events.typed import MAX_TYPED
from schemas.formula import Formula, Policy
from schemas.language import Language
from schemas.settings import GatewaySettings

NOTHING = EpochCounts(epoch=1, frames=0, chunks=0)
AGREED: dict[str, Any] = {
    "audio": False,
    "video": False,
    "text": True,
    "text_version": consent.TEXT_VERSION,
}
SPOKEN: dict[str, Any] = {"audio": True, "video": True, "text_version": consent.TEXT_VERSION}
PAGE = GatewaySettings(answer_limit_s=60)


def created(answers: str = "typed", total: int = 2) -> Interview:
    return machine.create(
        session="s1",
        slot=0,
        language=Language.ENGLISH,
        policy=Policy.PRACTICE,
        total=total,
        position="",
        company="",
        adjustments=Adjustments.model_validate({"answers": answers}),
        now=1_000,
        expires_at=10_000_000,
    )


def connected() -> Interview:
    interview = created()
    consent.give(interview, **AGREED, now=1_500)
    machine.connect(interview, slot=0, now=2_000)
    return interview


def at_question() -> Interview:
    interview = connected()
    machine.ready(interview, now=2_500)
    live.apply(interview, asked(1))
    interview.outbox.clear()
    return interview


def answering() -> Interview:
    interview = at_question()
    machine.start_answer(interview, formula=Formula(), now=3_000)
    return interview


def asked(number: int) -> QuestionAsked:
    return QuestionAsked(
        session="s1",
        question=number,
        epoch=1,
        at=2_600,
        language=Language.ENGLISH,
        text="Why?",
        engine="test",
        source="fixed",
    )


def write(interview: Interview, text: object) -> None:
    checks.check(interview, Command.ANSWER_TEXT)
    writing.draft(text)(interview)


def end(interview: Interview, now: int = 9_000) -> None:
    machine.end_answer(interview, counts=NOTHING, reason="done", now=now)


def published(interview: Interview) -> list[Event]:
    return [each for each in (p.decoded() for p in interview.outbox) if isinstance(each, Event)]


T = TypeVar("T", bound=Event)


def of(interview: Interview, kind: type[T]) -> list[T]:
    return [each for each in published(interview) if isinstance(each, kind)]


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.fault.code


@pytest.mark.parametrize("first", ["question", "page"])
def test_the_first_question_follows_ready(first: str) -> None:
    interview = connected()
    if first == "question":
        live.apply(interview, asked(1))
    machine.ready(interview, now=2_500)
    if first == "page":
        assert interview.state is State.ASKING
        live.apply(interview, asked(1))
    assert interview.state is State.ASKED
    checks.check(interview, Command.ANSWER_START)


@pytest.mark.parametrize("command", [Command.CALIBRATE, Command.GUIDE, Command.RETAKE])
def test_what_needs_a_recording_is_refused(command: Command) -> None:
    with pytest.raises(Refused) as refused:
        checks.check(answering(), command)
    assert code(refused) == "typed"


def test_it_cannot_be_answered_before_it_is_ready() -> None:
    with pytest.raises(Refused) as refused:
        checks.check(connected(), Command.ANSWER_START)
    assert code(refused) == "not_ready"


def test_the_words_are_published_before_the_end_and_read_as_if_heard() -> None:
    interview = answering()
    (started,) = of(interview, AnswerStarted)
    assert started.typed
    assert set(started.formula.weights.model_dump().values()) == {0.0}
    write(interview, "I built the parcel tracker.")
    end(interview)
    kinds = [each.type for each in published(interview)]
    assert kinds.index("answer.typed") < kinds.index("answer.ended")
    (words,) = of(interview, AnswerTyped)
    assert (words.text, words.question, words.attempt) == ("I built the parcel tracker.", 1, 1)
    (ended,) = of(interview, AnswerEnded)
    assert ended.counts == (NOTHING,)
    (request,) = of(interview, AssessmentRequested)
    (utterance,) = request.utterances
    assert (utterance.text, utterance.start_ms, utterance.end_ms) == (words.text, 0, 6_000)
    next_one = [each for each in of(interview, QuestionRequested) if not each.is_early][-1]
    assert [each.answer for each in next_one.history] == [words.text]
    assert interview.written is None
    assert snapshot(interview, PAGE)["written"] == ""
    assert interview.state is State.ASKING


def test_nothing_written_is_an_answer_without_words() -> None:
    interview = answering()
    end(interview)
    assert [each.text for each in of(interview, AnswerTyped)] == [""]
    (request,) = of(interview, AssessmentRequested)
    assert request.utterances == ()


def test_a_draft_outlives_the_attempt_and_the_row() -> None:
    interview = answering()
    write(interview, "half of a")
    machine.disconnect(interview, reason="gone", now=5_000)
    assert all(each.marker is None for each in interview.outbox), "no worker waits for an end"
    assert of(interview, AnswerAbandoned)
    interview = Interview.model_validate_json(interview.model_dump_json())
    machine.connect(interview, slot=0, now=6_000)
    shown = snapshot(interview, PAGE)
    assert (shown["written"], shown["state"], shown["attempt"]) == ("half of a", "asked", 2)
    machine.start_answer(interview, formula=Formula(), now=7_000)
    end(interview)
    assert [each.text for each in of(interview, AnswerTyped)] == ["half of a"]


def test_the_last_words_come_with_the_end() -> None:
    interview = answering()
    write(interview, "half")
    writing.then(writing.last(interview, "all of it"), end)(interview)
    assert [each.text for each in of(interview, AnswerTyped)] == ["all of it"]


def test_an_end_without_text_ends_with_the_draft() -> None:
    interview = answering()
    write(interview, "half")
    writing.last(interview, None)(interview)
    end(interview)
    assert [each.text for each in of(interview, AnswerTyped)] == ["half"]


def test_a_draft_that_crosses_the_limit_does_no_harm() -> None:
    interview = answering()
    write(interview, "in time")
    machine.end_answer(interview, counts=NOTHING, reason="limit", now=63_000)
    write(interview, "too late")
    assert interview.written is None
    assert [each.text for each in of(interview, AnswerTyped)] == ["in time"]


def test_what_is_taken_back_before_the_end_is_told_to_nobody() -> None:
    interview = answering()
    write(interview, "I was in hospital for a year. " * 20)
    machine.disconnect(interview, reason="gone", now=5_000)
    machine.connect(interview, slot=0, now=6_000)
    machine.start_answer(interview, formula=Formula(), now=7_000)
    write(interview, "I am a nurse.")
    end(interview)
    published = "".join(each.model_dump_json() for each in interview.outbox)
    assert "I am a nurse." in published
    assert "hospital" not in published
    (request,) = [each for each in of(interview, QuestionRequested) if not each.is_early]
    assert request.history[-1].answer == "I am a nurse."


def test_an_attempt_that_is_cut_off_takes_its_time_with_it() -> None:
    interview = answering()
    assert allowance.answer_limit_s(interview, PAGE) == 60.0
    machine.disconnect(interview, reason="gone", now=15_000)  # 12 seconds after its start
    machine.connect(interview, slot=0, now=60_000)
    assert snapshot(interview, PAGE)["answer_limit_s"] == 48.0
    machine.start_answer(interview, formula=Formula(), now=70_000)
    write(interview, "half")
    machine.disconnect(interview, reason="gone", now=80_000)
    machine.connect(interview, slot=0, now=81_000)
    assert allowance.answer_limit_s(interview, PAGE) == 38.0
    machine.start_answer(interview, formula=Formula(), now=82_000)
    machine.disconnect(interview, reason="gone", now=119_000)
    machine.connect(interview, slot=0, now=120_000)
    assert allowance.answer_limit_s(interview, PAGE) == allowance.LEAST_S, "some is always left"
    assert allowance.answer_limit_s(interview, GatewaySettings(answer_limit_s=20)) == 20.0
    machine.start_answer(interview, formula=Formula(), now=121_000)
    end(interview, now=130_000)
    assert allowance.answer_limit_s(interview, PAGE) == 60.0, "the next question has its own"


def test_consent_that_was_taken_back_meanwhile_opens_no_answer() -> None:
    interview = at_question()
    checks.check(interview, Command.ANSWER_START)  # on what was read before another gateway wrote
    consent.give(interview, **{**AGREED, "text": False}, now=2_700)
    with pytest.raises(Refused) as refused:
        machine.start_answer(interview, formula=Formula(), now=3_000)
    assert code(refused) == "consent_refused"
    assert of(interview, AnswerStarted) == []


def test_text_without_an_open_answer_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        write(at_question(), "early")
    assert code(refused) == "not_answering"


def test_a_spoken_interview_takes_no_text() -> None:
    interview = created("spoken")
    with pytest.raises(Refused) as refused:
        checks.check(interview, Command.ANSWER_TEXT)
    assert code(refused) == "not_typed"
    with pytest.raises(Refused) as refused:
        writing.last(interview, "words")
    assert code(refused) == "not_typed"
    writing.last(interview, None)(interview)


@pytest.mark.parametrize("text", [None, 7, ["a"], {"a": 1}, True])
def test_text_is_a_string(text: object) -> None:
    with pytest.raises(Refused) as refused:
        typed.clean(text)
    assert code(refused) == "no_text"


def test_text_has_a_greatest_length() -> None:
    assert len(typed.clean("가" * MAX_TYPED)) == MAX_TYPED
    assert len(typed.clean("a\r\n" * (MAX_TYPED // 2))) == MAX_TYPED
    with pytest.raises(Refused) as refused:
        typed.clean("a" * (MAX_TYPED + 1))
    assert code(refused) == "text_too_long"


def test_control_characters_and_halves_of_characters_are_left_out() -> None:
    given_text = "a\x00b\x1b[31m\tc\r\nd\re\u2028f\ud800g\x7f\x85h\x0bi 👩‍💻 é 한글"
    assert typed.clean(given_text) == "ab[31m\tc\nd\ne\nfg\nh\ni 👩‍💻 é 한글"


@given(st.text(max_size=200))
def test_what_is_kept_can_be_stored_and_published(text: str) -> None:
    kept = typed.clean(text)
    assert typed.clean(kept) == kept
    interview = answering()
    write(interview, text)
    end(interview)
    assert Interview.model_validate_json(interview.model_dump_json()) == interview


def test_a_message_holds_the_longest_answer_and_no_more() -> None:
    longest = json.dumps({"seq": 1, "command": "answer.end", "text": '"가' * (MAX_TYPED // 2)})
    assert commands.parse(longest).text == '"가' * (MAX_TYPED // 2)
    with pytest.raises(commands.Malformed):
        commands.parse("x" * (commands.MAX_MESSAGE_CHARACTERS + 1))


@given(st.text(alphabet=" \n.!a가”", max_size=30).map(lambda text: text * 700))
def test_parts_are_short_and_leave_nothing_out(text: str) -> None:
    parts = list(typed.parts(text))
    for start, part in parts:
        assert 0 < len(part) <= 4_000
        assert text[start : start + len(part)] == part
    assert "".join("".join(part.split()) for _, part in parts) == "".join(text.split())


@pytest.mark.parametrize(
    ("end_of_part", "rest"), [("End.\n", "New one"), ("End. ", "New one"), ("word ", "another")]
)
def test_parts_end_where_something_ends(end_of_part: str, rest: str) -> None:
    beginning = ("word " * 790)[:-1] + " " + end_of_part
    parts = [part for _, part in typed.parts(beginning + rest + "x" * 200)]
    assert parts == [beginning.strip(), rest + "x" * 200]


def test_consent_is_for_this_kind_of_interview() -> None:
    interview = created()
    for unfit in (SPOKEN, {**AGREED, "audio": True}, {**AGREED, "video": True}):
        with pytest.raises(Refused) as refused:
            consent.give(interview, **unfit, now=1_500)
        assert code(refused) == "not_asked_for"
    with pytest.raises(Refused) as refused:
        consent.give(created("spoken"), **{**SPOKEN, "text": True}, now=1_500)
    assert code(refused) == "not_asked_for"
    assert consent.give(interview, **AGREED, now=1_500)
    assert not consent.give(interview, **AGREED, now=1_600)
    (event,) = of(interview, ConsentGiven)
    assert (event.text, event.audio, event.video) == (True, False, False)


@pytest.mark.parametrize(
    ("answers", "given"),
    [
        ("typed", Consent(audio=True, video=True, text_version="4", at=1)),
        ("typed", Consent(audio=False, video=False, text_version="4", at=1)),
        ("spoken", Consent(audio=False, video=False, text=True, text_version="4", at=1)),
    ],
)
def test_no_other_consent_lets_anybody_in(answers: str, given: Consent) -> None:
    interview = created(answers)
    interview.consent = given
    with pytest.raises(Refused) as refused:
        machine.connect(interview, slot=0, now=2_000)
    assert code(refused) == "consent_refused"


def test_whoever_has_only_read_the_first_question_may_come_back_and_change_their_mind() -> None:
    interview = at_question()
    assert not interview.has_begun
    assert interview.stage is State.READY
    assert consent.is_open(interview)
    consent.give(interview, **{**AGREED, "text": False}, now=2_700)
    with pytest.raises(Refused):
        checks.check(interview, Command.ANSWER_START)
    consent.give(interview, **AGREED, now=2_800)
    machine.start_answer(interview, formula=Formula(), now=3_000)
    assert interview.has_begun
    assert not consent.is_open(interview)
    machine.abandon(interview, reason="gone", now=3_100)
    assert (interview.has_begun, interview.stage) == (True, State.ASKED)
    machine.leave(interview, now=3_200)
    assert (interview.stage, interview.written) == (State.ENDED, None)


def test_rows_of_earlier_versions_are_of_spoken_interviews() -> None:
    assert not Interview.model_validate_json(created("spoken").model_dump_json()).typed
    assert Adjustments.model_validate_json('{"camera": "optional"}').answers == "spoken"


def test_what_is_answered_before_counts_as_history() -> None:
    interview = answering()
    write(interview, "First.\n\nSecond.")
    end(interview)
    assert [each.answer for each in questions.history(interview)] == ["First.\n\nSecond."]
