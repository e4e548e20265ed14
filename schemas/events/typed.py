"""What the candidate wrote, where answers are typed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.events.base import Event
from schemas.language import Language

MAX_TYPED = 10_000
"""Characters of one answer: an hour of steady typing."""


class AnswerTyped(Event):
    """The whole of an answer that was typed, published before its ``answer.ended``.

    It is all the evidence that such an answer has. ``text`` is empty where the time ran out before
    anything was written; it has no control characters but line feeds and tabs.
    """

    type: Literal["answer.typed"] = "answer.typed"
    v: Literal[1] = 1
    language: Language
    text: str = Field(max_length=MAX_TYPED)
