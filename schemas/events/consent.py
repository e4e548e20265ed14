"""What a candidate agreed to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.events.base import Event
from schemas.language import Language


class ConsentGiven(Event):
    """A candidate said, purpose by purpose, what may be done; ``seq`` counts from 0.

    The latest of a session stands. No media of it is published before the first one.
    """

    type: Literal["consent.given"] = "consent.given"
    v: Literal[1] = 1
    language: Language
    text_version: str = Field(
        min_length=1, max_length=40, description="which text the candidate was shown"
    )
    audio: bool = Field(description="sound may be recorded and transcribed")
    video: bool = Field(description="pictures of the camera may be analysed")
    text: bool = Field(
        False, description="what is typed may be kept; asked for where answers are typed"
    )
