"""How much memory each process holds over its lives."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil

from deploy.local.stack import Stack

_EVERY_S = 3.0
WARM_UP_S = 45.0
"""What a process takes in this time after its start is no growth."""

_MB = 1 << 20


@dataclass(slots=True)
class Life:
    """One process from start to end: (seconds since its start, resident bytes)."""

    began: float
    points: list[tuple[float, int]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it was seen."""
        return self.points[-1][0] if self.points else 0.0


@dataclass(frozen=True, slots=True)
class Growth:
    """What became of one process's memory, in MB; ``an_hour`` is None where no life was long."""

    name: str
    lives: int
    longest_s: float
    after_warm_up: float
    at_the_end: float
    largest: float
    an_hour: float | None


class MemoryWatch:
    """Asks for the resident memory of the stack's processes, children included."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._lives: dict[str, dict[int, Life]] = defaultdict(dict)

    async def run(self) -> None:
        """Ask for ever."""
        while True:
            for name in self._stack.names:
                self._ask(name)
            await asyncio.sleep(_EVERY_S)

    def _ask(self, name: str) -> None:
        pid = self._stack.process(name).pid
        try:
            process = psutil.Process(pid)
            held = sum(
                each.memory_info().rss for each in (process, *process.children(recursive=True))
            )
            born = process.create_time()
        except psutil.Error:
            return
        life = self._lives[name].setdefault(pid, Life(born))
        life.points.append((time.time() - born, held))

    def growth(self) -> Sequence[Growth]:
        """Return what was seen, one entry a process; growth is of its longest life."""
        return [_growth(name, list(lives.values())) for name, lives in self._lives.items()]


def _growth(name: str, lives: Sequence[Life]) -> Growth:
    longest = max(lives, key=lambda life: life.seconds)
    warm = [point for point in longest.points if point[0] >= WARM_UP_S]
    rate = None
    if warm and warm[-1][0] - warm[0][0] >= 2 * WARM_UP_S:
        rate = _slope(warm) * 3600 / _MB
    ends = warm or longest.points
    return Growth(
        name,
        len(lives),
        longest.seconds,
        ends[0][1] / _MB,
        ends[-1][1] / _MB,
        max(held for life in lives for _, held in life.points) / _MB,
        rate,
    )


def _slope(points: Sequence[tuple[float, int]]) -> float:
    """Return the slope of the straight line that fits best (bytes a second)."""
    mean_t = sum(t for t, _ in points) / len(points)
    mean_b = sum(b for _, b in points) / len(points)
    spread = sum((t - mean_t) ** 2 for t, _ in points)
    return sum((t - mean_t) * (b - mean_b) for t, b in points) / spread
