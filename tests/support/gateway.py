"""Running a gateway in a test, and standing in for the workers and the agent behind it."""

from __future__ import annotations

import asyncio
import socket
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Self

import httpx
import numpy as np
import uvicorn
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiortc.mediastreams import MediaStreamTrack
from av import AudioFrame, VideoFrame

from deploy.local import kafka as local_kafka
from gateway.db.store import open_store
from gateway.live.services import Services
from gateway.server import create_app
from gateway.session.consent import TEXT_VERSION
from schemas.events import (
    AnswerEnded,
    CalibrationCompleted,
    CalibrationEnded,
    Component,
    Draft,
    Event,
    QuestionAsked,
    QuestionDrafted,
    QuestionRequested,
    QuestionScored,
    TranscriptFinal,
)
from schemas.formula import Baseline, Policy
from schemas.ids import now_ms
from schemas.language import Language
from schemas.media import AudioMeta, FrameMeta
from schemas.settings import GatewaySettings, KafkaSettings
from schemas.topics import TOPICS, Process, Topic
from streams.runtime.codec import decode, gateway_slot
from streams.runtime.health import Health
from streams.runtime.objects import FolderStore
from streams.runtime.producer import Producer
from workers.questions.service import drafted as as_draft
from workers.questions.service import settled

KEY = "development-key"
CONSENT = {"audio": True, "video": True, "text_version": TEXT_VERSION}
SECRET = "0123456789abcdef0123456789abcdef"


def gateway_settings(**more: object) -> GatewaySettings:
    """Return settings with short times."""
    mine = {"port": 0, "api_key": KEY, "token_secret": SECRET, "calibration_s": 1.0}
    return GatewaySettings(**{**mine, "answer_limit_s": 60.0, **more})


def services_of(kafka: KafkaSettings, settings: GatewaySettings, folder: Path) -> Services:
    """Return what a gateway needs, for this process."""
    return Services(
        settings=settings,
        kafka=kafka,
        health=Health(Process.GATEWAY, "test"),
        producer=Producer(kafka, Process.GATEWAY),
        store=open_store(settings.database_url, folder),
        objects=FolderStore(folder / "objects"),
    )


async def create_session(url: str, **body: Any) -> dict[str, Any]:
    """Create a session in English whose candidate agrees, unless ``body`` says otherwise."""
    async with httpx.AsyncClient(base_url=url) as http:
        reply = await http.post(
            "/api/sessions",
            headers={"Authorization": f"Bearer {KEY}"},
            json={"language": "en", "consent": CONSENT, **body},
        )
    assert reply.status_code == 201, reply.text
    created: dict[str, Any] = reply.json()
    return created


async def create_topics(settings: KafkaSettings) -> None:
    await local_kafka.create_topics(settings)


class RunningGateway:
    """The gateway behind a real port, in this event loop."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.app = create_app(services)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(self.app, log_config=None, access_log=False, lifespan="on")
        )
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._server._serve([self._socket]))
        while not self._server.started:
            assert not self._task.done(), "the gateway did not start"
            await asyncio.sleep(0.01)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        assert self._task is not None
        await self._task

    async def wait_ready(self, seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while not self.services.health.is_ready:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.02)

    async def create(self, **body: Any) -> dict[str, Any]:
        return await create_session(self.url, **body)


class Backend:
    """Reads everything the gateway publishes; answers as the workers and the agent would."""

    def __init__(self, kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self.events: list[Event] = []
        self.frames: list[tuple[FrameMeta, bytes]] = []
        self.audio: list[tuple[AudioMeta, bytes]] = []
        self.asks = self.scores = True
        self.calibration_problems: tuple[str, ...] = ()
        self.offsets: dict[str, int] = {}
        self._producers = {
            process: Producer(kafka, process)
            for process in (
                Process.QUESTIONS,
                Process.AGENT,
                Process.STT,
                Process.TTS,
                Process.VISION,
            )
        }
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        topics = (Topic.EVENTS, Topic.FRAMES, Topic.AUDIO)
        self._logical = {self._kafka.physical(topic): topic for topic in topics}
        self._consumer = AIOKafkaConsumer(
            bootstrap_servers=self._kafka.bootstrap, enable_auto_commit=False
        )
        await self._consumer.start()
        partitions = [
            TopicPartition(name, number)
            for name, topic in self._logical.items()
            for number in range(TOPICS[topic].partitions)
        ]
        self._consumer.assign(partitions)
        await self._consumer.seek_to_beginning(*partitions)
        for producer in self._producers.values():
            await producer.start()
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._consumer.stop()
        for producer in self._producers.values():
            await producer.stop()

    def of(self, kind: type[Event], session: str) -> list[Any]:
        """Return the events of one type in a session, duplicates too."""
        return [e for e in self.events if isinstance(e, kind) and e.session == session]

    def requests(self, session: str) -> list[QuestionRequested]:
        """Return the session's requests for a question; those for drafts are left out."""
        return [each for each in self.of(QuestionRequested, session) if not each.is_early]

    async def until(self, condition: Any, seconds: float = 15.0) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    async def settled(self, ended: AnswerEnded | CalibrationEnded) -> None:
        """Wait until all media that ``ended`` counts has been read: topics arrive in any order."""
        (counts,) = ended.counts
        await self.until(
            lambda: (
                sum(m.answer == ended.answer for m, _ in self.frames) >= counts.frames
                and sum(m.answer == ended.answer for m, _ in self.audio) >= counts.chunks
            )
        )

    async def publish(self, process: Process, event: Event, gw: int = 0) -> None:
        await self._producers[process].publish(event, gw=gw)

    async def _run(self) -> None:
        async for record in self._consumer:
            await self._take(record)
            async with self._changed:
                self._changed.notify_all()

    async def _take(self, record: ConsumerRecord) -> None:
        topic = self._logical[record.topic]
        if topic is Topic.FRAMES:
            self.frames.append((FrameMeta.from_headers(record.headers), record.value))
        elif topic is Topic.AUDIO:
            self.audio.append((AudioMeta.from_headers(record.headers), record.value))
        else:
            event = decode(record.key, record.value, record.headers)
            self.events.append(event)
            await self._answer(event, gateway_slot(record.headers))

    async def _answer(self, event: Event, gw: int) -> None:
        match event:
            case QuestionRequested() if self.asks:
                question = drafted(event) if event.is_early else asked(event)
                await self.publish(Process.QUESTIONS, question, gw)
            case CalibrationEnded():
                await self.publish(Process.AGENT, self._completed(event), gw)
            case AnswerEnded():
                await self.publish(Process.STT, _heard(event), gw)
                if self.scores:
                    for stage in ("behaviour", "final"):
                        await self.publish(Process.AGENT, scored(event, stage), gw)

    def _completed(self, event: CalibrationEnded) -> CalibrationCompleted:
        return CalibrationCompleted(
            session=event.session,
            attempt=event.attempt,
            epoch=event.epoch,
            at=now_ms(),
            ok=not self.calibration_problems,
            problems=self.calibration_problems,  # type: ignore[arg-type]
            baseline=Baseline(gaze_yaw=3.5),
            frames=5,
            faces=5,
            rms=0.02,
        )


def asked(request: QuestionRequested) -> QuestionAsked:
    draft = Draft(text=request.fixed or _text(request), engine="test", source="fixed")
    return settled(request, request.draft or draft)


def drafted(request: QuestionRequested) -> QuestionDrafted:
    return as_draft(asked(request))


def _text(request: QuestionRequested) -> str:
    return f"Question {request.question}?"


def _heard(event: AnswerEnded) -> TranscriptFinal:
    return TranscriptFinal(
        session=event.session,
        question=event.question,
        attempt=event.attempt,
        epoch=event.epoch,
        at=now_ms(),
        audio_ms=1000,
    )


def scored(event: AnswerEnded, stage: Literal["behaviour", "final"]) -> QuestionScored:
    """Return the score of an answer, as the agent would publish it."""
    component = Component(value=70.0, coverage=1.0)
    return QuestionScored(
        session=event.session,
        question=event.question,
        attempt=event.attempt,
        epoch=event.epoch,
        at=now_ms(),
        stage=stage,
        language=Language.ENGLISH,
        policy=Policy.PRACTICE,
        formula_version="f1-test",
        evidence=3 if stage == "behaviour" else 4,
        gaze=component,
        voice=component,
        smile=component,
        posture=component,
        emotion=component,
        total=component,
        started_at=event.started_at,
        ended_at=event.at,
        question_text="?",
    )


class Camera(MediaStreamTrack):
    """A grey picture that gets lighter, ``fps`` times a second."""

    kind = "video"

    def __init__(self, fps: float = 5.0, size: tuple[int, int] = (320, 240)) -> None:
        super().__init__()
        self._interval = 1 / fps
        self._size = size
        self._count = 0
        self._start: float | None = None

    async def recv(self) -> VideoFrame:
        loop = asyncio.get_running_loop()
        self._start = self._start or loop.time()
        await asyncio.sleep(self._start + self._count * self._interval - loop.time())
        width, height = self._size
        picture = np.full((height, width, 3), self._count % 256, np.uint8)
        frame = VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts = round(self._count * self._interval * 90_000)
        frame.time_base = Fraction(1, 90_000)
        self._count += 1
        return frame


class Microphone(MediaStreamTrack):
    """A tone of 440 Hz in packets of 20 ms."""

    kind = "audio"
    RATE = 48_000

    def __init__(self) -> None:
        super().__init__()
        self._samples = 0
        self._start: float | None = None

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._start = self._start or loop.time()
        await asyncio.sleep(self._start + self._samples / self.RATE - loop.time())
        at = np.arange(self._samples, self._samples + 960) / self.RATE
        wave = (np.sin(2 * np.pi * 440 * at) * 8000).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
        frame.sample_rate = self.RATE
        frame.pts = self._samples
        frame.time_base = Fraction(1, self.RATE)
        self._samples += 960
        return frame
