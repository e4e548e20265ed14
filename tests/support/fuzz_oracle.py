"""What the contract says of a record, and what a stack made of many of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.media import MAX_FRAME_BYTES, AudioMeta, FrameMeta, HeaderError
from schemas.settings import KafkaSettings
from schemas.topics import Topic
from streams.runtime.client import client_arguments
from streams.runtime.codec import DecodeError, decode
from tests.support.fuzz import Raw
from workers.vision.jpeg import Undecodable
from workers.vision.jpeg import decode as decode_jpeg
from workers.voice.pcm import PcmError, samples_of


class Verdict(Enum):
    """What must become of a record."""

    SET_ASIDE = auto()
    """Exactly one dead letter."""
    ACCEPTED = auto()
    """None, or at most one a process that finds that what decodes makes no sense."""


def verdict(raw: Raw) -> Verdict:
    """Return what must become of ``raw``, by the contract alone."""
    try:
        if raw.topic is Topic.FRAMES:
            _owned(raw, FrameMeta.from_headers(raw.headers))  # type: ignore[arg-type]
            if not raw.value or len(raw.value) > MAX_FRAME_BYTES:
                return Verdict.SET_ASIDE
            decode_jpeg(raw.value)
        elif raw.topic is Topic.AUDIO:
            _owned(raw, AudioMeta.from_headers(raw.headers))  # type: ignore[arg-type]
            samples_of(raw.value)
        else:
            decode(raw.key, raw.value, raw.headers)  # type: ignore[arg-type]
    except (HeaderError, DecodeError, PcmError, Undecodable):
        return Verdict.SET_ASIDE
    return Verdict.ACCEPTED


def _owned(raw: Raw, meta: FrameMeta | AudioMeta) -> None:
    if raw.key != meta.session.encode():
        raise HeaderError("the record's key is not the session id")


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter without what it holds."""

    place: str
    process: str
    reason: str


@dataclass
class Outcome:
    """Counts, and everything that should not have been."""

    records: int = 0
    dead_letters: int = 0
    accepted: int = 0
    findings: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The last line of a run."""
        return (
            f"records={self.records} dead_letters={self.dead_letters} "
            f"accepted={self.accepted} findings={len(self.findings)}"
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """A hostile record that the broker took."""

    verdict: Verdict
    text: str


def judge_letters(sent: Mapping[str, Sent], letters: Iterable[Letter]) -> list[str]:
    """Return what is wrong with ``letters``, given what was sent where."""
    findings: list[str] = []
    found: dict[str, list[Letter]] = {}
    for letter in letters:
        found.setdefault(letter.place, []).append(letter)
        if letter.place not in sent:
            findings.append(f"a record of our own was set aside: {letter}")
        elif not letter.reason or letter.process == "unknown":
            findings.append(f"a dead letter without reason or process: {letter}")
        elif letter.reason.startswith("unexpected error"):
            findings.append(f"{letter}: {sent[letter.place].text}")
    for place, each in sent.items():
        mine = found.get(place, [])
        if each.verdict is Verdict.SET_ASIDE and len(mine) != 1:
            findings.append(f"{len(mine)} dead letters of {place}: {each.text}")
        twice = [name for name, n in Counter(one.process for one in mine).items() if n > 1]
        if twice:
            findings.append(f"{twice} set {place} aside twice: {each.text}")
    return findings


async def read_letters(settings: KafkaSettings) -> list[Letter]:
    """Return all dead letters up to now, without their values."""
    partition = TopicPartition(settings.physical(Topic.DEAD_LETTERS), 0)
    consumer = AIOKafkaConsumer(**client_arguments(settings), enable_auto_commit=False)
    await consumer.start()
    letters: list[Letter] = []
    try:
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        while await consumer.position(partition) < end:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                letters += [_letter(tuple(record.headers)) for record in records]
    finally:
        await consumer.stop()
    return letters


def _letter(headers: tuple[tuple[str, bytes], ...]) -> Letter:
    ours = {name: (data or b"").decode(errors="replace") for name, data in headers}
    place = f"{ours.get('dl-topic')}[{ours.get('dl-partition')}]@{ours.get('dl-offset')}"
    return Letter(place, ours.get("dl-process", "unknown"), ours.get("dl-reason", ""))


def faults_in_log(path: Path, start: int) -> list[str]:
    """Return lines of a process's log, from byte ``start`` on, that tell of a fault of ours."""
    with path.open("rb") as file:
        file.seek(start)
        lines = file.read().decode(errors="replace").splitlines()
    words = ("unexpected error", "never retrieved", "not finished", "live event failed")
    return [f"{path.name}: {_short(line)}" for line in lines if any(word in line for word in words)]


def _short(line: str) -> str:
    try:
        entry = json.loads(line)
    except ValueError:
        return line[:400]
    return json.dumps({key: str(value)[-400:] for key, value in entry.items()})
