"""Answers whose scores have not come yet: how far the workers are behind, seen from the door."""

from __future__ import annotations

import time
from collections.abc import Callable

from schemas.events import QuestionScored
from schemas.ids import AnswerKey
from schemas.topics import TOPICS, Topic

_KEPT_S = TOPICS[Topic.INBOX].retention_ms / 1000
"""An answer that got no score is forgotten after this: its score would not reach us any more."""


class Unscored:
    """Answers that ended here, until their last score is live. Memory only: a start begins anew."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended: dict[AnswerKey, float] = {}

    def ended(self, answer: AnswerKey) -> None:
        """Note that ``answer`` is complete in Kafka."""
        self._ended.setdefault(answer, self._clock())

    def scored(self, event: QuestionScored) -> None:
        """Take note of a score; the answer waits until its ``final`` one."""
        if event.stage == "final":
            self._ended.pop(event.answer, None)

    @property
    def longest_s(self) -> float:
        """For how long the oldest answer has waited, seconds; 0 if none waits."""
        now = self._clock()
        while self._ended:
            answer, since = next(iter(self._ended.items()))
            if now - since < _KEPT_S:
                return now - since
            del self._ended[answer]
        return 0.0
