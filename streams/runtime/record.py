"""A Kafka record with its logical topic, as services see it."""

from __future__ import annotations

from typing import NamedTuple

from schemas.topics import Topic


class Record(NamedTuple):
    """One consumed record; ``timestamp`` is the broker's, UTC ms.

    A tuple, because one is made for every record and a frozen dataclass takes twice as long.
    """

    topic: Topic
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int = 0


class BadRecord(Exception):  # noqa: N818 - says what the record is
    """The record cannot be processed, now or later: it goes to the dead letters with the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
