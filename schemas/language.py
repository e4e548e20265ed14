"""The languages an interview can be held in."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """ISO 639-1 code."""

    ENGLISH = "en"
    KOREAN = "ko"
