"""Publish again: a recording of what gateways published, or records that were set aside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from deploy.local.recording import Recorded
from deploy.local.topic_reader import read_whole
from schemas.settings import KafkaSettings
from schemas.topics import Topic
from streams.runtime.dead_letters import PREFIX
from streams.runtime.producer import Producer, acknowledged

_IN_FLIGHT = 500
_STARTS = frozenset({"answer.started", "calibration.started"})

Progress = Callable[[int], None]
"""Told how many records have been published."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record that was set aside: what it was, where it lay and why it is here."""

    offset: int
    topic: str
    place: str
    process: str
    reason: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


async def play(
    records: Iterable[Recorded],
    producer: Producer,
    speed: float = 0.0,
    progress: Progress = lambda _: None,
) -> int:
    """Publish ``records`` in order and return their number.

    Args:
        records: what to publish, in the order of their timestamps.
        producer: a started producer.
        speed: how many times faster than recorded; 0 for as fast as the broker takes it.
        progress: told from time to time how far it is.

    Raises:
        DependencyUnavailable: the broker is away.
    """
    pending: list[asyncio.Future[object]] = []
    loop = asyncio.get_running_loop()
    began, first, count = loop.time(), None, 0
    for record in records:
        if speed > 0:
            first = record.timestamp if first is None else first
            due = began + (record.timestamp - first) / 1000 / speed
            await asyncio.sleep(max(0.0, due - loop.time()))
        pending.append(await producer.send(record.topic, record.key, record.value, record.headers))
        count += 1
        # As a gateway does: media must not be measured before its answer has begun.
        if len(pending) >= _IN_FLIGHT or record.type in _STARTS:
            await acknowledged(pending)
            pending.clear()
            progress(count)
    await acknowledged(pending)
    progress(count)
    return count


async def dead_letters(settings: KafkaSettings) -> list[DeadLetter]:
    """Return everything in the dead letters, oldest first."""
    return [
        _dead_letter(raw.offset, raw.key, raw.value, tuple(raw.headers))
        for raw in await read_whole(settings, [Topic.DEAD_LETTERS])
    ]


async def redeliver(letters: Iterable[DeadLetter], producer: Producer) -> int:
    """Publish ``letters`` to the topics they came from, as they were; return how many.

    A letter without a known topic of origin is left out.

    Raises:
        DependencyUnavailable: the broker is away.
    """
    pending = [
        await producer.send(Topic(letter.topic), letter.key, letter.value, letter.headers)
        for letter in letters
        if letter.topic in set(Topic) - {Topic.DEAD_LETTERS}
    ]
    await acknowledged(pending)
    return len(pending)


def _dead_letter(
    offset: int,
    key: bytes | None,
    value: bytes | None,
    headers: tuple[tuple[str, bytes], ...],
) -> DeadLetter:
    ours = {
        name.removeprefix(PREFIX): data.decode(errors="replace")
        for name, data in headers
        if name.startswith(PREFIX)
    }
    return DeadLetter(
        offset=offset,
        topic=ours.get("topic", "unknown"),
        place=f"{ours.get('topic', '?')}[{ours.get('partition', '?')}]@{ours.get('offset', '?')}",
        process=ours.get("process", "unknown"),
        reason=ours.get("reason", "no reason given"),
        key=key,
        value=value,
        headers=tuple((name, data) for name, data in headers if not name.startswith(PREFIX)),
    )
