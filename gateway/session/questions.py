"""Asking for the next question, with all that was said so far."""

from __future__ import annotations

from gateway.session.model import Interview, State
from schemas.events import Draft, Exchange, QuestionRequested

PATIENCE_MS = 10_000
"""A question that has not come after this long is requested again, under the same id."""

_AWAITED_MS = 60_000

_ANSWER_CHARACTERS = 4_000
"""Of one earlier answer."""

_HISTORY_CHARACTERS = 60_000
"""Of all earlier questions and answers together, the latest first, so that they fit an event."""


def request_first(interview: Interview, *, now: int) -> None:
    """Go to question 1 and request it."""
    interview.question, interview.attempt = 1, 1
    request(interview, now=now)


def request(interview: Interview, *, draft: Draft | None = None, now: int) -> None:
    """Request the interview's current question; ``draft`` is asked if it still fits."""
    interview.requested = compose(interview, interview.question, draft=draft, now=now)
    interview.requested_at = now
    interview.publish(interview.requested)


def compose(
    interview: Interview, question: int, *, seq: int = 0, draft: Draft | None = None, now: int
) -> QuestionRequested:
    """Return the request for ``question``; ``seq`` from 1 on asks for a draft."""
    fixed = interview.fixed[question - 1 : question]
    return QuestionRequested(
        session=interview.session,
        question=question,
        epoch=interview.epoch,
        seq=seq,
        at=now,
        language=interview.language,
        total=interview.total,
        position=interview.position,
        company=interview.company,
        facts=interview.facts,
        history=history(interview),
        fixed=fixed[0] if fixed else "",
        draft=draft,
    )


def is_awaited(interview: Interview, *, now: int) -> bool:
    """Whether the question or its sound is still to come; not for ever, as there may be none."""
    return (
        interview.state not in (State.ENDED, State.ANSWERING)
        and now - interview.requested_at < _AWAITED_MS
        and not interview.clip(interview.question)
    )


def is_overdue(interview: Interview, *, now: int) -> bool:
    """Whether the requested question should have been here by now."""
    return (
        interview.state is not State.ENDED
        and interview.requested is not None
        and interview.requested.question not in interview.asked
        and now - interview.requested_at >= PATIENCE_MS
    )


def request_again(interview: Interview, *, now: int) -> None:
    """Publish the last request once more: the same id, so a late first answer does no harm."""
    if interview.requested is not None and is_overdue(interview, now=now):
        interview.requested_at = now
        interview.publish(interview.requested)


def history(interview: Interview) -> tuple[Exchange, ...]:
    """Return the latest questions answered so far with what was heard, or written, in reply.

    One that is being answered comes last, with what was heard until now.
    """
    attempts = dict(interview.answered)
    if interview.open is not None and interview.open.question:
        attempts[interview.open.question] = interview.open.attempt
    said = {number: "" for number in sorted(attempts) if number in interview.asked}
    for caption in sorted(interview.captions, key=lambda each: each.start_ms):
        if attempts.get(caption.question) == caption.attempt:
            said[caption.question] += " " + caption.text.strip()
    exchanges: list[Exchange] = []
    room = _HISTORY_CHARACTERS
    for number in reversed(said):
        question, answer = interview.asked[number].text, said[number].strip()[:_ANSWER_CHARACTERS]
        room -= len(question) + len(answer)
        if room < 0:
            break
        exchanges.append(Exchange(question=question, answer=answer))
    return tuple(reversed(exchanges))
