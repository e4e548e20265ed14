"""What live events from the inbox change."""

from __future__ import annotations

from gateway.session import drafting
from gateway.session.model import Calibration, Caption, Interview, State
from schemas.events import (
    CalibrationCompleted,
    Event,
    QuestionAsked,
    QuestionDrafted,
    QuestionScored,
    QuestionSpoken,
    TranscriptFinal,
    TranscriptSegment,
)


def apply(interview: Interview, event: Event) -> bool:
    """Fold ``event`` into the interview; return whether it concerned it.

    Applying an event twice, or one of an attempt that was given up, changes nothing.
    """
    match event:
        case CalibrationCompleted():
            return _calibrated(interview, event)
        case QuestionAsked():
            return _asked(interview, event)
        case QuestionDrafted():
            return drafting.keep(interview, event)
        case QuestionSpoken():
            return _spoken(interview, event)
        case TranscriptSegment():
            return _heard(interview, event)
        case TranscriptFinal():
            return _stands(interview, event)
        case QuestionScored():
            return _scored(interview, event)
        case _:
            return False


def advance(interview: Interview) -> bool:
    """Go on from a finished calibration to the question; return whether that changed the state."""
    if interview.state is not State.CALIBRATED:
        return False
    interview.state = State.ASKED if interview.current else State.ASKING
    return True


def _calibrated(interview: Interview, event: CalibrationCompleted) -> bool:
    awaited = interview.state is State.CALIBRATING and interview.open is None
    if not awaited or event.attempt != interview.calibrations:
        return False
    interview.baseline = event.baseline
    interview.calibration = Calibration(ok=event.ok, problems=list(event.problems))
    interview.state = State.CALIBRATED
    return True


def _asked(interview: Interview, event: QuestionAsked) -> bool:
    if event.question != interview.question or event.question in interview.asked:
        return False
    interview.asked[event.question] = event
    if interview.state is State.ASKING:
        interview.state = State.ASKED
    return True


def _spoken(interview: Interview, event: QuestionSpoken) -> bool:
    """Keep a question's clip: the first that fits stands, a failure gives way to a clip.

    It may come before its question: the two travel through different partitions.
    """
    if not 1 <= event.question <= interview.total or interview.clip(event.question):
        return False
    known, asked = interview.spoken.get(event.question), interview.asked.get(event.question)
    fits = asked is not None and asked.text == event.text
    if known is not None and not fits and (known.clip or not event.clip):
        return False
    if known == event:
        return False
    interview.spoken[event.question] = event
    return True


def _stands(interview: Interview, event: Event) -> bool:
    """Whether the event's attempt is being recorded or was answered, and was not given up."""
    opened = interview.open
    return interview.answered.get(event.question) == event.attempt or (
        opened is not None and (opened.question, opened.attempt) == (event.question, event.attempt)
    )


def _heard(interview: Interview, event: TranscriptSegment) -> bool:
    if not _stands(interview, event) or any(
        (each.question, each.attempt, each.epoch, each.first_sample)
        == (event.question, event.attempt, event.epoch, event.seq)
        for each in interview.captions
    ):
        return False
    interview.captions.append(
        Caption(
            question=event.question,
            attempt=event.attempt,
            epoch=event.epoch,
            first_sample=event.seq,
            text=event.text,
            start_ms=event.start_ms,
            end_ms=event.end_ms,
        )
    )
    return True


def _scored(interview: Interview, event: QuestionScored) -> bool:
    known = interview.scores.get(event.question)
    if interview.answered.get(event.question) != event.attempt or (
        known is not None
        and known.attempt == event.attempt
        and (known.evidence, known.seq) >= (event.evidence, event.seq)
    ):
        return False
    interview.scores[event.question] = event
    return True
