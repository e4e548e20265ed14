"""Text in one form, whatever wrote it."""

from __future__ import annotations

import re
import unicodedata

_NEW_LINES = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n\t]+")
_AROUND_TABS = re.compile(r" ?\t[ \t]*")
_BLANK_LINES = re.compile(r"\n{3,}")

_DROPPED = frozenset(("Cc", "Cf", "Cn", "Co", "Cs"))
"""Unicode categories of what nobody sees: controls, marks of direction, private and no characters.
"""


def tidy(text: str) -> str:
    """Return ``text`` composed (NFKC), with visible characters only and at most one blank line.

    Hangul typed on a Mac is stored as single letters, PDF files have ligatures, Korean forms have
    full-width digits: a pattern would miss all of them.
    """
    text = _NEW_LINES.sub("\n", text)
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        each
        for each in text
        if each in "\n\t" or (each != "\ufffd" and unicodedata.category(each) not in _DROPPED)
    )
    text = _AROUND_TABS.sub("\t", _SPACES.sub(" ", text))
    text = "\n".join(line.strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()
