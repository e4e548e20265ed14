"""How commands, connections and clocks change an interview.

Every function changes the interview it is given and puts what must be published in its outbox;
the caller stores both in one transaction, publishes, and only then acknowledges. After a crash
anywhere in between the outbox is published again: ids are deterministic, so that changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from gateway.session import assessments, drafting, questions, turns, typed
from gateway.session.checks import Refused, needs_consent
from gateway.session.facts import facts_of
from gateway.session.model import (
    Ack,
    Adjustments,
    FinalMarker,
    Interview,
    Open,
    Pending,
    State,
)
from schemas.events import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    CalibrationEnded,
    CalibrationStarted,
    EpochCounts,
    ResumeAttached,
    ResumeLine,
    SessionConnected,
    SessionDisconnected,
    SessionEnded,
    SessionStarted,
)
from schemas.formula import Formula, Policy
from schemas.ids import AnswerKey
from schemas.language import Language
from schemas.rubric import Rubric

UNKNOWN_SEQ = 1_000_000_000
"""Number of a final marker whose answer's last chunk nobody knows any more: above any real one."""

_KEPT_ACKS = 64


def create(
    *,
    session: str,
    slot: int,
    language: Language,
    policy: Policy,
    total: int,
    position: str,
    company: str,
    resume: tuple[ResumeLine, ...] = (),
    fixed: tuple[str, ...] = (),
    rubric: Rubric = (),
    answer_limit_s: int | None = None,
    retakes: int | None = None,
    adjustments: Adjustments | None = None,
    show_report: bool = False,
    now: int,
    expires_at: int,
) -> Interview:
    """Return a new interview with its ``session.started``, and its résumé's lines, to publish.

    Its first question is requested at once, so that it is there before the candidate is.
    """
    interview = Interview(
        session=session,
        slot=slot,
        language=language,
        policy=policy,
        total=total,
        position=position,
        company=company,
        facts=facts_of(resume),
        fixed=fixed,
        rubric=rubric,
        answer_limit_s=answer_limit_s,
        retakes=retakes,
        adjustments=adjustments or Adjustments(),
        show_report=show_report,
        created_at=now,
        expires_at=expires_at,
        consent=None,
        connection_changed_at=now,
    )
    interview.publish(
        SessionStarted(
            session=session,
            at=now,
            language=language,
            policy=policy,
            questions=total,
            position=position,
            company=company,
        )
    )
    if resume:
        interview.publish(ResumeAttached(session=session, at=now, lines=resume))
    questions.request_first(interview, now=now)
    return interview


@dataclass(frozen=True, slots=True)
class Arrival:
    """A page that makes an offer, as it names itself; ``returns``: unasked, after a cut."""

    window: str = ""
    returns: bool = False


SOMEBODY = Arrival()


def connect(
    interview: Interview,
    *,
    slot: int,
    now: int,
    marker: FinalMarker | None = None,
    arrival: Arrival = SOMEBODY,
) -> None:
    """Accept an offer: raise the epoch; what an older connection left open is abandoned.

    Raises:
        Refused: as ``check_entry``.
    """
    check_entry(interview, arrival)
    interview.window = arrival.window
    abandon(interview, reason="another connection took over", now=now, marker=marker)
    interview.epoch += 1
    interview.slot = slot
    interview.connected = True
    interview.connection_changed_at = now
    interview.publish(
        SessionConnected(
            session=interview.session, epoch=interview.epoch, seq=interview.epoch, at=now
        )
    )


def check_entry(interview: Interview, arrival: Arrival) -> None:
    """Check that the candidate may come in.

    Raises:
        Refused: the session has ended, the candidate has not agreed to be recorded, or they are
            here in another window, which a page that was cut off must not interrupt unasked.
    """
    if interview.state is State.ENDED:
        raise Refused("session_ended", "this interview has ended; open its report instead")
    needs_consent(interview)
    if arrival.returns and interview.connected and interview.window != arrival.window:
        raise Refused("superseded", "this interview goes on in another window")


def disconnect(
    interview: Interview, *, reason: str, now: int, marker: FinalMarker | None = None
) -> None:
    """Note that the connection is gone; an open answer is abandoned."""
    if not interview.connected:
        return
    abandon(interview, reason=reason, now=now, marker=marker)
    interview.connected = False
    interview.connection_changed_at = now
    interview.publish(
        SessionDisconnected(
            session=interview.session,
            epoch=interview.epoch,
            seq=interview.epoch,
            at=now,
            reason=reason[:200],
        )
    )


def abandon(
    interview: Interview, *, reason: str, now: int, marker: FinalMarker | None = None
) -> None:
    """Give up what is open: the same question is asked again as the next attempt.

    What was written stays for it, and only the time that is left.
    """
    opened = interview.open
    if opened is None:
        return
    interview.open = None
    if interview.typed:  # nothing is recorded that anybody would wait for the end of
        typed.pause(interview, opened, now=now)
    else:
        interview.outbox.append(Pending(marker=marker or _lost_marker(opened, now)))
    interview.publish(
        AnswerAbandoned(
            session=interview.session,
            question=opened.question,
            attempt=opened.attempt,
            epoch=opened.epoch,
            at=now,
            reason=reason[:200],
        )
    )
    if opened.question == 0:
        interview.state = State.READY
        return
    interview.captions = [
        caption
        for caption in interview.captions
        if (caption.question, caption.attempt) != (opened.question, opened.attempt)
    ]
    interview.drafting = None  # what was drafted may rest on words that do not count
    interview.attempt = opened.attempt + 1
    interview.state = State.ASKED


def expire(interview: Interview, *, now: int) -> None:
    """End a session whose candidate did not come back."""
    if interview.state is not State.ENDED:
        abandon(interview, reason="the session expired", now=now)
        _end(interview, "expired", now)


def stored_ack(interview: Interview, seq: int) -> Ack | None:
    """Return the reply to a command that was handled before, or None if ``seq`` is the next.

    Raises:
        Refused: ``seq`` skips commands that never arrived.
    """
    if seq == interview.last_seq + 1:
        return None
    if seq <= interview.last_seq:
        return interview.acks.get(seq, Ack(ok=True))
    raise Refused(
        "sequence_gap",
        f"command {seq} came after {interview.last_seq}: send {interview.last_seq + 1} first",
    )


def settle(interview: Interview, seq: int, ack: Ack) -> None:
    """Keep ``ack`` as the reply to command ``seq``."""
    interview.last_seq = seq
    interview.acks[seq] = ack
    interview.acks.pop(seq - _KEPT_ACKS, None)


def ready(interview: Interview, *, now: int) -> None:
    """Let the calibration begin or, where answers are written, the first question be read."""
    if interview.state is State.NEW:
        interview.state = State.READY
        if interview.question == 0:  # created by a version that asked only now
            questions.request_first(interview, now=now)
        if interview.typed:
            interview.state = State.ASKED if interview.current else State.ASKING


def start_calibration(interview: Interview, *, formula: Formula, now: int) -> None:
    """Open the next calibration.

    Raises:
        Refused: the candidate has taken consent back since they were asked to be let in.
    """
    needs_consent(interview)
    interview.calibrations += 1
    interview.calibration = None
    interview.state = State.CALIBRATING
    interview.open = Open(
        question=0, attempt=interview.calibrations, epoch=interview.epoch, started_at=now
    )
    interview.publish(
        CalibrationStarted(
            session=interview.session,
            attempt=interview.calibrations,
            epoch=interview.epoch,
            at=now,
            language=interview.language,
            policy=interview.policy,
            formula=_formula(interview, formula),
            video=interview.video,
        )
    )


def end_calibration(interview: Interview, *, counts: EpochCounts, now: int) -> None:
    """Close the calibration; its result comes as a live event."""
    opened = _opened(interview)
    interview.open = None
    interview.publish(
        CalibrationEnded(
            session=interview.session,
            attempt=opened.attempt,
            epoch=opened.epoch,
            at=now,
            counts=(counts,),
        )
    )


def start_answer(interview: Interview, *, formula: Formula, now: int) -> None:
    """Open the answer to the question before the candidate.

    Raises:
        Refused: there is no question, or the candidate, who writes and so was not calibrated, has
            taken consent back since they were asked to be let in.
    """
    if interview.typed:
        needs_consent(interview)
    asked = interview.current
    if asked is None:
        raise Refused("question_not_ready", "the question is being prepared: wait for it")
    interview.state = State.ANSWERING
    interview.stopped_by_limit = False
    interview.open = Open(
        question=interview.question,
        attempt=interview.attempt,
        epoch=interview.epoch,
        started_at=now,
    )
    interview.publish(
        AnswerStarted(
            session=interview.session,
            question=interview.question,
            attempt=interview.attempt,
            epoch=interview.epoch,
            at=now,
            language=interview.language,
            policy=interview.policy,
            formula=_formula(interview, formula),
            baseline=interview.baseline,
            text=asked.text,
            typed=interview.typed,
        )
    )
    turns.finish(interview, now=now)
    drafting.begin(interview, now=now)


def end_answer(
    interview: Interview, *, counts: EpochCounts, reason: Literal["done", "limit"], now: int
) -> None:
    """Close the answer; request the next question or end the interview."""
    opened = _opened(interview)
    interview.open = None
    interview.stopped_by_limit = reason == "limit"
    interview.answered[opened.question] = opened.attempt
    if interview.typed:
        typed.finish(interview, opened, now=now)
    interview.publish(
        AnswerEnded(
            session=interview.session,
            question=opened.question,
            attempt=opened.attempt,
            epoch=opened.epoch,
            at=now,
            started_at=opened.started_at,
            counts=(counts,),
            reason=reason,
        )
    )
    assessments.request(interview, opened.question, now=now)
    if opened.question >= interview.total:
        _end(interview, "completed", now)
        return
    interview.state = State.ASKING
    interview.question, interview.attempt = opened.question + 1, 1
    questions.request(interview, draft=drafting.settle(interview), now=now)
    turns.begin(interview, now=now)


def retake(interview: Interview, *, now: int, marker: FinalMarker | None = None) -> None:
    """Give up the open answer at the candidate's wish: the question waits for another one."""
    if interview.open is not None:
        question = interview.open.question
        interview.retaken[question] = interview.retaken.get(question, 0) + 1
    abandon(interview, reason="the candidate starts over", now=now, marker=marker)


def leave(interview: Interview, *, now: int, marker: FinalMarker | None = None) -> None:
    """End the interview at the candidate's wish; an open answer is abandoned."""
    if interview.state is not State.ENDED:
        abandon(interview, reason="the candidate left", now=now, marker=marker)
        _end(interview, "left", now)


def recording(interview: Interview) -> AnswerKey | None:
    """Return what is being recorded."""
    opened = interview.open
    return AnswerKey(interview.session, opened.question, opened.attempt) if opened else None


def _lost_marker(opened: Open, now: int) -> FinalMarker:
    return FinalMarker(
        question=opened.question,
        attempt=opened.attempt,
        epoch=opened.epoch,
        seq=UNKNOWN_SEQ,
        first_sample=0,
        at=now,
    )


def _end(interview: Interview, reason: Literal["completed", "left", "expired"], now: int) -> None:
    interview.state = State.ENDED
    interview.drafting = interview.turn = interview.written = None
    interview.publish(
        SessionEnded(session=interview.session, epoch=interview.epoch, at=now, reason=reason)
    )


def _formula(interview: Interview, formula: Formula) -> Formula:
    """Return what the policy and the candidate let be scored."""
    allowed = formula.for_policy(interview.policy)
    if interview.typed:
        return allowed.for_writing()
    return allowed if interview.video else allowed.without_camera()


def _opened(interview: Interview) -> Open:
    if interview.open is None:
        raise Refused("not_recording", "nothing is being recorded")
    return interview.open
