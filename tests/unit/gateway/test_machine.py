"""The state machine: commands, connections, clocks; no I/O."""

from __future__ import annotations

import pytest

from gateway.live.unused import allowed_s
from gateway.session import checks, live, machine, questions
from gateway.session.checks import Command, Refused
from gateway.session.machine import Arrival
from gateway.session.model import (
    Ack,
    Adjustments,
    Caption,
    Consent,
    FinalMarker,
    Interview,
    State,
)
from gateway.session.snapshot import snapshot
from schemas.events import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    CalibrationCompleted,
    EpochCounts,
    Event,
    QuestionAsked,
    QuestionRequested,
    SessionEnded,
    TranscriptSegment,
)
from schemas.formula import Baseline, Formula, Policy
from schemas.language import Language
from schemas.settings import GatewaySettings

COUNTS = EpochCounts(epoch=1, frames=5, chunks=3)
FORMULA = Formula()


def new(policy: Policy = Policy.PRACTICE, total: int = 2) -> Interview:
    interview = machine.create(
        session="s1",
        slot=0,
        language=Language.ENGLISH,
        policy=policy,
        total=total,
        position="engineer",
        company="Acme",
        now=1_000,
        expires_at=10_000_000,
    )
    interview.consent = Consent.unasked()
    machine.connect(interview, slot=0, now=2_000)
    return interview


def asked(number: int, text: str = "Why?") -> QuestionAsked:
    return QuestionAsked(
        session="s1",
        question=number,
        epoch=1,
        at=3_000,
        language=Language.ENGLISH,
        text=text,
        engine="test",
        source="fixed",
    )


def completed(attempt: int = 1, *, ok: bool = True) -> CalibrationCompleted:
    return CalibrationCompleted(
        session="s1",
        attempt=attempt,
        epoch=1,
        at=4_000,
        ok=ok,
        problems=() if ok else ("no_face",),
        baseline=Baseline(gaze_yaw=2.0),
        frames=5,
        faces=5,
        rms=0.1,
    )


def heard(number: int, attempt: int, text: str, seq: int = 0) -> TranscriptSegment:
    return TranscriptSegment(
        session="s1",
        question=number,
        attempt=attempt,
        epoch=1,
        seq=seq,
        at=5_000,
        language=Language.ENGLISH,
        text=text,
        words=(),
        start_ms=seq // 16,
        end_ms=seq // 16 + 500,
        speech_ms=500,
        avg_logprob=-0.1,
        no_speech_prob=0.0,
    )


def at_question(total: int = 2, policy: Policy = Policy.PRACTICE) -> Interview:
    interview = new(policy, total)
    machine.ready(interview, now=2_500)
    machine.start_calibration(interview, formula=FORMULA, now=3_000)
    machine.end_calibration(interview, counts=COUNTS, now=4_000)
    assert live.apply(interview, completed())
    assert live.apply(interview, asked(1))
    live.advance(interview)
    assert interview.state is State.ASKED
    interview.outbox.clear()
    return interview


def outbox(interview: Interview, kind: type[Event]) -> list[Event]:
    return [each for each in (p.decoded() for p in interview.outbox) if isinstance(each, kind)]


def requests(interview: Interview) -> list[QuestionRequested]:
    return [
        each
        for each in outbox(interview, QuestionRequested)
        if isinstance(each, QuestionRequested) and not each.is_early
    ]


def test_the_first_question_is_requested_before_the_candidate_is_there_and_once() -> None:
    interview = new()
    (request,) = requests(interview)
    assert (request.question, request.position, request.history) == (1, "engineer", ())
    assert live.apply(interview, asked(1))
    machine.ready(interview, now=2_500)
    machine.ready(interview, now=2_500)
    assert len(requests(interview)) == 1
    assert interview.state is State.READY


def test_an_interview_of_a_version_before_gets_its_first_question() -> None:
    interview = new()
    interview.question = interview.attempt = 0
    interview.requested = None
    interview.outbox.clear()
    machine.ready(interview, now=2_500)
    assert [each.question for each in requests(interview)] == [1]


def test_the_calibration_result_leads_to_the_question() -> None:
    interview = new()
    machine.ready(interview, now=2_500)
    machine.start_calibration(interview, formula=FORMULA, now=3_000)
    assert not live.apply(interview, completed()), "it is still being recorded"
    machine.end_calibration(interview, counts=COUNTS, now=4_000)
    assert live.apply(interview, completed())
    assert interview.state is State.CALIBRATED
    live.advance(interview)
    assert interview.state is State.ASKING
    live.apply(interview, asked(1))
    assert interview.state is State.ASKED
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    (started,) = outbox(interview, AnswerStarted)
    assert started.baseline.gaze_yaw == 2.0
    assert started.text == "Why?"


def test_a_failed_calibration_may_be_repeated_until_the_first_answer() -> None:
    interview = new()
    machine.ready(interview, now=2_500)
    machine.start_calibration(interview, formula=FORMULA, now=3_000)
    machine.end_calibration(interview, counts=COUNTS, now=4_000)
    live.apply(interview, asked(1))
    live.apply(interview, completed(ok=False))
    live.advance(interview)
    assert interview.calibration is not None
    assert interview.calibration.problems == ["no_face"]
    checks.check(interview, Command.ANSWER_START)  # they may go on
    checks.check(interview, Command.CALIBRATE)
    machine.start_calibration(interview, formula=FORMULA, now=5_000)
    machine.end_calibration(interview, counts=COUNTS, now=6_000)
    assert not live.apply(interview, completed(attempt=1)), "a result of the first one came late"
    assert live.apply(interview, completed(attempt=2))
    live.advance(interview)
    machine.start_answer(interview, formula=FORMULA, now=7_000)
    with pytest.raises(Refused):
        checks.check(interview, Command.CALIBRATE)


def test_answers_lead_to_the_end() -> None:
    interview = at_question(total=2)
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    live.apply(interview, heard(1, 1, "because", 0))
    machine.end_answer(interview, counts=COUNTS, reason="done", now=9_000)
    (ended,) = outbox(interview, AnswerEnded)
    assert (ended.started_at, ended.at, ended.counts) == (5_000, 9_000, (COUNTS,))
    (request,) = requests(interview)
    assert request.question == 2
    assert [(each.question, each.answer) for each in request.history] == [("Why?", "because")]
    assert (interview.state, interview.question) == (State.ASKING, 2)
    live.apply(interview, asked(2))
    machine.start_answer(interview, formula=FORMULA, now=10_000)
    machine.end_answer(interview, counts=COUNTS, reason="done", now=11_000)
    assert interview.state is State.ENDED
    assert outbox(interview, SessionEnded)[0].reason == "completed"


@pytest.mark.requirement("webrtc-resume")
def test_a_reconnect_asks_the_same_question_as_the_next_attempt() -> None:
    interview = at_question()
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    live.apply(interview, heard(1, 1, "half a sen"))
    machine.disconnect(interview, reason="lost", now=6_000)
    assert (interview.state, interview.attempt, interview.connected) == (State.ASKED, 2, False)
    machine.connect(interview, slot=0, now=7_000)
    assert interview.epoch == 2
    assert interview.current is not None
    assert interview.captions == []
    kinds = [p.decoded() for p in interview.outbox]
    marker, abandoned = kinds[2], kinds[3]  # after the start and the wish for a draft
    assert isinstance(marker, FinalMarker)
    assert isinstance(abandoned, AnswerAbandoned)
    assert (marker.question, marker.attempt, marker.epoch) == (1, 1, 1)
    assert (abandoned.question, abandoned.attempt, abandoned.epoch) == (1, 1, 1)
    assert not requests(interview), "nothing is asked anew"
    machine.start_answer(interview, formula=FORMULA, now=8_000)
    assert outbox(interview, AnswerStarted)[-1].id == "s1:1:2:2:answer.started:0"


@pytest.mark.requirement("webrtc-resume")
def test_a_page_that_returns_by_itself_takes_nobody_s_place() -> None:
    interview = at_question()
    machine.connect(interview, slot=0, now=5_000, arrival=Arrival("laptop"))
    machine.connect(interview, slot=0, now=6_000, arrival=Arrival("phone"))
    machine.start_answer(interview, formula=FORMULA, now=7_000)
    with pytest.raises(Refused) as refused:
        machine.connect(interview, slot=0, now=8_000, arrival=Arrival("laptop", returns=True))
    assert refused.value.fault.code == "superseded"
    assert (interview.state, interview.attempt, interview.epoch) == (State.ANSWERING, 1, 3)
    machine.connect(interview, slot=0, now=9_000, arrival=Arrival("phone", returns=True))
    machine.disconnect(interview, reason="its battery is empty", now=10_000)
    machine.connect(interview, slot=0, now=11_000, arrival=Arrival("laptop", returns=True))
    assert (interview.epoch, interview.attempt) == (5, 2)


def test_what_was_given_up_is_not_shown() -> None:
    interview = at_question()
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    machine.abandon(interview, reason="lost", now=6_000)
    assert not live.apply(interview, heard(1, 1, "late words"))
    machine.start_answer(interview, formula=FORMULA, now=7_000)
    assert live.apply(interview, heard(1, 2, "new words"))
    assert not live.apply(interview, heard(1, 2, "new words")), "the same utterance twice"
    assert [each.text for each in interview.captions] == ["new words"]


def test_a_known_marker_is_used_when_an_answer_is_abandoned() -> None:
    interview = at_question()
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    marker = FinalMarker(question=1, attempt=1, epoch=1, seq=7, first_sample=50_000, at=6_000)
    machine.abandon(interview, reason="lost", now=6_000, marker=marker)
    assert marker in [each.decoded() for each in interview.outbox]


def test_an_abandoned_calibration_is_done_again() -> None:
    interview = new()
    machine.ready(interview, now=2_500)
    machine.start_calibration(interview, formula=FORMULA, now=3_000)
    machine.disconnect(interview, reason="lost", now=3_500)
    assert interview.state is State.READY
    machine.connect(interview, slot=0, now=4_000)
    machine.start_calibration(interview, formula=FORMULA, now=5_000)
    assert interview.open is not None
    assert (interview.open.question, interview.open.attempt, interview.open.epoch) == (0, 2, 2)


def test_repeated_numbers_get_the_reply_they_had() -> None:
    interview = new()
    assert machine.stored_ack(interview, 1) is None
    machine.settle(interview, 1, Ack(ok=True))
    refused = Ack.model_validate({"ok": False, "error": {"code": "x", "message": "y"}})
    machine.settle(interview, 2, refused)
    assert machine.stored_ack(interview, 1) == Ack(ok=True)
    assert machine.stored_ack(interview, 2) == refused
    assert machine.stored_ack(interview, 3) is None
    with pytest.raises(Refused) as gap:
        machine.stored_ack(interview, 4)
    assert gap.value.fault.code == "sequence_gap"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (Command.CALIBRATE, "not_ready"),
        (Command.ANSWER_START, "not_calibrated"),
        (Command.ANSWER_END, "not_answering"),
        (Command.REPEAT, "question_not_ready"),
    ],
)
def test_commands_that_come_too_early_are_refused(command: Command, code: str) -> None:
    with pytest.raises(Refused) as refused:
        checks.check(new(), command)
    assert refused.value.fault.code == code


def test_an_end_that_crosses_the_limit_is_fine() -> None:
    interview = at_question()
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    machine.end_answer(interview, counts=COUNTS, reason="limit", now=9_000)
    checks.check(interview, Command.ANSWER_END)
    live.apply(interview, asked(2))
    machine.start_answer(interview, formula=FORMULA, now=10_000)
    machine.abandon(interview, reason="lost", now=11_000)
    with pytest.raises(Refused):
        checks.check(interview, Command.ANSWER_END)


def test_leaving_abandons_what_is_open_and_ends() -> None:
    interview = at_question()
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    machine.leave(interview, now=6_000)
    machine.leave(interview, now=7_000)
    assert interview.state is State.ENDED
    assert len(outbox(interview, AnswerAbandoned)) == 1
    assert [each.reason for each in outbox(interview, SessionEnded)] == ["left"]
    for command in set(Command) - {Command.LEAVE}:
        with pytest.raises(Refused):
            checks.check(interview, command)
    with pytest.raises(Refused):
        machine.connect(interview, slot=0, now=8_000)


def test_expiry_ends_once() -> None:
    interview = at_question()
    machine.expire(interview, now=6_000)
    machine.expire(interview, now=7_000)
    assert [each.reason for each in outbox(interview, SessionEnded)] == ["expired"]


def test_a_question_that_does_not_come_is_requested_again_under_the_same_id() -> None:
    interview = new()
    machine.ready(interview, now=2_500)
    assert not questions.is_overdue(interview, now=1_000 + questions.PATIENCE_MS - 1)
    questions.request_again(interview, now=1_000 + questions.PATIENCE_MS)
    first, second = requests(interview)
    assert first.id == second.id
    live.apply(interview, asked(1))
    assert not questions.is_overdue(interview, now=10**9)


def test_the_first_of_two_questions_stands() -> None:
    interview = new()
    machine.ready(interview, now=2_500)
    assert live.apply(interview, asked(1, "first?"))
    assert not live.apply(interview, asked(1, "second?"))
    assert not live.apply(interview, asked(2, "not requested?"))
    assert interview.current is not None
    assert interview.current.text == "first?"


def test_hiring_carries_no_weight_for_emotion() -> None:
    interview = at_question(policy=Policy.HIRING)
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    (started,) = outbox(interview, AnswerStarted)
    assert started.formula.weights.emotion == 0
    assert started.policy is Policy.HIRING


def test_an_interview_survives_being_stored() -> None:
    interview = at_question()
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    live.apply(interview, heard(1, 1, "words"))
    machine.settle(interview, 1, Ack(ok=True))
    assert Interview.model_validate_json(interview.model_dump_json()) == interview


def test_a_snapshot_fits_in_one_message() -> None:
    interview = at_question(total=50)
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    for number in range(200):
        live.apply(interview, heard(1, 1, "가" * 1_000, seq=number * 16_000))
    shown = snapshot(interview, GatewaySettings())
    assert len(shown["captions"]) == 40
    assert shown["captions"][-1]["start_ms"] == 199_000


def test_history_fits_in_an_event() -> None:
    interview = at_question(total=50)
    for number in range(1, 41):
        interview.asked[number] = asked(number, "가" * 1_000)
        interview.answered[number] = 1
        interview.captions += _captions(number, "나" * 3_900)
    history = questions.history(interview)
    assert history[-1].question == interview.asked[40].text
    assert sum(len(each.question) + len(each.answer) for each in history) <= 60_000


def _captions(number: int, text: str) -> list[Caption]:
    other = new()
    other.answered[number] = 1
    live.apply(other, heard(number, 1, text))
    return other.captions


def test_who_starts_over_is_asked_the_same_question_as_the_next_attempt() -> None:
    interview = at_question()
    with pytest.raises(Refused) as refused:
        checks.check(interview, Command.RETAKE)
    assert refused.value.fault.code == "not_answering"
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    assert live.apply(interview, heard(1, 1, "I um"))
    checks.check(interview, Command.RETAKE)
    machine.retake(interview, now=6_000)
    assert (interview.state, interview.question, interview.attempt) == (State.ASKED, 1, 2)
    assert interview.captions == []
    (given_up,) = outbox(interview, AnswerAbandoned)
    assert isinstance(given_up, AnswerAbandoned)
    assert (given_up.attempt, given_up.reason) == (1, "the candidate starts over")
    assert any(pending.marker for pending in interview.outbox)


def test_an_answer_is_started_over_as_often_as_allowed_and_not_once_more() -> None:
    interview = at_question()
    interview.retakes = 2
    for left in (2, 1):
        machine.start_answer(interview, formula=FORMULA, now=5_000)
        assert snapshot(interview, GatewaySettings())["retakes_left"] == left
        checks.check(interview, Command.RETAKE)
        machine.retake(interview, now=6_000)
    machine.start_answer(interview, formula=FORMULA, now=7_000)
    assert snapshot(interview, GatewaySettings())["retakes_left"] == 0
    with pytest.raises(Refused) as refused:
        checks.check(interview, Command.RETAKE)
    assert refused.value.fault.code == "no_retakes_left"
    assert (interview.state, interview.attempt) == (State.ANSWERING, 3), "the answer goes on"
    machine.end_answer(interview, counts=COUNTS, reason="done", now=9_000)
    assert interview.answered == {1: 3}
    live.apply(interview, asked(2))
    machine.start_answer(interview, formula=FORMULA, now=10_000)
    checks.check(interview, Command.RETAKE)  # every question has its own


def test_what_a_lost_connection_gives_up_is_no_retake() -> None:
    interview = at_question()
    interview.retakes = 1
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    machine.abandon(interview, reason="connection lost", now=6_000)
    machine.start_answer(interview, formula=FORMULA, now=7_000)
    checks.check(interview, Command.RETAKE)


def test_an_interview_has_a_limit_of_its_own_or_the_gateways() -> None:
    interview = at_question()
    settings = GatewaySettings(answer_limit_s=100.0)
    assert snapshot(interview, settings)["answer_limit_s"] == 100
    assert snapshot(interview, settings)["retakes_left"] is None
    interview.answer_limit_s = 45
    stored = Interview.model_validate_json(interview.model_dump_json())
    assert snapshot(stored, settings)["answer_limit_s"] == 45


def test_extra_time_makes_the_limit_longer_whosever_it_is() -> None:
    interview = at_question()
    settings = GatewaySettings(answer_limit_s=100.0)
    interview.adjustments = Adjustments(extra_time=1.5)
    assert snapshot(interview, settings)["answer_limit_s"] == 150
    interview.answer_limit_s = 40
    stored = Interview.model_validate_json(interview.model_dump_json())
    assert snapshot(stored, settings)["answer_limit_s"] == 60
    assert snapshot(stored, settings)["extra_time"] == 1.5


def test_trying_devices_takes_its_time_and_an_interview_that_has_begun_does_not() -> None:
    assert allowed_s(None) > 60
    interview = at_question()
    assert allowed_s(interview) > 60
    machine.start_answer(interview, formula=FORMULA, now=5_000)
    machine.abandon(interview, reason="connection lost", now=6_000)
    assert allowed_s(interview) == 0
