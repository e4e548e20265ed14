"""When an answer's assessment is asked for, and with what; no I/O."""

from __future__ import annotations

from gateway.session import assessments, machine
from gateway.session.model import Interview
from schemas import rubric
from schemas.events import AssessmentRequested
from schemas.formula import Formula
from schemas.language import Language
from schemas.rubric import Criterion
from tests.unit.gateway.test_drafting import COUNTS, answering, say


def requested(interview: Interview) -> list[AssessmentRequested]:
    found = (each.decoded() for each in interview.outbox)
    return [each for each in found if isinstance(each, AssessmentRequested)]


def end(interview: Interview) -> None:
    machine.end_answer(interview, counts=COUNTS, reason="done", now=9_000)


def test_an_answer_is_assessed_once_it_has_ended_and_all_of_it_was_heard() -> None:
    interview = answering()
    say(interview, "Of wood.", seq=160)
    say(interview, "I built a bridge.", seq=0)
    end(interview)
    assert requested(interview) == []
    assessments.heard(interview, 1, 1, now=9_500)
    assessments.heard(interview, 1, 1, now=9_600)
    (request,) = requested(interview)
    assert (request.question, request.attempt, request.text) == (1, 1, "Why?")
    assert [each.text for each in request.utterances] == ["I built a bridge.", "Of wood."]
    assert [(each.start_ms, each.end_ms) for each in request.utterances] == [(0, 9), (10, 19)]
    assert request.rubric == rubric.default(Language.ENGLISH)


def test_what_was_heard_before_the_end_is_noted() -> None:
    interview = answering()
    assessments.heard(interview, 1, 1, now=8_900)
    assert requested(interview) == []
    end(interview)
    (request,) = requested(interview)
    assert request.utterances == ()


def test_an_attempt_that_was_given_up_is_not_assessed() -> None:
    interview = answering()
    say(interview, "I built a")
    machine.abandon(interview, reason="lost", now=6_000)
    assessments.heard(interview, 1, 1, now=6_100)
    machine.start_answer(interview, formula=Formula(), now=7_000)
    say(interview, "I built a bridge.")
    end(interview)
    assert requested(interview) == []
    assessments.heard(interview, 1, 2, now=9_500)
    (request,) = requested(interview)
    assert (request.attempt, [each.text for each in request.utterances]) == (
        2,
        ["I built a bridge."],
    )


def test_the_owners_rubric_is_used() -> None:
    interview = answering()
    own = (Criterion(name="safety", meaning="Names a risk and what was done about it."),)
    interview.rubric = own
    end(interview)
    assessments.heard(interview, 1, 1, now=9_500)
    assert requested(interview)[0].rubric == own
