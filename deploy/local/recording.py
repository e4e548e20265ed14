"""Recordings of topics: what the gateway published, in a file that can be published again.

One JSON object a line, gzip-compressed; bytes are Base64. Only what a gateway produces is kept
(media and lifecycle): everything else is worked out again by whoever reads it.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.topic_reader import read_whole
from schemas.settings import KafkaSettings
from schemas.topics import ROUTES, Process, Topic

RECORDED = (Topic.FRAMES, Topic.AUDIO, Topic.EVENTS)
"""The topics that a gateway writes."""


class RecordingError(ValueError):
    """The file is not a recording."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One record; ``timestamp`` is the broker's, UTC ms."""

    topic: Topic
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int

    @property
    def type(self) -> str:
        """The record's type."""
        return dict(self.headers).get("type", b"").decode(errors="replace")


def write(path: Path, records: Iterable[Recorded]) -> int:
    """Write ``records`` to ``path`` and return how many there were."""
    count = 0
    with gzip.open(path, "wt", encoding="ascii") as file:
        for record in records:
            line = {
                "topic": record.topic.value,
                "key": _text(record.key),
                "value": _text(record.value),
                "headers": [[name, _text(value)] for name, value in record.headers],
                "timestamp": record.timestamp,
            }
            file.write(json.dumps(line) + "\n")
            count += 1
    return count


def read(path: Path) -> Iterator[Recorded]:
    """Yield the records of ``path`` in the order they were published.

    Raises:
        RecordingError: the file cannot be read or is not a recording.
    """
    try:
        with gzip.open(path, "rt", encoding="ascii") as file:
            for number, text in enumerate(file, start=1):
                try:
                    line = json.loads(text)
                    yield Recorded(
                        topic=Topic(line["topic"]),
                        key=base64.b64decode(line["key"]),
                        value=base64.b64decode(line["value"]),
                        headers=tuple((n, base64.b64decode(v)) for n, v in line["headers"]),
                        timestamp=int(line["timestamp"]),
                    )
                except (KeyError, TypeError, ValueError) as error:
                    raise RecordingError(f"{path}, line {number}: {error!r}") from None
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise RecordingError(f"{path} is not a recording: {error}") from None


async def capture(
    settings: KafkaSettings, sessions: frozenset[str] = frozenset()
) -> list[Recorded]:
    """Return what gateways have published until now, in the order of the broker's timestamps.

    Args:
        settings: where the broker is.
        sessions: only these sessions; empty for all.
    """
    logical = {settings.physical(topic): topic for topic in RECORDED}
    found = (
        Recorded(
            logical[raw.topic], raw.key or b"", raw.value or b"", tuple(raw.headers), raw.timestamp
        )
        for raw in await read_whole(settings, RECORDED)
    )
    return [
        record
        for record in found
        if _from_gateway(record)
        and (not sessions or record.key.decode(errors="replace") in sessions)
    ]


def _from_gateway(record: Recorded) -> bool:
    where = ROUTES.get(record.type)
    return where is not None and where.producer is Process.GATEWAY


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
