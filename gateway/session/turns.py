"""From the end of an answer to the start of the next: when the candidate could see what. Pure.

Times are UTC ms by the gateway's clock; a mark keeps its first time.
"""

from __future__ import annotations

from gateway.session.model import Interview, Turn
from schemas.events import Event, QuestionAsked, TranscriptFinal, TurnMeasured


def begin(interview: Interview, *, now: int) -> None:
    """Note the end of an answer, after which the interview's current question is awaited."""
    interview.turn = Turn(question=interview.question, ended_at=now)


def note(interview: Interview, event: Event, *, now: int) -> None:
    """Note what a live event means for the turn, if there is one."""
    turn = interview.turn
    if turn is None:
        return
    match event:
        case TranscriptFinal() if event.question == turn.question - 1:
            turn.heard_at = turn.heard_at or now
        case QuestionAsked() if event.question == turn.question:
            turn.text_at = turn.text_at or now
            draft = interview.requested.draft if interview.requested else None
            turn.drafted = draft is not None and draft.text == event.text
        case _:
            pass
    if interview.clip(turn.question):
        turn.clip_at = turn.clip_at or now


def fetched(interview: Interview, question: int, *, now: int) -> None:
    """Note that the page begins to get the clip of ``question``."""
    if interview.turn is not None and interview.turn.question == question:
        interview.turn.first_byte_at = interview.turn.first_byte_at or now


def playing(interview: Interview, *, now: int) -> None:
    """Note that the page plays the current question."""
    if interview.turn is not None and interview.turn.question == interview.question:
        interview.turn.playing_at = interview.turn.playing_at or now


def finish(interview: Interview, *, now: int) -> None:
    """Publish the turn: the candidate begins to answer. Attempts after the first have none."""
    turn, interview.turn = interview.turn, None
    if turn is None:
        return

    def after(mark: int) -> int | None:
        return max(0, mark - turn.ended_at) if mark else None

    interview.publish(
        TurnMeasured(
            session=interview.session,
            question=turn.question,
            epoch=interview.epoch,
            at=turn.ended_at,
            heard_ms=after(turn.heard_at),
            text_ms=after(turn.text_at),
            clip_ms=after(turn.clip_at),
            first_byte_ms=after(turn.first_byte_at),
            playing_ms=after(turn.playing_at),
            answering_ms=max(0, now - turn.ended_at),
            drafted=turn.drafted,
        )
    )
