"""Waiting for what is away: exponential back-off with jitter."""

from __future__ import annotations

import random
from collections.abc import Iterator


class DependencyUnavailable(Exception):  # noqa: N818 - names a state, not a fault of the record
    """A broker, database or model is away. Not the record's fault: wait and try again."""

    def __init__(self, dependency: str, reason: str) -> None:
        super().__init__(f"{dependency} is unavailable: {reason}")
        self.dependency = dependency
        self.reason = reason


def delays(first: float = 0.1, largest: float = 5.0) -> Iterator[float]:
    """Yield seconds to wait, doubling from ``first`` to ``largest``, each within ±20 %."""
    delay = first
    while True:
        yield delay * random.uniform(0.8, 1.2)  # noqa: S311 - spread, not secrecy
        delay = min(delay * 2, largest)
