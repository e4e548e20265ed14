"""Reading past batches that the client library cannot read.

A header's name is bytes to the broker. aiokafka takes it for UTF-8 and raises in the middle of a
fetch where it is not: what was fetched with it is lost, the process ends, and it meets the same
batch again, for ever. Records of such a batch are handed over as empty ones instead, whose headers
say so: a topic's guardian sets them aside like any other record that does not decode. A batch has
one producer, so that nobody else's records are in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aiokafka.consumer import fetcher

_TOLD = (("unreadable", b"the name of a header is not UTF-8 text"),)

_Records = fetcher.MemoryRecords


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands for a record of a batch that cannot be read."""

    offset: int
    timestamp: int = 0
    timestamp_type: int | None = None
    key: bytes | None = None
    value: bytes | None = None
    checksum: int | None = None
    headers: tuple[tuple[str, bytes], ...] = _TOLD


class _Batch:
    """A batch that can always be gone through."""

    __slots__ = ("_batch",)

    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            offsets = range(self._batch.base_offset, self._batch.next_offset)
            return iter([Unreadable(offset) for offset in offsets])


class TolerantRecords:
    """The batches of one fetched partition; takes the place of the library's own class."""

    __slots__ = ("_records",)

    def __init__(self, data: bytes) -> None:
        self._records = _Records(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def has_next(self) -> bool:
        """Whether there is another batch."""
        return bool(self._records.has_next())

    def next_batch(self) -> _Batch | None:
        """Return the next batch."""
        batch = self._records.next_batch()
        return None if batch is None else _Batch(batch)


def install() -> None:
    """Make all consumers of this process tolerant, Faust's too; a second time changes nothing."""
    fetcher.MemoryRecords = TolerantRecords
