"""The commit watermark: the oldest open unit of work decides what may be committed.

Holds offsets only, no events, so that 200,000 held records cost little. One class serves the
worker loop and the Faust agent.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable


class Watermark:
    """What one partition may commit.

    A *unit* is whatever must be whole before its records are let go: an utterance, an answer, a
    batch. It opens at its first record and closes when its result is acknowledged downstream.
    ``position`` is the offset to commit: every record below it is done with.

    >>> mark = Watermark()
    >>> mark.seen(7); mark.open("a", 7); mark.seen(8); mark.position
    7
    >>> mark.close("a"); mark.position
    9
    """

    __slots__ = ("_heap", "_next", "_units")

    def __init__(self) -> None:
        self._next: int | None = None
        self._units: dict[Hashable, int] = {}
        self._heap: list[tuple[int, int, Hashable]] = []

    def seen(self, offset: int) -> None:
        """Note that the record at ``offset`` was read. Offsets may repeat; they never go back."""
        if self._next is None or offset >= self._next:
            self._next = offset + 1

    def open(self, unit: Hashable, offset: int) -> None:
        """Open ``unit`` at ``offset``; a unit that is open keeps its first offset.

        Raises:
            ValueError: the record at ``offset`` was not ``seen``; opening late could lose it.
        """
        if self._next is None or offset >= self._next:
            raise ValueError(f"offset {offset} was not seen")
        if unit not in self._units:
            self._units[unit] = offset
            heapq.heappush(self._heap, (offset, id(unit), unit))

    def close(self, unit: Hashable) -> None:
        """Close ``unit``. Closing what is not open changes nothing: duplicates do that."""
        self._units.pop(unit, None)

    def is_open(self, unit: Hashable) -> bool:
        """Whether ``unit`` is open."""
        return unit in self._units

    @property
    def position(self) -> int | None:
        """The offset to commit, or None while nothing was read."""
        while self._heap:
            offset, _, unit = self._heap[0]
            if self._units.get(unit) == offset:
                return offset
            heapq.heappop(self._heap)
        return self._next

    @property
    def held(self) -> int:
        """How many records that were read may not be committed yet."""
        position = self.position
        return 0 if position is None or self._next is None else self._next - position

    def __len__(self) -> int:
        return len(self._units)
