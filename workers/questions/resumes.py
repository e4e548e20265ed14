"""The lines of résumés that sessions may be asked about, as far as they are remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

_MOST_CHARACTERS = 8_000_000
"""Of all lines: 266 of the largest résumés, 2,000 or more of usual ones."""


class Resumes:
    """Lines by session; the session that was looked at longest ago is forgotten first.

    Vectors are not here but with the texts, in the cache before the embedding engine.
    """

    def __init__(self, *, most_characters: int = _MOST_CHARACTERS) -> None:
        self._most = most_characters
        self._characters = 0
        self._lines: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def keep(self, session: str, lines: Sequence[str]) -> None:
        """Remember ``lines`` as those of ``session``."""
        self._drop(session)
        self._lines[session] = tuple(lines)
        self._characters += sum(map(len, lines))
        while self._characters > self._most:
            self._drop(next(iter(self._lines)))

    def of(self, session: str) -> tuple[str, ...]:
        """Return the lines of ``session``; empty: they are not remembered."""
        lines = self._lines.get(session, ())
        if lines:
            self._lines.move_to_end(session)
        return lines

    def _drop(self, session: str) -> None:
        self._characters -= sum(map(len, self._lines.pop(session, ())))
