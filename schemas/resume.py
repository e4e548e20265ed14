"""The parts of a résumé: what an interview may ask about."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

MAX_TITLE = 200
"""Characters of a section's title."""

MAX_SECTION_TEXT = 8_000
"""Characters of one section's text; a longer section becomes several."""

MAX_SECTIONS = 40
"""Sections of one résumé."""

MAX_TEXT = 60_000
"""Characters of a résumé's text in all."""


MAX_LINES = 200
"""Lines of one résumé that a session may ask about."""

MAX_LINE = 500
"""Characters of such a line."""


class SectionKind(StrEnum):
    """What a section is about."""

    SUMMARY = "summary"
    EDUCATION = "education"
    EXPERIENCE = "experience"
    PROJECTS = "projects"
    SKILLS = "skills"
    OTHER = "other"


class Section(BaseModel):
    """One section of a résumé; ``title`` is the heading as written, empty where there was none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SectionKind
    title: str = Field("", max_length=MAX_TITLE)
    text: str = Field(max_length=MAX_SECTION_TEXT)
