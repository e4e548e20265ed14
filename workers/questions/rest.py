"""Leaving alone for a while what has just failed: nobody waits for it again and again."""

from __future__ import annotations

import time


class Rest:
    """A pause of ``seconds`` after a failure, in which nothing is asked of what failed."""

    def __init__(self, seconds: float = 5.0) -> None:
        self._seconds = seconds
        self._until = 0.0
        self.reason = ""

    @property
    def is_on(self) -> bool:
        """Whether to leave it alone."""
        return time.monotonic() < self._until

    def begin(self, reason: str) -> None:
        """Start a pause because of ``reason``."""
        self.reason = reason
        self._until = time.monotonic() + self._seconds

    def end(self) -> None:
        """It answers again."""
        self.reason = ""
        self._until = 0.0
