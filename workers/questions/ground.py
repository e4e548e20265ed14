"""What a question may rest on, and a draft of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from schemas.events import QuestionRequested
from schemas.language import Language

_ANSWER_CHARACTERS = 4_000
_FACTS = 12
_FACT_CHARACTERS = 500
_ASKED = 50


@dataclass(frozen=True, slots=True)
class Draft:
    """A question, and the phrase of an answer or a fact that it claims to rest on."""

    question: str
    quote: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known when a question is asked, cut to what can be judged in no time."""

    language: Language
    answer: str
    """The last answer, or its end; empty: none, or nothing was heard."""
    facts: tuple[str, ...]
    asked: tuple[str, ...]
    names: tuple[str, ...]
    """Position and company, as far as known."""

    @classmethod
    def of(cls, request: QuestionRequested) -> Self:
        """Return the ground of ``request``."""
        answer = request.history[-1].answer if request.history else ""
        facts = (_whole_words(each, _FACT_CHARACTERS) for each in request.facts[:_FACTS])
        return cls(
            language=request.language,
            answer=_last_words(answer, _ANSWER_CHARACTERS),
            facts=tuple(each for each in facts if each),
            asked=tuple(each.question for each in request.history[-_ASKED:]),
            names=tuple(filter(None, (request.position, request.company))),
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """Texts that may be quoted, the last answer first."""
        return tuple(filter(None, (self.answer, *self.facts)))


def _whole_words(text: str, most: int) -> str:
    text = text.strip()
    return text if len(text) <= most else text[:most].rpartition(" ")[0]


def _last_words(text: str, most: int) -> str:
    text = text.strip()
    if len(text) < most:
        return text
    # as long as that it was cut somewhere, at either end perhaps within a word
    return text[-most:].partition(" ")[2].rpartition(" ")[0]
