"""Answers that are written: what their commands change, and what stands for their recording."""

from __future__ import annotations

from collections.abc import Callable

from gateway.session import typed
from gateway.session.checks import Refused
from gateway.session.model import FinalMarker, Interview
from schemas.events import EpochCounts

Step = Callable[[Interview], None]


class Unrecorded:
    """In the place of a ``Recorder``: an answer that is written has no media."""

    behind_s = 0.0

    def __init__(self, epoch: int) -> None:
        self._epoch = epoch

    async def finish(self) -> EpochCounts:
        """Return that there is nothing."""
        return EpochCounts(epoch=self._epoch, frames=0, chunks=0)

    async def cancel(self) -> FinalMarker | None:
        """Return no marker: no worker waits for an end."""
        return None


def draft(text: object) -> Step:
    """Return the change that keeps ``text``.

    Raises:
        Refused: it is no text, or too long.
    """
    cleaned = typed.clean(text)
    return lambda it: typed.write(it, cleaned)


def last(interview: Interview, text: object) -> Step:
    """Return the change that keeps what ``answer.end`` says was written, if it says anything.

    Raises:
        Refused: it is no text, or too long; or answers are spoken.
    """
    if text is None:
        return lambda _: None
    if not interview.typed:
        raise Refused("not_typed", "answers of this interview are spoken: send no text")
    return draft(text)


def then(first: Step, second: Step) -> Step:
    """Return both changes as one."""

    def both(interview: Interview) -> None:
        first(interview)
        second(interview)

    return both
