"""What a small model may ask, request by request: it chooses what to take up and what to ask.

Each option is a phrase of the candidate, built into a sentence of ``shapes``. The model writes the
question's number of the phrase and the question alone; the words that lead up to it are put before,
because on a small machine each word that a model writes makes the question later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from schemas.events import QuestionRequested
from schemas.language import Language
from workers.questions import guard, shapes
from workers.questions.deeds import buildings
from workers.questions.ground import Draft, Ground
from workers.questions.kinds import Building, Form

OUTSIDE = "frame"
"""The outcome of an answer that is none of the options, beside the guard's codes."""

_PHRASES = 3
_ASKS = 5
"""Of each phrase: so many at a time, so that a model with a favourite does not always have it."""

_LEADS_APART = 2
"""Questions until one may begin in the same way again."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The options of one request: drafts by what the model writes to choose them.

    They follow from session and question number, without what the interview has had, and the guard
    lets each of them pass.
    """

    phrases: tuple[Building, ...]
    options: Mapping[str, Draft]

    @classmethod
    def of(cls, request: QuestionRequested, ground: Ground) -> Self | None:
        """Return the options for ``request``; None: no phrase can be built in, or not in English."""
        if ground.language is not Language.ENGLISH:
            return None
        found = buildings(ground)
        if found and found[0].form is not Form.CLAUSE:  # a quotation is the last resort
            found = [each for each in found if each.form is not Form.CLAUSE]
        phrases: list[Building] = []
        options: dict[str, Draft] = {}
        for each in found:
            some = list(_drafts(each, request, ground))
            if some:
                phrases.append(each)
                options |= {f"{len(phrases)}. {written}": draft for written, draft in some}
            if len(phrases) == _PHRASES:
                break
        return cls(tuple(phrases), options) if options else None

    @property
    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of an answer."""
        return {
            "type": "object",
            "properties": {"question": {"type": "string", "enum": list(self.options)}},
            "required": ["question"],
            "additionalProperties": False,
        }

    @property
    def told(self) -> list[str]:
        """Return the phrases as the model is told them, each with its number."""
        return [f"{number}. {_told(each)}" for number, each in enumerate(self.phrases, 1)]

    def draft(self, written: str) -> Draft | None:
        """Return the draft that the model chose; None: it is none of the options."""
        return self.options.get(written)


def _told(each: Building) -> str:
    subject = {Form.PAST: "I ", Form.PRESENT: "I ", Form.GERUND: "", Form.CLAUSE: ""}[each.form]
    return f"{subject}{each.text}"


def _drafts(
    each: Building, request: QuestionRequested, ground: Ground
) -> Iterator[tuple[str, Draft]]:
    """Yield what the model writes and the draft it stands for: nothing the guard would refuse."""
    leads, asks, whole = shapes.asking(each)
    seed = f"{request.session}\n{request.question}"
    recent = ground.asked[-_LEADS_APART:]
    lead = _ranked([one for one in leads if not shapes.began(one, recent)] or leads, seed)[0]
    lead = _ranked(shapes.spelled(lead), seed)[0]
    fresh = [one for one in (*asks, *whole) if not shapes.was_used(one, ground.asked)]
    for ask in _ranked(fresh or asks, seed)[:_ASKS]:
        for written in shapes.spelled(ask):
            question = shapes.filled(lead, written, each.text)
            draft = Draft(question, each.text)
            if guard.verdict(draft, ground) == guard.PASSED:
                yield shapes.capital(written.replace("{p}", "…")), draft


def _ranked(texts: Sequence[str], seed: str) -> list[str]:
    return sorted(texts, key=lambda each: hashlib.sha256(f"{seed}\n{each}".encode()).digest())
