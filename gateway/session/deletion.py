"""Ending an interview for good: what is to be published, and which files are to go."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from gateway.session import machine
from gateway.session.model import FinalMarker, Interview
from schemas.events import SessionDeleted
from schemas.events.questions import IMPERSONAL

By = Literal["candidate", "owner"]


class Remains(BaseModel):
    """What is left to do once a session's row is gone."""

    interview: Interview
    """Nothing but its outbox."""
    resume: str
    """Id of its résumé; empty: it has none."""
    objects: tuple[str, ...]
    """Names of files that are to go."""


def delete(interview: Interview, *, by: By, now: int, marker: FinalMarker | None = None) -> Remains:
    """End the interview, say that it is deleted, and return what is left to do.

    What was to be published before is: workers wait for the end of what they have begun.
    """
    machine.leave(interview, now=now, marker=marker)
    interview.publish(SessionDeleted(session=interview.session, at=now, by=by))
    return Remains(
        interview=Interview(
            session=interview.session,
            slot=interview.slot,
            language=interview.language,
            policy=interview.policy,
            total=interview.total,
            created_at=interview.created_at,
            expires_at=interview.expires_at,
            connection_changed_at=now,
            outbox=interview.outbox,
        ),
        resume=interview.resume,
        objects=tuple(_personal_clips(interview)),
    )


def _personal_clips(interview: Interview) -> list[str]:
    """Return the clips of questions that may quote the candidate or their résumé."""
    return [
        spoken.clip
        for number, spoken in interview.spoken.items()
        if spoken.clip
        and not (
            (asked := interview.asked.get(number)) is not None
            and asked.text == spoken.text
            and asked.source in IMPERSONAL
        )
    ]
