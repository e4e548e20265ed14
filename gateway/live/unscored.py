"""Answers whose scores have not come yet: how far the workers are behind, seen from the door."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice

from schemas.events import QuestionScored
from schemas.ids import AnswerKey

_KEPT_S = 600.0
"""An answer that got no score is forgotten after this: it does not keep the door shut for ever."""


class Unscored:
    """Answers that ended here, until their last score is live. Memory only: a start begins anew.

    One answer may never get a score, because its evidence is broken; that says nothing about the
    workers. They are behind when two wait, and not behind what ended before an answer they scored.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended: dict[AnswerKey, float] = {}

    def ended(self, answer: AnswerKey) -> None:
        """Note that ``answer`` ends, before its score can come."""
        self._ended.setdefault(answer, self._clock())

    def scored(self, event: QuestionScored) -> None:
        """Take note of a score; an answer, and those before it, wait until its ``final`` one."""
        since = self._ended.get(event.answer)
        if event.stage == "final" and since is not None:
            self._ended = {each: at for each, at in self._ended.items() if at > since}

    @property
    def longest_s(self) -> float:
        """For how long two answers have waited, seconds; 0 if fewer wait."""
        now = self._clock()
        self._ended = {each: at for each, at in self._ended.items() if now - at < _KEPT_S}
        return max((now - at for at in islice(self._ended.values(), 1, None)), default=0.0)
