"""How long a candidate waited for the next question."""

from __future__ import annotations

from typing import Literal

from schemas.events.base import Count, Event


class TurnMeasured(Event):
    """The turn from the end of an answer (``at``) to the start of the next, number ``question``.

    Marks are milliseconds after ``at`` by the gateway's clock, None for what did not happen. A
    question that was drafted and spoken ahead may have its clip at once.
    """

    type: Literal["turn.measured"] = "turn.measured"
    v: Literal[1] = 1
    heard_ms: Count | None = None
    """All of the answer was transcribed."""
    text_ms: Count | None = None
    """The question was there."""
    clip_ms: Count | None = None
    """It could be heard."""
    first_byte_ms: Count | None = None
    """The page was sent the first byte of the clip."""
    playing_ms: Count | None = None
    """The page said that it plays."""
    answering_ms: Count
    """The candidate began to answer."""
    drafted: bool
    """Whether the question was drafted while the candidate was still speaking."""
