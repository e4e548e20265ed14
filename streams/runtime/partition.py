"""One assignment of one partition, as services see it."""

from __future__ import annotations

from collections.abc import Hashable

from schemas.topics import Topic
from streams.runtime.watermark import Watermark


class Partition:
    """One assignment of one partition, with its watermark.

    ``note`` is committed together with the offset and found again by the partition's next owner:
    a hint about the records after the offset. It may be lost; it must not say more than is true.
    """

    __slots__ = ("_watermark", "is_assigned", "note", "number", "topic")

    def __init__(self, topic: Topic, number: int, note: str = "") -> None:
        self.topic = topic
        self.number = number
        self.note = note
        self.is_assigned = True
        """Until it is revoked; another assignment of the same partition is another object."""
        self._watermark = Watermark()

    def seen(self, offset: int) -> None:
        """Note that the record at ``offset`` was read."""
        self._watermark.seen(offset)

    def open(self, unit: Hashable, offset: int) -> None:
        """Hold the commit at ``offset`` until ``unit`` is closed."""
        self._watermark.open(unit, offset)

    def close(self, unit: Hashable) -> None:
        """Let go of the records that only ``unit`` held."""
        self._watermark.close(unit)

    def is_open(self, unit: Hashable) -> bool:
        """Whether ``unit`` is open."""
        return self._watermark.is_open(unit)

    @property
    def position(self) -> int | None:
        """The offset to commit."""
        return self._watermark.position

    @property
    def held(self) -> int:
        """Records read that may not be committed yet."""
        return self._watermark.held

    @property
    def units(self) -> int:
        """Open units."""
        return len(self._watermark)
