"""Every consumer's entry point in this process: real code, a broker and models made of lists."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from schemas.events import (
    AssessmentRequested,
    Event,
    QuestionAsked,
    QuestionDrafted,
    SessionEnded,
)
from schemas.language import Language
from schemas.settings import SinkSettings
from schemas.topics import Process, Topic
from streams.agent import ScoringAgent
from streams.runtime.codec import DecodeError, decode, encode
from streams.runtime.consumer import Partition, Service
from streams.runtime.health import Health
from streams.runtime.objects import FolderStore
from streams.runtime.record import BadRecord, Record
from streams.runtime.requests import Requests
from tests.support.fuzz import Raw
from tests.support.speech import EnergyDetector
from workers.assessment.none import NoEngine
from workers.assessment.service import AssessmentService
from workers.questions.bank import BankEngine
from workers.questions.service import QuestionService
from workers.questions.together import QuestionsTogether
from workers.sink.service import Group
from workers.sink.sink import Sink
from workers.stt.packing import Packer
from workers.stt.scheduler import Scheduler
from workers.stt.service import Heard, HeardWord
from workers.stt.worker import SpeechToText
from workers.tts.service import SpeakingService, SpeechFailed
from workers.tts.sound import Speech
from workers.vision.child import Failure, Job, answer
from workers.vision.features import Measures
from workers.vision.jpeg import Undecodable
from workers.vision.service import Face, Image
from workers.vision.settings import EmotionSettings
from workers.vision.worker import VisionService
from workers.voice.worker import Voice

SLOW_S = 3.0
"""Nothing that a record brings may keep a consumer for longer, on a busy machine."""


@dataclass
class Broker:
    """Takes events and dead letters; every event must be one that its consumers can decode."""

    events: list[Event] = field(default_factory=list)
    letters: list[tuple[int, str]] = field(default_factory=list)

    async def publish(self, *events: Event, gw: int) -> None:
        for event in events:
            key, value, headers = encode(event, gw)
            assert decode(key, value, headers) == event
        self.events += events

    async def put(self, record: Record, reason: str) -> None:
        assert reason
        reason.encode()
        self.letters.append((record.offset, reason))


class Mute:
    """A voice that can say nothing: each question still gets its event."""

    name, voice, device, model = "piper", "none", "cpu", "0"

    async def speak(self, text: str) -> Speech:
        raise SpeechFailed("mute")


class Consumer(Protocol):
    """Takes records one after the other; ``settle`` waits until nothing is being worked on."""

    broker: Broker

    async def take(self, record: Record) -> None:
        """Process one record."""

    async def settle(self) -> None:
        """Wait until all is done that is not waiting for more records."""


class Worker:
    """A service with one partition, driven as the consumer loop drives it."""

    def __init__(self, service: Service, broker: Broker, guardian: bool) -> None:
        self.broker = broker
        self.service = service
        self.partition = Partition(service.topics[0], 0)
        self._guardian = guardian

    async def take(self, record: Record) -> None:
        self.partition.seen(record.offset)
        began = time.monotonic()
        try:
            await self.service.handle(record, self.partition)
        except BadRecord as error:
            await self.broker.put(record, error.reason)
        except DecodeError as error:
            if self._guardian:
                await self.broker.put(record, str(error))
        assert time.monotonic() - began < SLOW_S

    async def settle(self) -> None:
        if isinstance(self.service, Sink):
            await self.service.flush()
        deadline = time.monotonic() + SLOW_S
        held = self._busy()
        while held and time.monotonic() < deadline:
            await asyncio.sleep(0.001)
            held = self._busy()
        assert not held, f"{held} units are never finished"

    def _busy(self) -> int:
        if isinstance(self.service, SpeechToText):
            return sum(
                each.unfinished + each.is_complete
                for answers in self.service._answers.values()
                for each in answers._open.values()
            )
        return self.partition.units


class Landmarker:
    """Sees no face in anything."""

    device = "cpu"

    def faces(self, image: Image) -> list[Face]:
        assert image.ndim == 3
        return []

    def close(self) -> None: ...


class Pool:
    """The vision child's own code without its process."""

    async def analyse(self, jpeg: bytes, *, infer_emotion: bool, locate: bool = False) -> Measures:
        reply = answer(Landmarker(), Job(jpeg, infer_emotion, locate), EmotionSettings())
        if isinstance(reply, Failure):
            raise Undecodable(reply.reason)
        return reply


class Listener:
    """Hears one word in everything, at a time that no audio has."""

    device = "cpu"
    description = "fake"

    def warm_up(self) -> None: ...

    def transcribe(self, samples: Any, language: object) -> Heard:
        return Heard("word", (HeardWord("word", -5.0, 9e9, 2.0),), 1.0, -1.0)


class Rows:
    """A store that takes everything."""

    async def open(self) -> str:
        return "memory"

    async def insert(self, groups: Sequence[Group]) -> None:
        for shape, rows in groups:
            assert all(len(row) == len(shape.columns) for row in rows)

    async def deleted(self) -> set[str]:
        return set()

    async def erase(self, _: Collection[str]) -> set[str]:
        return set()

    async def close(self) -> None: ...


class Agent:
    """The scoring agent without Faust."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.faults: list[BaseException] = []
        self.agent = ScoringAgent(
            broker, broker, Health(Process.AGENT, "test"), self, self.ack, self.faults.append  # type: ignore[arg-type]
        )  # fmt: skip

    def ack(self, partition: int, offset: int) -> None: ...

    async def committed(self) -> dict[int, int]:
        return {}

    async def next_offset(self, partition: int, offset: int) -> int:
        return offset

    async def take(self, record: Record) -> None:
        began = time.monotonic()
        await self.agent.handle(record)
        assert time.monotonic() - began < SLOW_S

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)
        assert not self.faults


def consumers(topic: Topic) -> list[Consumer]:
    """Return a fresh consumer of each kind that reads ``topic``, the guardian first."""
    broker = Broker
    if topic is Topic.FRAMES:
        mine = broker()
        vision = VisionService(
            Pool(), producer=mine, dead_letters=mine, health=Health(Process.VISION, "test"),  # type: ignore[arg-type]
            max_in_flight=8,
        )  # fmt: skip
        return [Worker(vision, mine, guardian=True)]
    if topic is Topic.AUDIO:
        mine, other = broker(), broker()
        scheduler = Scheduler(Listener())
        scheduler.start()
        stt = SpeechToText(
            scheduler, other, Health(Process.STT, "test"), lambda: Packer(EnergyDetector())  # type: ignore[arg-type]
        )  # fmt: skip
        return [
            Worker(Voice(mine, Health(Process.VOICE, "test")), mine, guardian=True),  # type: ignore[arg-type]
            Worker(stt, other, guardian=False),
        ]
    mine = broker()
    sink = Sink(Rows(), SinkSettings(), Health(Process.SINK, "test"), mine)  # type: ignore[arg-type]
    found: list[Consumer] = [Worker(sink, mine, guardian=True)]
    if topic is Topic.EVENTS:
        other = broker()
        questions = QuestionsTogether(
            QuestionService(BankEngine(), other), dead_letters=other,  # type: ignore[arg-type]
            health=Health(Process.QUESTIONS, "test"),
        )  # fmt: skip
        judges = broker()
        assessment = Requests(
            AssessmentService(NoEngine(), judges), (AssessmentRequested,), dead_letters=judges,  # type: ignore[arg-type]
            health=Health(Process.ASSESSMENT, "test"),
        )  # fmt: skip
        speaking = broker()
        service = SpeakingService(
            dict.fromkeys(Language, Mute()), FolderStore(Path("/nowhere")), speaking, deadline_s=9  # type: ignore[arg-type]
        )  # fmt: skip
        tts = Requests[QuestionAsked | QuestionDrafted | SessionEnded](
            service, (QuestionAsked, QuestionDrafted, SessionEnded), dead_letters=speaking,  # type: ignore[arg-type]
            health=Health(Process.TTS, "test"),
        )  # fmt: skip
        found += [
            Worker(tts, speaking, guardian=False),
            Worker(questions, other, guardian=False),
            Worker(assessment, judges, guardian=False),
            Agent(broker()),
        ]
    return found


def record_of(raw: Raw, offset: int) -> Record:
    """Return ``raw`` as it is read at ``offset`` of partition 0."""
    return Record(raw.topic, 0, offset, raw.key, raw.value, raw.headers, 1_790_000_000_000)  # type: ignore[arg-type]
