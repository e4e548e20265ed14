"""A résumé as it was read."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from schemas.resume import MAX_SECTIONS, MAX_TEXT, Section


class Resume(BaseModel):
    """The text without contact details, and the same text in sections."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(max_length=MAX_TEXT)
    sections: tuple[Section, ...] = Field(max_length=MAX_SECTIONS)
