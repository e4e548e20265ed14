"""What of a résumé an interview may ask about: all lines, and the few in each request. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from schemas.events import ResumeLine
from schemas.resume import MAX_LINES, Section, SectionKind

MAX_LINES_CHARACTERS = 30_000
"""Of all lines together, so that they fit an event."""

MAX_FACTS = 40
MAX_CHARACTERS = 6_000
"""Of all facts together: they are kept in the session's row and travel with each request."""

_SHORTEST, _LONGEST = 8, 300
"""Characters of one line. Shorter ones are dates and page numbers; longer ones become several."""

_ORDER = (
    SectionKind.EXPERIENCE,
    SectionKind.PROJECTS,
    SectionKind.SKILLS,
    SectionKind.SUMMARY,
    SectionKind.EDUCATION,
    SectionKind.OTHER,
)
"""What a candidate did comes before what they say of themselves."""

_BULLETS = "•·▪■□◦●○-–—*▶►※ \t"

_SENTENCE_END = re.compile(r"(?<=[.!?。])\s+")


def lines_of(sections: Iterable[Section]) -> tuple[ResumeLine, ...]:
    """Return the lines to ask about, none twice, what was done first."""
    lines: dict[str, ResumeLine] = {}
    room = MAX_LINES_CHARACTERS
    for kind, text in _lines(sections):
        if text in lines:
            continue
        room -= len(text)
        if room < 0 or len(lines) == MAX_LINES:
            break
        lines[text] = ResumeLine(kind=kind, text=text)
    return tuple(lines.values())


def facts_of(lines: Iterable[ResumeLine]) -> tuple[str, ...]:
    """Return what goes with every request: the first lines, for when nothing better is known."""
    facts: list[str] = []
    room = MAX_CHARACTERS
    for line in lines:
        room -= len(line.text)
        if room < 0 or len(facts) == MAX_FACTS:
            break
        facts.append(line.text)
    return tuple(facts)


def _lines(sections: Iterable[Section]) -> Iterator[tuple[SectionKind, str]]:
    for section in sorted(sections, key=lambda each: _ORDER.index(each.kind)):
        for line in section.text.splitlines():
            for part in _parts(" ".join(line.strip(_BULLETS).split())):
                if len(part) >= _SHORTEST:
                    yield section.kind, part


def _parts(line: str) -> Iterator[str]:
    """Yield ``line``, or as many of its sentences at a time as fit."""
    part = ""
    for sentence in _SENTENCE_END.split(line) if len(line) > _LONGEST else (line,):
        if part and len(part) + 1 + len(sentence) > _LONGEST:
            yield part
            part = ""
        part = f"{part} {sentence}".strip()
        while len(part) > _LONGEST:
            cut = _cut(part)
            yield cut
            part = part[len(cut) :].strip()
    if part:
        yield part


def _cut(text: str) -> str:
    """Return the beginning of ``text``, up to a space, if there is one, so that no word is cut."""
    return text[: _LONGEST + 1].rpartition(" ")[0].strip() or text[:_LONGEST]
