"""The speech workers on a real broker: killed with -9, fed with broken records, and still right."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.local import kafka
from deploy.local.lag import group_lags
from schemas.events import Event, TranscriptFinal, TranscriptSegment, VoiceFeatures
from schemas.language import Language
from schemas.media import SAMPLE_RATE, AudioMeta
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS, Topic
from streams.runtime.codec import decode
from tests.support.broker import Broker
from tests.support.speech import Samples, answer_records, audio_meta, sentence, silence
from workers.stt.answers import OpenAnswer, Task
from workers.stt.faster_whisper import FasterWhisper
from workers.stt.packing import Packer
from workers.stt.segments import segment_of
from workers.stt.transcript import packs_of
from workers.stt.vad import SileroDetector, SileroModel

pytestmark = [pytest.mark.integration, pytest.mark.timeout(280)]

ROOT = Path(__file__).resolve().parents[3]
NUMBERS = ("0870", "0880", "0890", "0920", "0930")

Records = list[tuple[AudioMeta, bytes]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    async with Broker(tmp_path_factory.mktemp("kafka")) as started:
        yield started


class Worker:
    """``python -m workers.NAME`` on the broker."""

    def __init__(self, name: str, settings: KafkaSettings, models: Path, folder: Path) -> None:
        self.name = name
        self._log = folder / f"{name}.log"
        self._environment = {
            **os.environ,
            "VIVA_KAFKA_BOOTSTRAP": settings.bootstrap,
            "VIVA_KAFKA_TOPIC_PREFIX": settings.topic_prefix,
            "VIVA_KAFKA_INSTANCE_ID": name,
            "VIVA_MODELS_DIR": str(models),
            "VIVA_STT_MODEL": "tiny.en",
            "VIVA_STT_DEVICE": "cpu",
        }
        self._process: asyncio.subprocess.Process | None = None

    @property
    def log(self) -> str:
        return self._log.read_text()

    async def start(self) -> None:
        """Start it and wait until its model is warm and it reads: from then on it can be told."""
        with self._log.open("ab") as log:
            before = log.tell()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                f"workers.{self.name}",
                cwd=ROOT,
                env=self._environment,
                stderr=log,
            )
        async with asyncio.timeout(60):
            while '"message": "ready"' not in self.log[before:]:
                assert self._process.returncode is None, self.log[-3000:]
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        assert self._process is not None
        assert self._process.returncode is None, self.log[-3000:]
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> int | None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await asyncio.wait_for(self._process.wait(), 15)
        return self._process.returncode if self._process else None


async def publish(settings: KafkaSettings, records: Records) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap, acks="all")
    async with producer:
        for meta, value in records:
            await producer.send(
                settings.physical(Topic.AUDIO),
                key=meta.session.encode(),
                value=value,
                headers=meta.to_headers(),
            )


async def events_until(
    settings: KafkaSettings, enough: int, kind: type[Event], seconds: float = 120
) -> list[Event]:
    """Return the session's events in order once there are ``enough`` different ones of ``kind``."""
    topic = settings.physical(Topic.EVENTS)
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap, enable_auto_commit=False)
    found: list[Event] = []
    async with consumer:
        numbers = range(TOPICS[Topic.EVENTS].partitions)
        consumer.assign([TopicPartition(topic, number) for number in numbers])
        await consumer.seek_to_beginning()
        async with asyncio.timeout(seconds):
            while len({event.id for event in found if isinstance(event, kind)}) < enough:
                batches = await consumer.getmany(timeout_ms=200)
                for batch in batches.values():
                    found += [decode(each.key, each.value, each.headers) for each in batch]
    return found


def first_of_each(events: list[Event]) -> dict[str, Event]:
    """Return events by id, the first of two, having checked that the second says the same."""
    found: dict[str, Event] = {}
    for event in events:
        assert found.setdefault(event.id, event) == event
    return found


def spoken(seed: int) -> Samples:
    """Return an answer of some sentences in some order, with pauses of some length."""
    chance = random.Random(seed)
    parts: list[Samples] = []
    for number in chance.sample(NUMBERS, chance.randint(2, 4)):
        parts += [sentence(number), silence(round(chance.uniform(0.2, 2.5) * SAMPLE_RATE))]
    return np.concatenate(parts)


def interleaved(answers: dict[str, Samples], chance: random.Random) -> Records:
    queues = [answer_records(samples, session) for session, samples in answers.items()]
    mixed: Records = []
    while any(queues):
        queue = chance.choice([queue for queue in queues if queue])
        for meta, piece in [queue.pop(0) for _ in range(min(len(queue), chance.randint(1, 5)))]:
            mixed.append((meta, piece.tobytes()))
    return mixed


def expected_segments(
    answers: dict[str, Samples], engine: FasterWhisper, silero: SileroModel
) -> dict[str, TranscriptSegment]:
    """Return what one life without a crash says."""
    found: dict[str, TranscriptSegment] = {}
    for session, samples in answers.items():
        meta = audio_meta(session)
        for pack in packs_of(samples, Packer(SileroDetector(silero))):
            heard = engine.transcribe(pack.audio, Language.ENGLISH)
            segment = segment_of(Task(OpenAnswer(meta.answer, meta, 0), 1, pack, meta), heard)
            if segment is not None:
                found[segment.id] = segment
    return found


async def test_killed_at_random_moments_the_transcripts_are_the_same(
    broker: Broker, models: Path, tiny: FasterWhisper, silero: SileroModel, tmp_path: Path
) -> None:
    settings = broker.settings("kills-")
    await kafka.create_topics(settings)
    answers = {f"s_{number}": spoken(number) for number in range(6)}
    answers["s_silent"] = silence(9 * SAMPLE_RATE)
    chance = random.Random(11)
    records = interleaved(answers, chance)
    worker = Worker("stt", settings, models, tmp_path)
    for start in range(0, len(records), len(records) // 3):
        await publish(settings, records[start : start + len(records) // 3])
        await worker.start()
        await asyncio.sleep(chance.uniform(0.3, 3.0))
        await worker.kill()
    await worker.start()
    try:
        events = await events_until(settings, len(answers), TranscriptFinal)
    finally:
        status = await worker.stop()
    assert status == 0
    unique = first_of_each(events)
    segments = {each.id: each for each in unique.values() if isinstance(each, TranscriptSegment)}
    expected = expected_segments(answers, tiny, silero)
    assert {name: each.text for name, each in segments.items()} == {
        name: each.text for name, each in expected.items()
    }
    for name, segment in segments.items():
        assert segment.words == expected[name].words
        assert segment.speech_ms == expected[name].speech_ms
    finals = {e.session: e for e in unique.values() if isinstance(e, TranscriptFinal)}
    assert {s: f.audio_ms for s, f in finals.items()} == {
        session: samples.size * 1000 // SAMPLE_RATE for session, samples in answers.items()
    }
    order = list(unique)
    for segment in segments.values():
        assert order.index(segment.id) < order.index(finals[segment.session].id)
    group = settings.group("stt")
    lag = (await group_lags(settings, [group]))[group]
    assert lag is not None
    assert sum(lag.values()) == 0, "all is committed at the end"


async def test_what_was_published_before_the_crash_is_not_recognised_again(
    broker: Broker, models: Path, tmp_path: Path
) -> None:
    settings = broker.settings("notes-")
    await kafka.create_topics(settings)
    samples = np.concatenate([sentence(number) for number in (*NUMBERS, *NUMBERS)])
    records = [(meta, piece.tobytes()) for meta, piece in answer_records(samples)]
    await publish(settings, records[:-8])
    worker = Worker("stt", settings, models, tmp_path)
    await worker.start()
    before = await events_until(settings, 2, TranscriptSegment)
    await asyncio.sleep(2)  # the offset is committed every half second
    await worker.kill()
    await publish(settings, records[-8:])
    await worker.start()
    try:
        events = await events_until(settings, 1, TranscriptFinal)
    finally:
        await worker.stop()
    assert "not recognised again" in worker.log
    assert len(events) > len(before)
    # At most the pack whose publication the kill parted from its commit.
    assert len(events) - len(first_of_each(events)) <= 1


async def test_broken_records_cost_one_feature_and_nothing_else(
    broker: Broker, models: Path, tmp_path: Path
) -> None:
    settings = broker.settings("broken-")
    await kafka.create_topics(settings)
    good = answer_records(sentence("0880"))
    records = [(meta, b"odd" if meta.seq == 0 else piece.tobytes()) for meta, piece in good]
    producer = AIOKafkaProducer(bootstrap_servers=settings.bootstrap, acks="all")
    junk = random.Random(3)
    async with producer:
        for number in range(100):
            await producer.send(
                settings.physical(Topic.AUDIO),
                key=b"s_a",
                value=junk.randbytes(7),
                headers=[("type", b"media.audio"), ("v", str(number).encode())][: number % 3],
            )
    await publish(settings, records)
    workers = [Worker(name, settings, models, tmp_path) for name in ("voice", "stt")]
    for worker in workers:
        await worker.start()
    try:
        features = await events_until(settings, len(records), VoiceFeatures, 40)
        events = await events_until(settings, 1, TranscriptFinal)
        letters = await dead_letters(settings, 101)
    finally:
        stopped = [await worker.stop() for worker in workers]
    assert stopped == [0, 0]
    failed = [each for each in features if isinstance(each, VoiceFeatures) and each.failed]
    assert [each.seq for each in failed] == [0]
    heard = " ".join(each.text for each in events if isinstance(each, TranscriptSegment))
    assert "young man" in heard
    assert all(letter["dl-topic"] == b"media.audio" for letter in letters)
    assert {letter["dl-process"] for letter in letters} == {b"voice"}
    assert sum(b"two bytes a sample" in letter["dl-reason"] for letter in letters) == 1


async def dead_letters(settings: KafkaSettings, enough: int) -> list[dict[str, bytes]]:
    topic = settings.physical(Topic.DEAD_LETTERS)
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap, enable_auto_commit=False)
    found: list[dict[str, bytes]] = []
    async with consumer:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        async with asyncio.timeout(60):
            while len(found) < enough:
                for batch in (await consumer.getmany(timeout_ms=200)).values():
                    found += [dict(each.headers) for each in batch]
    assert len(found) == enough
    return found
