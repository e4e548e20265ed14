"""Answers of one partition: which are open, which of their packs are out. Pure, no I/O.

Two marks, two purposes. An *answer* is held from its first record to its last result: chunks that
arrive again after a crash are cut into the same packs only when the cutting begins where it began
before, and the first record of the oldest open pack of one answer lies in the middle of some pack
of another. The *done* mark is the first record of the oldest pack whose words are not published:
packs that begin before it need not be recognised again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from schemas.ids import AnswerKey
from schemas.media import SAMPLE_RATE, AudioMeta
from schemas.topics import TOPICS, Topic
from streams.runtime.watermark import Watermark
from workers.stt.packing import Chunk, Pack, Packer
from workers.stt.pcm import Samples

_REMEMBERED = 10_000

SILENT_MS = TOPICS[Topic.AUDIO].retention_ms // 4
"""How much younger than an answer's last record a record of its partition may be until the answer
is taken to be over. An answer nobody ends would hold the commit until its own records are gone from
the broker. Measured in the broker's timestamps, so that reading again comes to the same result."""


@dataclass(eq=False, slots=True)
class OpenAnswer:
    """An answer whose results are not all out."""

    key: AnswerKey
    last: AudioMeta
    """Its latest record."""
    heard_at: int
    """The broker's timestamp of that record, UTC ms."""
    packers: dict[int, Packer] = field(default_factory=dict)
    """By epoch."""
    unfinished: int = 0
    """Packs cut and not yet published."""
    ended: bool = False
    """No more audio is taken."""
    final: AudioMeta | None = None
    """The end marker. None in an ended answer: a later one overtook it, or no more came."""
    audio_ms: int = 0
    """Length of the final epoch's audio, known at its end."""

    @property
    def is_complete(self) -> bool:
        """Whether all that was heard is published and the answer may be concluded."""
        return self.ended and not self.unfinished


@dataclass(frozen=True, eq=False, slots=True)
class Task:
    """A pack to recognise; ``meta`` is of the record that completed it."""

    answer: OpenAnswer
    epoch: int
    pack: Pack
    meta: AudioMeta


@dataclass(slots=True)
class Step:
    """What one record led to."""

    opened: list[OpenAnswer] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    ended: list[OpenAnswer] = field(default_factory=list)


class Answers:
    """Folds the audio records of one partition, in offset order.

    Args:
        new_packer: makes the packer of one epoch of an answer.
        done_before: packs that begin before this offset are known to be published.
    """

    def __init__(self, new_packer: Callable[[], Packer], done_before: int = 0) -> None:
        self._new_packer = new_packer
        self._done_before = done_before
        self._open: OrderedDict[AnswerKey, OpenAnswer] = OrderedDict()  # longest silent first
        self._latest: OrderedDict[str, AnswerKey] = OrderedDict()
        self._done = Watermark()
        self._making: dict[Packer, int] = {}

    @property
    def done_before(self) -> int:
        """Packs that begin before this offset are published."""
        return max(self._done_before, self._done.position or 0)

    def add(self, meta: AudioMeta, samples: Samples, offset: int, timestamp: int = 0) -> Step:
        """Take one record; ``timestamp`` is the broker's, UTC ms.

        A session has one answer open: a record of a later one ends an earlier one that its gateway
        could not end, and records of earlier ones are late and let go. So are records of an answer
        whose first chunk was not seen since the partition was assigned: it was concluded before.
        Only its end is answered once more, because an end never stays without an answer.
        """
        self._done.seen(offset)
        step = Step()
        self._end_silent(timestamp, step)
        answer = self._open.get(meta.answer)
        if answer is None:
            latest = self._latest.get(meta.session)
            if latest is not None and meta.answer <= latest:
                return step
            if meta.seq and not meta.final:
                return step
            if latest is not None and latest in self._open:
                self._end(self._open[latest], step)
            answer = self._open[meta.answer] = OpenAnswer(meta.answer, meta, timestamp)
            self._remember(meta)
            step.opened.append(answer)
        if answer.ended:
            return step
        answer.last, answer.heard_at = meta, timestamp
        self._open.move_to_end(meta.answer)
        if answer.packers or meta.seq == 0:
            packer = answer.packers.get(meta.epoch)
            if packer is None:
                packer = answer.packers[meta.epoch] = self._new_packer()
            chunk = Chunk(meta.seq, meta.first_sample, samples, offset, meta.at)
            self._cut(answer, meta.epoch, packer.add(chunk), meta, step)
            self._follow(packer)
        if meta.final:
            answer.final = meta
            answer.audio_ms = (meta.first_sample + int(samples.size)) * 1000 // SAMPLE_RATE
            self._end(answer, step)
        return step

    def published(self, task: Task) -> None:
        """Note that the words of ``task`` are acknowledged (or that there were none)."""
        task.answer.unfinished -= 1
        self._done.close(task)

    def conclude(self, answer: OpenAnswer) -> None:
        """Forget a complete answer."""
        self._open.pop(answer.key, None)

    def _end_silent(self, now: int, step: Step) -> None:
        for answer in self._open.values():
            if now - answer.heard_at <= SILENT_MS:
                return
            self._end(answer, step)

    def _end(self, answer: OpenAnswer, step: Step) -> None:
        if answer.ended:
            return
        answer.ended = True
        for epoch, packer in sorted(answer.packers.items()):
            self._cut(answer, epoch, packer.flush(), answer.last, step)
            self._follow(packer)
        answer.packers.clear()
        step.ended.append(answer)

    def _cut(
        self, answer: OpenAnswer, epoch: int, packs: Iterable[Pack], meta: AudioMeta, step: Step
    ) -> None:
        for pack in packs:
            if pack.offset < self._done_before:
                continue
            task = Task(answer, epoch, pack, meta)
            self._done.open(task, pack.offset)
            answer.unfinished += 1
            step.tasks.append(task)

    def _follow(self, packer: Packer) -> None:
        """Keep the done mark at the first record of the pack that ``packer`` is making."""
        offset = packer.open_offset
        if offset == self._making.get(packer):
            return
        self._done.close(packer)
        self._making.pop(packer, None)
        if offset is not None:
            self._done.open(packer, offset)
            self._making[packer] = offset

    def _remember(self, meta: AudioMeta) -> None:
        self._latest[meta.session] = meta.answer
        self._latest.move_to_end(meta.session)
        while len(self._latest) > _REMEMBERED:
            self._latest.popitem(last=False)
