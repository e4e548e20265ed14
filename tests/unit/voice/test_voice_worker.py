from __future__ import annotations

import asyncio

import pytest

from schemas.events import Event, VoiceFeatures
from schemas.topics import Process, Topic
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.codec import DecodeError
from streams.runtime.consumer import Partition
from streams.runtime.health import Health
from streams.runtime.record import BadRecord, Record
from tests.support.speech import audio_meta, loud
from workers.voice.worker import Voice


class FakeProducer:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.away = 0

    async def publish(self, *events: Event, gw: int) -> None:
        await self.gate.wait()
        if self.away:
            self.away -= 1
            raise DependencyUnavailable("kafka", "away")
        assert gw == 3
        self.events += events


def record(offset: int, value: bytes | None, *, key: bytes = b"s_a", **fields: int) -> Record:
    meta = audio_meta(seq=fields.get("seq", offset), question=fields.get("question", 1))
    return Record(Topic.AUDIO, 0, offset, key, value, tuple(meta.to_headers()))


async def give(voice: Voice, partition: Partition, each: Record) -> None:
    partition.seen(each.offset)
    await voice.handle(each, partition)


def voice_of(producer: FakeProducer) -> Voice:
    return Voice(producer, Health(Process.VOICE, "test"))  # type: ignore[arg-type]


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_feature_a_chunk_and_the_watermark_follows() -> None:
    producer, partition = FakeProducer(), Partition(Topic.AUDIO, 0)
    voice = voice_of(producer)
    producer.gate.clear()
    for offset in range(3):
        await give(voice, partition, record(offset, loud(8000).tobytes()))
    assert partition.position == 0, "nothing is acknowledged yet"
    producer.gate.set()
    await settle()
    assert partition.position == 3
    assert [event.id for event in producer.events] == [
        f"s_a:1:1:1:voice.features:{seq}" for seq in range(3)
    ]


async def test_calibration_and_empty_end_markers_have_features_too() -> None:
    producer, partition = FakeProducer(), Partition(Topic.AUDIO, 0)
    voice = voice_of(producer)
    await give(voice, partition, record(0, b"", question=0))
    await settle()
    (event,) = producer.events
    assert isinstance(event, VoiceFeatures)
    assert (event.question, event.samples, event.failed) == (0, 0, False)


async def test_odd_bytes_give_a_failed_feature_and_a_dead_letter() -> None:
    producer, partition = FakeProducer(), Partition(Topic.AUDIO, 0)
    voice = voice_of(producer)
    with pytest.raises(BadRecord, match="two bytes a sample"):
        await give(voice, partition, record(0, b"abc"))
    (event,) = producer.events
    assert isinstance(event, VoiceFeatures)
    assert event.failed
    assert event.id == "s_a:1:1:1:voice.features:0"
    assert "two bytes" in event.reason
    assert partition.position == 1


async def test_headers_that_do_not_parse_are_refused() -> None:
    voice, partition = voice_of(FakeProducer()), Partition(Topic.AUDIO, 0)
    with pytest.raises(DecodeError, match="missing"):
        await give(voice, partition, Record(Topic.AUDIO, 0, 0, b"s_a", b"", ()))
    with pytest.raises(DecodeError, match="key"):
        await give(voice, partition, record(1, b"", key=b"s_b"))


async def test_a_broker_that_is_away_is_waited_for() -> None:
    producer, partition = FakeProducer(), Partition(Topic.AUDIO, 0)
    producer.away = 1
    voice = voice_of(producer)
    await give(voice, partition, record(0, b""))
    await settle()
    assert partition.position == 0
    await asyncio.sleep(0.3)
    assert partition.position == 1
    assert len(producer.events) == 1


async def test_revocation_gives_up_what_is_not_published() -> None:
    producer, partition = FakeProducer(), Partition(Topic.AUDIO, 0)
    producer.gate.clear()
    voice = voice_of(producer)
    await give(voice, partition, record(0, b""))
    await voice.revoked(partition)
    producer.gate.set()
    await settle()
    assert producer.events == []
    assert partition.position == 0
