"""A résumé that a session names, line by line, and the lines with their vectors."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.events.base import Event, Value
from schemas.resume import MAX_LINE, MAX_LINES, SectionKind

MAX_DIMENSIONS = 4096

Coordinate = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class ResumeLine(Value):
    """One line of a résumé, without contact details, and the kind of section it is from."""

    kind: SectionKind
    text: str = Field(min_length=1, max_length=MAX_LINE)


class ResumeAttached(Event):
    """The session may ask about these lines, what was done first. Published with its start."""

    type: Literal["resume.attached"] = "resume.attached"
    v: Literal[1] = 1
    lines: tuple[ResumeLine, ...] = Field(min_length=1, max_length=MAX_LINES)


class ResumeEmbedded(Event):
    """One line with its vector of length 1; ``seq`` is the line's place in the résumé.

    One event a line: a vector of 384 numbers takes 4 kB, and a row in ClickHouse is one event.
    """

    type: Literal["resume.embedded"] = "resume.embedded"
    v: Literal[1] = 1
    lines: int = Field(ge=1, le=MAX_LINES, description="lines of the résumé in all")
    kind: SectionKind
    text: str = Field(min_length=1, max_length=MAX_LINE)
    model: str = Field(min_length=1, max_length=200, description="what made the vector")
    vector: tuple[Coordinate, ...] = Field(min_length=1, max_length=MAX_DIMENSIONS)
