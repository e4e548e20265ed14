"""What a small model may ask, request by request: it chooses the question about a phrase.

Each option is the best phrase of the candidate, built into a sentence of ``shapes``. The model
writes the question alone; the words that lead up to it are put before, because on a small machine
each word that a model writes makes the question later.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from schemas.events import QuestionRequested
from schemas.language import Language
from workers.questions import guard, shapes
from workers.questions.deeds import buildings
from workers.questions.ground import Draft, Ground
from workers.questions.guard.grounding import locate
from workers.questions.kinds import Building, Form
from workers.questions.text import content

OUTSIDE = "frame"
"""The outcome of an answer that is none of the options, beside the guard's codes."""

_ASKS = 8
"""So many at a time, so that a model with a favourite does not always have it."""

_OTHER_TENSE = re.compile(r"\b(?:would|has|have|could)\b")

_LEADS_APART = 2
"""Questions until one may begin in the same way again."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The options of one request: drafts by what the model writes to choose them.

    They follow from session and question number, without what the interview has had, and the guard
    lets each of them pass.
    """

    phrase: Building
    options: Mapping[str, Draft]

    @classmethod
    def of(cls, request: QuestionRequested, ground: Ground) -> Self | None:
        """Return the options for ``request``; None: no phrase fits, or it is not in English."""
        if ground.language is not Language.ENGLISH:
            return None
        for each in buildings(ground):
            options = dict(_drafts(each, request, ground))
            if options:
                return cls(each, options)
        return None

    @property
    def told(self) -> str:
        """Return the phrase as the model is told it."""
        subject = "I " if self.phrase.form in (Form.PAST, Form.PRESENT) else ""
        return f"{subject}{self.phrase.text}"

    def draft(self, written: str) -> Draft | None:
        """Return the draft that the model chose; None: it is none of the options."""
        return self.options.get(written)


def _drafts(
    each: Building, request: QuestionRequested, ground: Ground
) -> Iterator[tuple[str, Draft]]:
    """Yield what the model writes and the draft it stands for: nothing the guard would refuse."""
    leads, asks, whole = shapes.asking(each)
    quote = locate(each.text, ground)
    recent = ground.asked[-_LEADS_APART:]
    lead = ranked([one for one in leads if not shapes.began(one, recent)] or leads, request)[0]
    lead = ranked(shapes.spelled(lead), request)[0]
    fresh = [one for one in (*asks, *whole) if not shapes.was_used(one, ground.asked)]
    named = set(content(each.text))
    for ask in ranked(fresh or asks, request)[:_ASKS]:
        for written in shapes.spelled(ask):
            if not named.isdisjoint(content(written.replace("{p}", ""))):
                continue  # *compared the results: what did you do with the results*
            if lead.endswith(",") and _OTHER_TENSE.search(written) and "{p}" not in written:
                continue  # *when you planned it, what would you do*
            question = shapes.filled(lead, written, each.text)
            draft = Draft(question, quote)
            if guard.verdict(draft, ground) == guard.PASSED:
                yield shapes.capital(written.replace("{p}", "…")), draft


def ranked(texts: Sequence[str], request: QuestionRequested) -> list[str]:
    """Return ``texts`` in an order that follows from session and question number."""
    seed = f"{request.session}\n{request.question}"
    return sorted(texts, key=lambda each: hashlib.sha256(f"{seed}\n{each}".encode()).digest())
