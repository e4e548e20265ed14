"""Text into sections, by the headings that Korean and English résumés have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.resumes import headings
from gateway.resumes.contacts import without_contacts
from gateway.resumes.model import Resume
from schemas.resume import MAX_SECTION_TEXT, MAX_SECTIONS, Section, SectionKind

MIN_SUMMARY_LINE = 30
"""Characters of a line above the first heading that make it a summary and not a name and title."""

_JOINED = 4_000
"""Characters up to which neighbours are joined when there are too many sections.

Two neighbours then have more than that together, so that ``MAX_TEXT`` makes 31 at the most.
"""

_RULE = re.compile(r"[\W_]{2,}")


@dataclass(slots=True)
class _Draft:
    kind: SectionKind
    title: str = ""
    lines: list[str] = field(default_factory=list)
    inline: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def resume_of(text: str) -> Resume:
    """Return tidy ``text`` without contact details, whole and in sections.

    What stands above the first heading is a summary if it has a sentence, else other. A text
    without headings is other. A heading with nothing below it is left out of the sections.
    """
    text = re.sub(r"\n{3,}", "\n\n", without_contacts(text)).strip()
    drafts = [draft for draft in _drafts(text.split("\n")) if draft.text]
    first = drafts[0] if drafts else None
    if first is not None and not first.title and len(drafts) > 1 and _has_sentence(first):
        first.kind = SectionKind.SUMMARY
    pieces = [piece for draft in drafts for piece in _pieces(draft)]
    if len(pieces) > MAX_SECTIONS:
        pieces = [piece for draft in _fewer(drafts) for piece in _pieces(draft)]
    return Resume(text=text, sections=tuple(pieces))


def cut(text: str, limit: int = MAX_SECTION_TEXT) -> Iterator[str]:
    """Yield ``text`` in pieces of at most ``limit`` characters.

    The cuts are at line ends, where a line is too long at a space, and else in the middle.
    """
    while len(text) > limit:
        end = text.rfind("\n", 1, limit + 1)
        if end < 0:
            end = text.rfind(" ", 1, limit + 1)
        if end < 0:
            end = limit
        yield text[:end].rstrip()
        text = text[end:].lstrip()
    if text:
        yield text


def _drafts(lines: Sequence[str]) -> Iterator[_Draft]:
    draft = _Draft(SectionKind.OTHER)
    lines = [line for line in lines if not _RULE.fullmatch(line)]
    for before, line, after in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        alone = not before and not after
        kind = headings.kind_of(line)
        if kind is not None:
            yield draft
            draft = _Draft(kind, line)
        elif (alone or draft.inline or not draft.title) and (found := headings.inline(line)):
            # Elsewhere it is a line of the entry that it stands in: "기술: Kafka" in a project.
            yield draft
            kind, title, rest = found
            draft = _Draft(kind, title, [rest], inline=True)
        else:
            draft.lines.append(line)
    yield draft


def _has_sentence(draft: _Draft) -> bool:
    return any(len(line) >= MIN_SUMMARY_LINE for line in draft.lines)


def _pieces(draft: _Draft) -> Iterator[Section]:
    for text in cut(draft.text):
        yield Section(kind=draft.kind, title=draft.title, text=text)


def _fewer(drafts: Sequence[_Draft]) -> Iterator[_Draft]:
    """Join neighbours; what is about several things is other, with the headings as lines of it."""
    joined = drafts[0]
    for draft in drafts[1:]:
        lines = [*joined.lines, *filter(None, [draft.title]), *draft.lines]
        if sum(map(len, lines)) + len(lines) <= _JOINED:
            kind = joined.kind if joined.kind is draft.kind else SectionKind.OTHER
            joined = _Draft(kind, joined.title, lines)
        else:
            yield joined
            joined = draft
    yield joined
