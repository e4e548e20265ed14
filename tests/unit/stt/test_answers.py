"""Answers of a partition, and what a crash at any moment does to them: nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.media import SAMPLE_RATE, AudioMeta
from streams.runtime.watermark import Watermark
from tests.support.speech import (
    EnergyDetector,
    Samples,
    answer_records,
    audio_meta,
    loud,
    silence,
)
from workers.stt.answers import SILENT_MS, Answers, OpenAnswer, Task
from workers.stt.packing import Packer

Records = list[tuple[AudioMeta, Samples]]


def new_packer() -> Packer:
    return Packer(EnergyDetector())


@dataclass
class Run:
    """One life of a worker on one partition, publishing in an order of its own."""

    records: Records
    start: int = 0
    done_before: int = 0
    results: dict[str, tuple[object, ...]] = field(default_factory=dict)
    recognised: int = 0

    def __post_init__(self) -> None:
        self.answers = Answers(new_packer, self.done_before)
        self.mark = Watermark()
        self.pending: list[Task] = []
        self.next = self.start

    def read(self) -> bool:
        if self.next >= len(self.records):
            return False
        meta, samples = self.records[self.next]
        self.mark.seen(self.next)
        step = self.answers.add(meta, samples, self.next)
        for answer in step.opened:
            self.mark.open(answer.key, self.next)
        self.pending += step.tasks
        for answer in step.ended:
            self._conclude(answer)
        self.next += 1
        return True

    def publish(self, chance: random.Random) -> bool:
        if not self.pending:
            return False
        task = self.pending.pop(chance.randrange(len(self.pending)))
        name = f"{task.answer.key}:{task.epoch}:{task.pack.first_sample}"
        value = (task.pack.audio.tobytes(), task.pack.audio_start, task.pack.speech_ms)
        assert self.results.setdefault(name, value) == value, "the same name, the same words"
        self.recognised += 1
        self.answers.published(task)
        self._conclude(task.answer)
        return True

    def _conclude(self, answer: OpenAnswer) -> None:
        if not answer.is_complete:
            return
        if answer.final is not None:
            value = (answer.final.id, answer.audio_ms)
            assert self.results.setdefault(f"{answer.key}:final", value) == value
        self.answers.conclude(answer)
        self.mark.close(answer.key)

    def finish(self, chance: random.Random) -> None:
        while self.read():
            pass
        while self.publish(chance):
            pass


def speech(seed: int, length: float) -> Samples:
    rng = np.random.default_rng(seed)
    parts = []
    while sum(part.size for part in parts) < length * SAMPLE_RATE:
        parts.append(loud(round(rng.uniform(0.2, 8) * SAMPLE_RATE), seed=seed))
        parts.append(silence(round(rng.uniform(0.1, 2) * SAMPLE_RATE)))
    return np.concatenate(parts)


def interleaved(seed: int, sessions: int) -> Records:
    """Return sessions of two answers each, mixed as one partition has them."""
    chance = random.Random(seed)
    queues = []
    for number in range(sessions):
        queue: Records = []
        for question in (1, 2):
            audio = speech(seed * 100 + number * 10 + question, chance.uniform(0, 20))
            queue += answer_records(audio, f"s_{number}", question)
        queues.append(queue)
    mixed: Records = []
    while any(queues):
        queue = chance.choice([queue for queue in queues if queue])
        mixed += [queue.pop(0) for _ in range(min(len(queue), chance.randint(1, 4)))]
    return mixed


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), kills=st.integers(1, 4), with_note=st.booleans())
def test_kills_at_any_moment_change_nothing(seed: int, kills: int, with_note: bool) -> None:
    records = interleaved(seed % 20, 3)
    whole = Run(records)
    whole.finish(random.Random(0))

    chance = random.Random(seed)
    results: dict[str, tuple[object, ...]] = {}
    committed, done = 0, 0
    for _ in range(kills):
        life = Run(records, committed, done if with_note else 0, results)
        for _ in range(chance.randint(1, len(records))):
            if chance.random() < 0.7:
                life.read()
            else:
                life.publish(chance)
            if chance.random() < 0.2:
                committed = life.mark.position or 0
                done = life.answers.done_before
    Run(records, committed, done if with_note else 0, results).finish(chance)
    assert results == whole.results


def test_what_was_published_is_not_recognised_again() -> None:
    records = answer_records(speech(1, 40))
    first = Run(records)
    while first.next < len(records) - 4:
        first.read()
    while first.publish(random.Random(0)):
        pass
    assert first.recognised >= 2
    second = Run(records, first.mark.position or 0, first.answers.done_before, first.results)
    second.finish(random.Random(0))
    assert first.mark.position == 0, "the answer holds its first record"
    assert first.answers.done_before > 0
    assert second.recognised == len(first.results) - 1 - first.recognised


def test_silence_is_answered_with_an_end_at_once() -> None:
    records = answer_records(silence(5 * SAMPLE_RATE))
    run = Run(records)
    run.finish(random.Random(0))
    assert run.results == {"s_a:1:1:final": ("s_a:1:1:1:media.audio:10", 5000)}
    assert run.mark.position == len(records)


def test_duplicates_of_chunks_and_of_the_end_change_nothing() -> None:
    records = answer_records(speech(2, 15))
    whole = Run(records)
    whole.finish(random.Random(0))
    doubled = [each for each in records for _ in range(2)] + [records[0], records[-1]]
    again = Run(doubled)
    again.finish(random.Random(0))
    assert again.results == whole.results
    assert again.mark.position == len(doubled), "no duplicate opens the answer again"


def test_an_answer_begun_before_the_assignment_is_let_go_but_its_end_is_answered() -> None:
    records = answer_records(speech(3, 12))[5:]
    run = Run(records)
    run.finish(random.Random(0))
    assert list(run.results) == ["s_a:1:1:final"]
    assert run.mark.position == len(records)


def test_a_later_answer_ends_one_that_its_gateway_could_not_end() -> None:
    lost = answer_records(loud(3 * SAMPLE_RATE), question=1)[:-1]
    later = answer_records(silence(SAMPLE_RATE), question=2)
    run = Run([*lost, *later, lost[2]])
    run.finish(random.Random(0))
    assert set(run.results) == {"s_a:1:1:1:0", "s_a:2:1:final"}
    assert run.mark.position == len(run.records)


def test_the_end_closes_the_epochs_of_an_answer_that_was_resumed() -> None:
    before = answer_records(loud(3 * SAMPLE_RATE), epoch=1)[:-1]
    after = answer_records(loud(2 * SAMPLE_RATE, seed=5), epoch=2)
    run = Run([*before, *after])
    run.finish(random.Random(0))
    assert set(run.results) == {"s_a:1:1:1:0", "s_a:1:1:2:0", "s_a:1:1:final"}


def test_the_end_of_an_abandoned_answer_without_audio() -> None:
    run = Run([(audio_meta(seq=0, final=True, epoch=2), silence(0))])
    run.finish(random.Random(0))
    assert run.results["s_a:1:1:final"] == ("s_a:1:1:2:media.audio:0", 0)
    assert run.mark.position == 1


@pytest.mark.parametrize("missing", [1, 4, 9])
def test_a_missing_chunk_does_not_keep_the_answer_open(missing: int) -> None:
    records = answer_records(speech(4, 12))
    del records[missing]
    run = Run(records)
    run.finish(random.Random(0))
    assert "s_a:1:1:final" in run.results
    assert run.mark.position == len(records)


def test_what_was_said_before_another_answer_belongs_to_the_one_it_was_said_in() -> None:
    """Where the end marker is missing the next answer ends the one before, and keeps its own."""
    answers = Answers(new_packer)
    for offset, (meta, samples) in enumerate(answer_records(loud(SAMPLE_RATE), question=1)[:-1]):
        answers.add(meta, samples, offset)
    step = answers.add(audio_meta(question=2), silence(0), 9)
    (task,) = step.tasks
    assert task.meta.answer == task.answer.key
    assert task.meta.question == 1


def test_an_answer_that_nobody_ends_is_over_after_hours_of_silence() -> None:
    answers = Answers(new_packer)
    began = 1_700_000_000_000
    answers.add(audio_meta("s_lie"), loud(SAMPLE_RATE // 2), 0, began)
    for offset in (1, 2):  # another one goes on
        answers.add(audio_meta(seq=offset - 1), silence(100), offset, began + offset * SILENT_MS)
        if offset == 1:
            assert len(answers._open) == 2
    step = answers.add(audio_meta(seq=2), silence(100), 3, began + 2 * SILENT_MS + 1)
    assert [each.key.session for each in step.ended] == []
    lie = answers._open[audio_meta("s_lie").answer]
    assert lie.ended
    assert lie.final is None
    (task,) = [task for task in answers._done._units if isinstance(task, Task)]
    assert task.answer is lie
