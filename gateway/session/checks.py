"""What a page may ask for, and where in the interview each of it fits. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from gateway.session import allowance
from gateway.session.model import Fault, Interview, State


class Command(StrEnum):
    """What a candidate's page may ask for."""

    READY = "ready"
    GUIDE = "guide"
    CALIBRATE = "calibrate"
    ANSWER_START = "answer.start"
    ANSWER_TEXT = "answer.text"
    ANSWER_END = "answer.end"
    PLAYING = "playing"
    REPEAT = "repeat"
    RETAKE = "retake"
    LEAVE = "leave"


class Refused(Exception):  # noqa: N818 - an outcome, not a malfunction
    """The command does not fit the state."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.fault = Fault(code=code, message=message)


def check(interview: Interview, command: Command) -> None:
    """Check that ``command`` fits the state.

    Raises:
        Refused: it does not.
    """
    if interview.state is State.ENDED and command is not Command.LEAVE:
        raise Refused("session_ended", "this interview has ended; open its report instead")
    _CHECKS.get(command, _always)(interview)


def _always(_: Interview) -> None:
    return


def needs_consent(interview: Interview) -> None:
    """Check that the candidate has agreed to what there is no interview without.

    Raises:
        Refused: they have not, or were not asked yet.
    """
    if interview.consent is None:
        raise Refused("consent_needed", "say first what may be recorded")
    # One that was given for another kind of interview lets nobody in either.
    if interview.typed and not interview.consent.text:
        raise Refused("consent_refused", "there is no interview without your answers in writing")
    if not interview.typed and not interview.consent.audio:
        raise Refused("consent_refused", "there is no interview without sound")


def _may_calibrate(interview: Interview) -> None:
    needs_consent(interview)
    if interview.typed:
        raise Refused("typed", "answers of this interview are written: nothing is calibrated")
    if interview.state is State.NEW:
        raise Refused("not_ready", "send ready first")
    if interview.open is not None:
        raise Refused("recording", "the calibration or an answer is being recorded: wait")
    if interview.question > 1 or interview.attempt > 1:
        raise Refused("too_late", "calibrate before the first answer")


def _may_start(interview: Interview) -> None:
    if interview.state is State.ANSWERING:
        raise Refused("already_answering", "this answer is already being recorded")
    if interview.typed:
        needs_consent(interview)
        if interview.state is State.NEW:
            raise Refused("not_ready", "send ready first")
    elif interview.state in (State.NEW, State.READY, State.CALIBRATING):
        raise Refused("not_calibrated", "finish the calibration first")
    if interview.current is None:
        raise Refused("question_not_ready", "the question is being prepared: wait for it")


def _may_end(interview: Interview) -> None:
    if interview.state is not State.ANSWERING and not interview.stopped_by_limit:
        raise Refused("not_answering", "no answer is being recorded: start it first")


def _may_write(interview: Interview) -> None:
    if not interview.typed:
        raise Refused("not_typed", "answers of this interview are spoken: nothing is typed")
    if interview.state is not State.ANSWERING and not interview.stopped_by_limit:
        raise Refused("not_answering", "no answer is open: start it first")


def _may_retake(interview: Interview) -> None:
    if interview.typed:
        raise Refused("typed", "what is written can be changed until the answer ends")
    if interview.state is not State.ANSWERING:
        raise Refused("not_answering", "no answer is being recorded: there is nothing to repeat")
    if allowance.retakes_left(interview) == 0:
        raise Refused(
            "no_retakes_left", "this answer cannot be started over any more: go on with it"
        )


def _needs_a_question(interview: Interview) -> None:
    if interview.current is None:
        raise Refused("question_not_ready", "the question is being prepared: wait for it")


_CHECKS: dict[Command, Callable[[Interview], None]] = {
    Command.GUIDE: _may_calibrate,
    Command.CALIBRATE: _may_calibrate,
    Command.ANSWER_START: _may_start,
    Command.ANSWER_TEXT: _may_write,
    Command.ANSWER_END: _may_end,
    Command.PLAYING: _needs_a_question,
    Command.REPEAT: _needs_a_question,
    Command.RETAKE: _may_retake,
}
