"""Copies of recorded answers, published as a gateway would: in order, each record until it is in.

A gateway waits for the broker's word before it goes on with what depends on it, so a copy's records
follow each other, each acknowledged before the next; many copies are published side by side.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiokafka.errors import KafkaError

from deploy.local.recording import Recorded
from schemas.topics import Process, Topic
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.producer import Producer
from tests.support.faults_watch import CommitWatch, Unit
from tests.support.recorded import one_answer, question_of, with_frame

_CLOSED_BY = {
    "calibration.started": (Process.AGENT, "calibration.completed", 0),
    "answer.started": (Process.AGENT, "question.scored", 1),
}
"""By the type of a start: who holds it, and the type and number of the event that ends it."""


@dataclass(frozen=True, slots=True)
class Original:
    """One recorded answer. ``poisoned``: a picture that aborts the model is in its middle."""

    session: str
    question: int
    poisoned: bool = False


@dataclass(frozen=True, slots=True)
class Copy:
    """One answer of an original under a new session id.

    ``records`` are in the order of time; ``frames`` and ``chunks`` say how many of them are media.
    """

    name: str
    original: Original
    records: list[Recorded]
    frames: int
    chunks: int


class Copier:
    """Makes copies of what was recorded.

    Args:
        records: what gateways published of some interviews.
        poison: the picture for poisoned copies.
        seed: chooses originals, paces and delays.
    """

    def __init__(self, records: Sequence[Recorded], poison: bytes, seed: int) -> None:
        self._records = records
        self._poison = poison
        self._choose = random.Random(seed)
        answers = sorted(
            {
                (each.key.decode(), question_of(each))
                for each in records
                if each.topic is Topic.AUDIO and question_of(each) > 0
            }
        )
        self.originals = [Original(*each) for each in answers]
        self.originals += [Original(*each, poisoned=True) for each in answers[::4]]

    def copy(self, original: Original, *, delay_s: float = 0.0, pace: float = 1.0) -> Copy:
        """Return a copy that begins after ``delay_s`` and takes ``pace`` times as long."""
        name = f"t_{secrets.token_hex(10)}"
        records = one_answer(
            self._records, original.session, original.question, name,
            delay_ms=delay_s * 1000, pace=pace,
        )  # fmt: skip
        records = [each for each in records if not each.type.startswith("session.")]
        if original.poisoned:
            records = with_frame(records, self._poison)
        frames = sum(each.topic is Topic.FRAMES for each in records)
        chunks = sum(each.topic is Topic.AUDIO for each in records)
        return Copy(name, original, records, frames, chunks)

    def wave(self, copies: int, seconds: float, slowest: float) -> list[Copy]:
        """Return ``copies`` of any originals that begin within ``seconds``.

        Each has a pace of its own, so that they close in another order than they open.
        """
        return [
            self.copy(
                self._choose.choice(self.originals),
                delay_s=self._choose.uniform(0, seconds),
                pace=self._choose.uniform(slowest / 4, slowest),
            )
            for _ in range(copies)
        ]


async def publish(copies: Sequence[Copy], producer: Producer, watch: CommitWatch) -> None:
    """Publish ``copies`` side by side, at the times of their records; return when all are in."""
    first = min(each.timestamp for copy in copies for each in copy.records)
    began = asyncio.get_running_loop().time()
    async with asyncio.TaskGroup() as group:
        for copy in copies:
            group.create_task(_publish(copy.records, began, first, producer, watch))


async def _publish(
    records: Sequence[Recorded], began: float, first: int, producer: Producer, watch: CommitWatch
) -> None:
    loop = asyncio.get_running_loop()
    for record in sorted(records, key=lambda each: each.timestamp):
        await asyncio.sleep(max(0.0, began + (record.timestamp - first) / 1000 - loop.time()))
        place = await until_taken(record, producer)
        for unit in _units(record, place.partition, place.offset):
            watch.opened(unit)


async def until_taken(record: Recorded, producer: Producer) -> Any:
    """Publish ``record``, again and again while the broker is away; return where it lies."""
    while True:
        try:
            return await (
                await producer.send(record.topic, record.key, record.value, record.headers)
            )
        except (DependencyUnavailable, KafkaError, OSError):
            await asyncio.sleep(0.3)


def _units(record: Recorded, partition: int, offset: int) -> list[Unit]:
    headers = {name: value.decode() for name, value in record.headers}
    parts = headers["id"].split(":")

    def closed_by(kind: str, seq: str) -> str:
        return ":".join((*parts[:4], kind, seq))

    def unit(group: Process, key: str) -> Unit:
        return Unit(group, record.topic, partition, offset, key)

    if record.topic is Topic.FRAMES:
        return [unit(Process.VISION, closed_by("vision.features", parts[5]))]
    if record.topic is Topic.AUDIO:
        found = [unit(Process.VOICE, closed_by("voice.features", parts[5]))]
        if int(parts[1]) > 0 and parts[5] == "0":
            found.append(unit(Process.STT, closed_by("transcript.final", "0")))
        return found
    if record.type in _CLOSED_BY:
        group, kind, seq = _CLOSED_BY[record.type]
        return [unit(group, closed_by(kind, str(seq)))]
    return []
