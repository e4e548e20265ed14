"""Text without what does not matter to its words."""

from __future__ import annotations

import unicodedata

CURLY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
"""Quotation marks to straight ones, each in its place."""


def plain(text: str) -> str:
    """Return ``text`` composed, with straight quotes and single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).translate(CURLY).split())


def inline(text: str) -> str:
    """Return ``text`` on one line and without angle brackets: it can close no tag of a prompt."""
    return " ".join(text.replace("<", " ").replace(">", " ").split())
