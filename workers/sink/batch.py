"""Rows on their way to the store, with the records they came from."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import NamedTuple

from schemas.events import Event, QuestionScored
from streams.runtime.consumer import Partition
from streams.runtime.record import Record
from workers.sink.shapes import SHAPES, Row, Shape


class Item(NamedTuple):
    """One row and where it is from; ``score`` where its lag is to be measured."""

    record: Record
    row: Row
    score: QuestionScored | None


class Batch:
    """A unit of work: holds its partitions' commit at its first record of each."""

    def __init__(self) -> None:
        self._items: dict[Shape, list[Item]] = defaultdict(list)
        self._partitions: set[Partition] = set()
        self.sessions: set[str] = set()
        self._born = time.monotonic()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def age_s(self) -> float:
        """Seconds since the first row."""
        return time.monotonic() - self._born if self._size else 0.0

    def add(self, event: Event, record: Record, partition: Partition) -> None:
        """Take in ``event`` and hold ``partition`` at ``record``."""
        if not self._size:
            self._born = time.monotonic()
        shape = SHAPES[type(event)]
        score = event if isinstance(event, QuestionScored) else None
        self._items[shape].append(Item(record, shape.row(event, record.offset), score))
        partition.open(self, record.offset)
        self._partitions.add(partition)
        self.sessions.add(event.session)
        self._size += 1

    def groups(self) -> list[tuple[Shape, list[Item]]]:
        """Return the rows by shape, in the order in which to insert them."""
        return [(shape, self._items[shape]) for shape in SHAPES.values() if shape in self._items]

    def close(self) -> None:
        """Let the partitions commit past this batch."""
        for partition in self._partitions:
            partition.close(self)
