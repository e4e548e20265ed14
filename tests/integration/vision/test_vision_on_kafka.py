"""The worker on a real broker: fed with broken frames, killed with -9, and nothing is missing."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.structs import ConsumerRecord

from deploy.local import kafka
from schemas.events import VisionFeatures
from schemas.formula import Policy
from schemas.language import Language
from schemas.media import FrameMeta
from schemas.models import FACE_LANDMARKER
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS, Process, Topic
from streams.runtime.codec import decode
from tests.support.broker import Broker
from tests.support.faces import film
from tests.support.waiting import until
from workers.vision.features import measure
from workers.vision.jpeg import decode as decode_jpeg
from workers.vision.landmarker import build
from workers.vision.settings import EmotionSettings
from workers.vision.worker import features

pytestmark = [pytest.mark.integration, pytest.mark.timeout(280)]

ROOT = Path(__file__).resolve().parents[3]
SESSIONS, FRAMES = 6, 25

Frame = tuple[FrameMeta, bytes]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def broker(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    async with Broker(tmp_path_factory.mktemp("kafka")) as started:
        yield started


class Worker:
    """``python -m workers.vision`` on the broker, in two processes."""

    def __init__(self, settings: KafkaSettings, models: Path, folder: Path) -> None:
        self.settings = settings
        self.log = folder / "vision.log"
        self._environment = {
            **os.environ,
            "VIVA_KAFKA_BOOTSTRAP": settings.bootstrap,
            "VIVA_KAFKA_TOPIC_PREFIX": settings.topic_prefix,
            "VIVA_KAFKA_INSTANCE_ID": "vision",
            "VIVA_KAFKA_SESSION_TIMEOUT_MS": str(settings.session_timeout_ms),
            "VIVA_MODELS_DIR": str(models),
            "VIVA_VISION_PROCESSES": "2",
            "VIVA_VISION_MAX_IN_FLIGHT": "16",
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "workers.vision"),
                cwd=ROOT,
                env=self._environment,
                stderr=log,
            )

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    async def kill(self) -> None:
        """Kill -9; the children see it and leave by themselves."""
        assert self.process is not None
        assert self.process.returncode is None, self.log.read_text()[-3000:]
        family = self.family()
        self.process.kill()
        await self.process.wait()
        _, alive = await asyncio.to_thread(psutil.wait_procs, family, 5)
        assert alive == []

    async def stop(self) -> None:
        """Stop as the supervisor does: SIGTERM, an exit status of 0 in 10 s, nothing left."""
        assert self.process is not None
        family = self.family()
        self.process.terminate()
        assert await asyncio.wait_for(self.process.wait(), 10) == 0
        _, alive = await asyncio.to_thread(psutil.wait_procs, family, 5)
        assert alive == []

    async def clean_up(self) -> None:
        if self.process is not None and self.process.returncode is None:
            await self.kill()


async def publish(settings: KafkaSettings, frames: list[Frame]) -> None:
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap, acks="all") as producer:
        for meta, value in frames:
            await producer.send(
                settings.physical(Topic.FRAMES),
                key=meta.session.encode(),
                value=value,
                headers=meta.to_headers(),
            )


async def everything(settings: KafkaSettings, topic: Topic) -> list[ConsumerRecord]:
    """Return all records that are on a topic now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.bootstrap, enable_auto_commit=False)
    async with consumer:
        name = settings.physical(topic)
        partitions = [TopicPartition(name, n) for n in range(TOPICS[topic].partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        found: list[ConsumerRecord] = []
        while any([await consumer.position(tp) < end for tp, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += batch
    return found


async def committed_frames(settings: KafkaSettings) -> int:
    """Return how many frames the worker's group has committed."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap,
        group_id=settings.group(Process.VISION.value),
        enable_auto_commit=False,
    )
    async with consumer:
        name = settings.physical(Topic.FRAMES)
        offsets = [
            await consumer.committed(TopicPartition(name, number))
            for number in range(TOPICS[Topic.FRAMES].partitions)
        ]
    return sum(offset or 0 for offset in offsets)


async def vision_events(settings: KafkaSettings) -> list[VisionFeatures]:
    events = [
        decode(each.key, each.value, each.headers)
        for each in await everything(settings, Topic.EVENTS)
    ]
    return [event for event in events if isinstance(event, VisionFeatures)]


def meta_of(session: str, seq: int) -> FrameMeta:
    return FrameMeta(
        session=session,
        question=1,
        attempt=1,
        epoch=1,
        seq=seq,
        at=1_700_000_000_000 + 200 * seq,
        gw=0,
        language=Language.ENGLISH,
        policy=Policy.HIRING if session.endswith("0") else Policy.PRACTICE,
    )


def expected(models: Path, frames: list[Frame]) -> dict[str, VisionFeatures]:
    """Return the features of the good frames, measured here without any worker."""
    engine = build(FACE_LANDMARKER.at(models))
    seen: dict[tuple[bytes, Policy], object] = {}
    found = {}
    for meta, jpeg in frames:
        if len(jpeg) < 100:
            continue
        key = (jpeg, meta.policy)
        if key not in seen:
            seen[key] = measure(
                engine.faces(decode_jpeg(jpeg)),
                infer_emotion=meta.policy.infers_emotion,
                settings=EmotionSettings(),
            )
        event = features(meta, seen[key])  # type: ignore[arg-type]
        found[event.id] = event
    engine.close()
    return found


@pytest_asyncio.fixture(loop_scope="module")
async def worker(broker: Broker, models: Path, tmp_path: Path) -> AsyncIterator[Worker]:
    settings = broker.settings("kills-", session_timeout_ms=6000)
    await kafka.create_topics(settings)
    found = Worker(settings, models, tmp_path)
    yield found
    await found.clean_up()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.requirement("vision-features")
async def test_killed_at_random_moments_every_frame_has_its_one_result(
    worker: Worker, models: Path, recordings: Path
) -> None:
    settings = worker.settings
    pictures = [*film(recordings / "face_noface.mov", 0.0, 6.2)]
    chance = random.Random(5)
    frames = [
        (meta_of(f"s_{number}", seq), chance.choice(pictures))
        for seq in range(FRAMES)
        for number in range(SESSIONS)
    ]
    broken = {chance.randrange(len(frames)) for _ in range(8)}
    frames = [
        (meta, b"\xff\xd8\xffbroken" if place in broken else jpeg)
        for place, (meta, jpeg) in enumerate(frames)
    ]
    await publish(settings, frames)
    for _ in range(2):
        await worker.start()
        before = len(await vision_events(settings))

        async def some_more(before: int = before) -> bool:
            return len(await vision_events(settings)) > before

        await until(some_more, "the worker's next results")
        await asyncio.sleep(chance.uniform(0, 0.3))
        await worker.kill()
    await worker.start()

    async def all_there() -> list[VisionFeatures] | None:
        found = await vision_events(settings)
        return found if len({event.id for event in found}) == len(frames) else None

    events = await until(all_there, "all results")
    first: dict[str, VisionFeatures] = {}
    for event in events:
        assert first.setdefault(event.id, event) == event
    good = {key: event for key, event in first.items() if not event.failed}
    assert good == expected(models, frames)
    failed = {(event.session, event.seq) for event in first.values() if event.failed}
    assert failed == {(frames[place][0].session, frames[place][0].seq) for place in broken}

    async def committed() -> bool:
        return await committed_frames(settings) == len(frames)

    await until(committed, "the commit of all frames")
    dead = await everything(settings, Topic.DEAD_LETTERS)
    assert {each.key for each in dead} == {frames[place][0].session.encode() for place in broken}
    headers = dict(dead[0].headers)
    assert headers["dl-topic"] == b"media.frames"
    assert headers["dl-offset"].isdigit()
    assert b"JPEG" in headers["dl-reason"]
    assert headers["type"] == b"media.frame"

    await worker.stop()
    assert all(line.startswith("{") for line in worker.log.read_text().splitlines())
