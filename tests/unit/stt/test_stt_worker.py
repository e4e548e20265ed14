from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from schemas.events import Event, TranscriptFinal, TranscriptSegment
from schemas.language import Language
from schemas.media import SAMPLE_RATE, AudioMeta
from schemas.topics import Process, Topic
from streams.runtime.codec import DecodeError
from streams.runtime.consumer import Partition
from streams.runtime.health import Health
from streams.runtime.record import Record
from tests.support.speech import (
    EnergyDetector,
    Samples,
    answer_records,
    audio_meta,
    loud,
    silence,
    until,
)
from workers.stt import worker as stt_worker
from workers.stt.packing import Packer
from workers.stt.scheduler import Scheduler
from workers.stt.service import NOTHING, Heard, HeardWord
from workers.stt.worker import SpeechToText


class FakeEngine:
    """Hears one word as long as the speech; deaf to what is faint; fails as often as told."""

    device = "cpu"
    description = "fake"

    def __init__(self) -> None:
        self.languages: list[Language] = []
        self.failures = 0

    def warm_up(self) -> None: ...

    def transcribe(self, samples: Samples, language: Language) -> Heard:
        self.languages.append(language)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("no memory")
        word = HeardWord("word", 0.3, samples.size / SAMPLE_RATE + 5, 0.9)
        return Heard("word", (word,), -0.2, 0.01)


class FakeProducer:
    def __init__(self) -> None:
        self.events: list[Event] = []

    async def publish(self, *events: Event, gw: int) -> None:
        assert gw == 3
        self.events += events

    def of(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


class Bench:
    def __init__(self) -> None:
        self.engine = FakeEngine()
        self.producer = FakeProducer()
        self.health = Health(Process.STT, "test")
        self.scheduler = Scheduler(self.engine)
        self.partition = Partition(Topic.AUDIO, 0)
        self.service = SpeechToText(
            self.scheduler,
            self.producer,  # type: ignore[arg-type]
            self.health,
            lambda: Packer(EnergyDetector()),
        )
        self.offset = 0

    async def give(self, meta: AudioMeta, value: bytes | None) -> None:
        record = Record(
            Topic.AUDIO, 0, self.offset, meta.session.encode(), value, tuple(meta.to_headers())
        )
        self.partition.seen(self.offset)
        self.offset += 1
        await self.service.handle(record, self.partition)

    async def give_answer(self, samples: Samples, **fields: object) -> None:
        for meta, piece in answer_records(samples, **fields):  # type: ignore[arg-type]
            await self.give(meta, piece.tobytes())

    async def until_committed(self) -> None:
        await until(lambda: self.partition.position == self.offset)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    made = Bench()
    made.scheduler.start()
    yield made
    await made.service.stop()
    await made.scheduler.stop()


async def test_segments_then_the_final(bench: Bench) -> None:
    await bench.give_answer(loud(20 * SAMPLE_RATE))
    await bench.until_committed()
    *segments, final = bench.producer.events
    assert len(segments) == 2
    assert all(isinstance(each, TranscriptSegment) for each in segments)
    assert isinstance(final, TranscriptFinal)
    assert final.audio_ms == 20_000
    first = segments[0]
    assert isinstance(first, TranscriptSegment)
    assert first.id == "s_a:1:1:1:transcript.segment:0"
    assert first.words[0].start_ms == 300
    assert first.words[0].end_ms <= 15_000, "no word ends after its pack"


@pytest.mark.requirement("stt-silence")
async def test_silence_reaches_no_model_and_still_has_a_final(bench: Bench) -> None:
    await bench.give_answer(silence(8 * SAMPLE_RATE))
    await bench.until_committed()
    assert bench.engine.languages == []
    (final,) = bench.producer.events
    assert isinstance(final, TranscriptFinal)


@pytest.mark.parametrize("language", list(Language))
async def test_the_language_of_the_answer_reaches_the_model(
    bench: Bench, language: Language
) -> None:
    await bench.give_answer(loud(2 * SAMPLE_RATE), language=language)
    await bench.until_committed()
    assert bench.engine.languages == [language]
    (segment,) = bench.producer.of(TranscriptSegment)
    assert isinstance(segment, TranscriptSegment)
    assert segment.language is language


async def test_calibration_is_not_transcribed_and_not_held(bench: Bench) -> None:
    await bench.give_answer(loud(3 * SAMPLE_RATE), question=0)
    assert bench.partition.position == bench.offset
    assert bench.producer.events == []


async def test_odd_bytes_are_silence_and_the_final_still_comes(bench: Bench) -> None:
    records = answer_records(loud(4 * SAMPLE_RATE))
    for meta, piece in records:
        await bench.give(meta, b"odd" if meta.seq == 3 else piece.tobytes())
    await bench.until_committed()
    assert len(bench.producer.of(TranscriptFinal)) == 1
    starts = [event.seq for event in bench.producer.of(TranscriptSegment)]
    assert starts == [0, 4 * SAMPLE_RATE // 2]


async def test_headers_that_do_not_parse_are_left_to_the_guardian(bench: Bench) -> None:
    record = Record(Topic.AUDIO, 0, 0, b"s_a", b"", (("type", b"media.audio"),))
    bench.partition.seen(0)
    with pytest.raises(DecodeError):
        await bench.service.handle(record, bench.partition)


async def test_a_failing_model_is_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stt_worker, "delays", lambda *_: iter([0.0] * 20))
    bench.engine.failures = 2
    await bench.give_answer(loud(2 * SAMPLE_RATE))
    await bench.until_committed()
    assert len(bench.producer.of(TranscriptSegment)) == 1
    assert bench.health.report()["waiting_for"] is None


async def test_a_pack_that_always_fails_does_not_keep_the_answer_open(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stt_worker, "delays", lambda *_: iter([0.0] * 20))
    bench.engine.failures = 1000
    await bench.give_answer(loud(2 * SAMPLE_RATE))
    await bench.until_committed()
    assert [type(event) for event in bench.producer.events] == [TranscriptFinal]


async def test_the_note_lets_the_next_owner_skip_what_was_published(bench: Bench) -> None:
    records = answer_records(loud(35 * SAMPLE_RATE))
    for meta, piece in records[:-4]:
        await bench.give(meta, piece.tobytes())
    await until(lambda: len(bench.producer.events) == 3)
    await asyncio.sleep(0.02)
    assert bench.partition.position == 0, "the answer is held from its start"
    note = bench.partition.note
    assert int(note) > 20
    await bench.service.revoked(bench.partition)

    before = len(bench.engine.languages)
    bench.partition = Partition(Topic.AUDIO, 0, note)
    bench.offset = 0
    for meta, piece in records:
        await bench.give(meta, piece.tobytes())
    await bench.until_committed()
    assert len(bench.engine.languages) - before == 1
    ids = [event.id for event in bench.producer.events]
    assert len(ids) == len(set(ids)) == 5


async def test_revocation_drops_the_answers(bench: Bench) -> None:
    for meta, piece in answer_records(loud(3 * SAMPLE_RATE))[:-1]:
        await bench.give(meta, piece.tobytes())
    await bench.service.revoked(bench.partition)
    bench.partition = Partition(Topic.AUDIO, 0)
    bench.offset = 0
    end = audio_meta(seq=6, first_sample=3 * SAMPLE_RATE, final=True)
    await bench.give(end, b"")
    await bench.until_committed()
    assert [type(event) for event in bench.producer.events] == [TranscriptFinal]


def test_nothing_has_no_text() -> None:
    assert not NOTHING.text
