"""What of a résumé goes with every request for a question. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.resume import Section, SectionKind

MAX_FACTS = 40
MAX_CHARACTERS = 6_000
"""Of all facts together: they are kept in the session's row and travel with each request."""

_SHORTEST, _LONGEST = 8, 300
"""Characters of one fact. Shorter lines are dates and page numbers; longer ones are cut."""

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


def facts_of(sections: Iterable[Section]) -> tuple[str, ...]:
    """Return the lines to ask about, none twice, what was done first."""
    facts: list[str] = []
    room = MAX_CHARACTERS
    for line in _lines(sections):
        if line in facts:
            continue
        room -= len(line)
        if room < 0 or len(facts) == MAX_FACTS:
            break
        facts.append(line)
    return tuple(facts)


def _lines(sections: Iterable[Section]) -> Iterator[str]:
    for section in sorted(sections, key=lambda each: _ORDER.index(each.kind)):
        for line in section.text.splitlines():
            fact = " ".join(line.strip(_BULLETS).split())
            if len(fact) >= _SHORTEST:
                yield _shortened(fact)


def _shortened(fact: str) -> str:
    """Return ``fact`` cut at a space, if there is one, so that no word is cut in half."""
    if len(fact) <= _LONGEST:
        return fact
    return fact[:_LONGEST].rpartition(" ")[0] or fact[:_LONGEST]
