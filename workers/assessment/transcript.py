"""Where in a transcript a quote stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.events import Utterance

_CURLY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
_EDGES = " \t\n.,;:!?\"'…-"
_MOST_CHARACTERS = 600


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
        begins where a word begins and ends where one ends; after Hangul a particle may follow.
        """
        words = quote[:_MOST_CHARACTERS].translate(_CURLY).strip(_EDGES).split()
        if not words:
            return None
        wanted = re.compile(
            r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?![^\W가-힣])", re.IGNORECASE
        )
        found = wanted.search(self.text.translate(_CURLY))
        if found is None:
            return None
        first = self._utterance_at(found.start())
        last = self._utterance_at(found.end() - 1)
        return Quote(
            self.text[found.start() : found.end()],
            self._utterances[first].start_ms,
            self._utterances[last].end_ms,
        )

    def _utterance_at(self, index: int) -> int:
        return next(number for number, end in enumerate(self._ends) if index < end)
