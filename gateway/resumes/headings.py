"""Which lines of a résumé are headings, and of what."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gateway.resumes.vocabulary import phrases
from schemas.resume import SectionKind

MAX_HEADING = 60
"""Characters of a line that can be a heading."""

_KINDS: Mapping[str, SectionKind] = dict(phrases())

_BEFORE = re.compile(
    r"^(?:[^\w(\[<]|_)*"  # bullets, rules and Markdown's marks
    r"(?:\(?(?:\d{1,2}|[IVX]{1,4}|[A-H]|[가나다라마바사아])[.)]\s?|\d{1,2}\s?)?"  # its number
    r"(?:[^\w]|_)*"  # brackets
)
_AFTER = re.compile(
    r"(?:[\s(\[:,-]*(?:총\s?)?\d{1,2}\s?(?:년|years?|yrs?)(?:\s?\d{1,2}\s?(?:개월|months?))?\s?[)\]]?)?"
    r"(?:[^\w]|_)*$",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s?[(\[][^()\[\]]{0,30}[)\]][\s:]*$")
_JOINTS = re.compile(r"[&/,·|+]|\band\b|및|(?<=[가-힣])\s?(?=[a-z])|(?<=[a-z])\s?(?=[가-힣])")
_INLINE = re.compile(r"^(?P<heading>[^:\t]{2,40}?)(?:\s?[:\t]\s?|\s[-–—]\s)(?P<rest>\S.*)$")


def kind_of(line: str) -> SectionKind | None:
    """Return what the heading ``line`` is about; None: it is no heading.

    Bullets, numbers, brackets, colons, capitals, spaced letters, a remark in brackets and the
    years in "경력 3년" make no difference. A heading of several, or in both languages, is about
    the first of them.
    """
    if not line or len(line) > MAX_HEADING:
        return None
    for whole in (line, _REMARK.sub("", line)):
        kind = _named(_BEFORE.sub("", _AFTER.sub("", whole)).casefold())
        if kind is not None:
            return kind
    return None


def inline(line: str) -> tuple[SectionKind, str, str] | None:
    """Return kind, heading and rest of "기술 스택: Python, Kafka"; None: it is no such line."""
    found = _INLINE.match(line)
    if found is None:
        return None
    kind = kind_of(found["heading"])
    return None if kind is None else (kind, found["heading"].strip(), found["rest"].strip())


def _named(bare: str) -> SectionKind | None:
    kind = _KINDS.get(_joined(bare))
    if kind is not None:
        return kind
    parts = [_KINDS.get(_joined(part)) for part in _JOINTS.split(bare)]
    return parts[0] if all(part is not None for part in parts) else None


def _joined(phrase: str) -> str:
    return re.sub(r"\s", "", phrase)
