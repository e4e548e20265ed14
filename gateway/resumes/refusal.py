"""Why a résumé was not taken."""

from __future__ import annotations

from enum import StrEnum

from schemas.resume import MAX_TEXT


class Code(StrEnum):
    """Stable, for programs."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_TEXT = "too_much_text"
    DAMAGED = "damaged"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    FORBIDDEN_XML = "forbidden_xml"
    UNREADABLE = "unreadable"
    BUSY = "busy"
    BAD_PROFILE = "bad_profile"


class Refused(ValueError):  # noqa: N818 - says what became of the résumé
    """The résumé is not taken; ``message`` is one line that says what to do."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def unreadable() -> Refused:
    """Return the refusal of a file on which reading itself failed."""
    return Refused(
        Code.UNREADABLE, "this file could not be read: save it again as PDF or DOCX and retry"
    )


def damaged() -> Refused:
    """Return the refusal of a file that is not what its first bytes promise."""
    return Refused(Code.DAMAGED, "this file is damaged: save it again as PDF or DOCX")


def unknown_type(what: str) -> Refused:
    """Return the refusal of a type that is not read; ``what`` names it."""
    return Refused(Code.UNKNOWN_TYPE, f"{what} cannot be read: save it as PDF or DOCX")


def encrypted() -> Refused:
    """Return the refusal of a file that needs a password."""
    return Refused(Code.ENCRYPTED, "this file is protected by a password: save it without one")


def too_much_text() -> Refused:
    """Return the refusal of a text over the limit."""
    return Refused(
        Code.TOO_MUCH_TEXT,
        f"this file has more than {MAX_TEXT:,} characters of text: shorten it",
    )
