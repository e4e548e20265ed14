"""Where in a transcript a quote stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.events import Utterance
from workers.language.plain import CURLY
from workers.language.verbatim import EDGES, verbatim

_MOST_CHARACTERS = 600

_LEAST, _LEAST_KOREAN = 3, 2
"""Words of a quote; a Korean one carries its particles and endings with it."""

_HANGUL = re.compile(r"[가-힣]")
_REST = re.compile(r"[가-힣]*(?:\s+(?:못|않|없|아니|안 )[가-힣]*)?")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words as they stand in the transcript, with the times of the utterances that hold them."""

    text: str
    start_ms: int
    end_ms: int


class Transcript:
    """All that was said in an answer, as one text."""

    def __init__(self, utterances: Sequence[Utterance]) -> None:
        self._utterances = utterances
        self._ends: list[int] = []
        """Index in ``text`` after each utterance."""
        parts: list[str] = []
        length = 0
        for each in utterances:
            part = " ".join(each.text.split())
            length += len(part) + bool(parts)
            parts.append(part)
            self._ends.append(length)
        self.text = " ".join(parts)

    def find(self, quote: str) -> Quote | None:
        """Return ``quote`` as it stands in the transcript, None where it does not.

        Case, kind of quotation marks, white space, and punctuation at its ends do not count. It
        begins where a word begins; what follows in a Hangul word is taken in, and so is a negation
        after it, without which it would say the opposite. A word or two show nothing, unless they
        are all that was said.
        """
        words = quote[:_MOST_CHARACTERS].translate(CURLY).strip(EDGES).split()
        least = _LEAST_KOREAN if _HANGUL.search(quote) else _LEAST
        if not words or len(words) < min(least, len(self.text.split())):
            return None
        found = verbatim(words).search(self.text.translate(CURLY))
        if found is None:
            return None
        end = found.end()
        if _HANGUL.match(self.text[end - 1]):
            end = self._end_of_word(end)
        first = self._utterance_at(found.start())
        last = self._utterance_at(end - 1)
        return Quote(
            self.text[found.start() : end],
            self._utterances[first].start_ms,
            self._utterances[last].end_ms,
        )

    def _end_of_word(self, end: int) -> int:
        rest = _REST.match(self.text, end)
        return rest.end() if rest is not None else end

    def _utterance_at(self, index: int) -> int:
        return next(number for number, end in enumerate(self._ends) if index < end)
