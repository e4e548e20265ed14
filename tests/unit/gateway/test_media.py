"""Sampling, chunking and recording: what is published and what is counted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from typing import Any

import cv2
import numpy as np
import pytest
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame
from prometheus_client import REGISTRY

from gateway.rtc import frames as frames_module
from gateway.rtc import recorder as recorder_module
from gateway.rtc.audio import AudioReader, Chunker
from gateway.rtc.frames import FrameReader, SamplingClock, encode
from gateway.rtc.recorder import MAX_WAITING_FRAMES, Recorder, RecordingFailed, Subject
from schemas.formula import Policy
from schemas.ids import AnswerKey
from schemas.language import Language
from schemas.media import MAX_CHUNK_SAMPLES, AudioMeta, FrameMeta
from schemas.settings import GatewaySettings
from schemas.topics import Topic

SUBJECT = Subject(AnswerKey("s1", 1, 1), 1, 0, Language.ENGLISH, Policy.PRACTICE)


def picture(number: int = 0, width: int = 640, height: int = 480) -> VideoFrame:
    frame = VideoFrame.from_ndarray(
        np.full((height, width, 3), number % 256, np.uint8), format="bgr24"
    )
    frame.pts = number * 18_000
    frame.time_base = Fraction(1, 90_000)
    return frame


def sound(ms: int, rate: int = 48_000, layout: str = "stereo") -> AudioFrame:
    channels = 2 if layout == "stereo" else 1
    samples = np.full((1, rate * ms // 1000 * channels), 1000, np.int16)
    frame = AudioFrame.from_ndarray(samples, format="s16", layout=layout)
    frame.sample_rate = rate
    frame.pts = 0
    return frame


class Kafka:
    """Remembers what was published; may be away."""

    def __init__(self) -> None:
        self.frames: list[tuple[FrameMeta, bytes]] = []
        self.audio: list[tuple[AudioMeta, bytes]] = []
        self.there = asyncio.Event()
        self.there.set()

    async def publish(
        self, topic: Topic, key: bytes, value: bytes, headers: list[tuple[str, bytes]]
    ) -> None:
        await self.there.wait()
        assert key == b"s1"
        if topic is Topic.FRAMES:
            self.frames.append((FrameMeta.from_headers(headers), value))
        else:
            self.audio.append((AudioMeta.from_headers(headers), value))


@pytest.fixture
def pool() -> Any:
    with ThreadPoolExecutor(2) as running:
        yield running


def recorder(kafka: Kafka, pool: ThreadPoolExecutor, failures: list[str]) -> Recorder:
    return Recorder(SUBJECT, kafka.publish, pool, failures.append)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - conditions of threads and tasks alike
            await asyncio.sleep(0.01)


def count(name: str, outcome: str) -> float:
    return REGISTRY.get_sample_value(name, {"outcome": outcome}) or 0.0


@pytest.mark.parametrize("fps", [5, 6, 10, 15, 30, 60])
def test_five_frames_a_second_are_taken_of_any_rate(fps: int) -> None:
    clock = SamplingClock(5)
    taken = sum(clock.takes(number / fps) for number in range(fps * 20))
    assert taken == pytest.approx(100, abs=2)


def test_a_sender_at_the_right_rate_loses_nothing_to_jitter() -> None:
    clock = SamplingClock(5)
    jitter = np.random.default_rng(1).uniform(-0.03, 0.03, 200)
    assert all(clock.takes(number * 0.2 + late) for number, late in enumerate(jitter))


def test_a_slow_sender_and_a_clock_that_jumps() -> None:
    clock = SamplingClock(5)
    assert all(clock.takes(second) for second in (0.0, 1.0, 2.0, 100.0, 0.5, 0.7))


@pytest.mark.parametrize(
    ("size", "expected"),
    [((640, 480), (320, 240)), ((160, 120), (160, 120)), ((720, 1280), (320, 569))],
)
def test_frames_are_made_small_and_keep_their_proportions(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    jpeg = encode(picture(7, *size), 320, 75)
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert image.shape == (expected[1], expected[0], 3)
    assert abs(int(image.mean()) - 7) <= 2


@pytest.mark.parametrize("rate", [48_000, 44_100, 16_000, 8_000])
@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_audio_is_cut_every_500_ms_and_nothing_is_lost(rate: int, layout: str) -> None:
    chunker = Chunker()
    chunks = []
    for _ in range(61):
        chunks += chunker.push([sound(20, rate, layout)])
    *full, rest = chunker.finish()
    chunks += full
    assert all(len(each) == 2 * MAX_CHUNK_SAMPLES for each in chunks)
    assert len(chunks) == 2
    heard = np.frombuffer(b"".join([*chunks, rest]), np.int16)
    assert abs(heard.size - 1.22 * 16_000) <= 40
    assert np.median(heard) == pytest.approx(1000, abs=5)


def test_a_microphone_that_changes_its_rate_is_followed() -> None:
    chunker = Chunker()
    pcm = b"".join(chunker.push([sound(600), sound(600, 16_000, "mono")]) + chunker.finish())
    assert abs(len(pcm) // 2 - 1.2 * 16_000) <= 40


async def test_what_is_counted_is_what_was_published(pool: ThreadPoolExecutor) -> None:
    kafka = Kafka()
    running = recorder(kafka, pool, [])
    for number in range(4):
        running.frame(b"jpeg%d" % number, at=1_000 + number)
    for _ in range(60):
        running.audio(sound(20))
    counts = await running.finish()
    assert (counts.epoch, counts.frames, counts.chunks) == (1, 4, len(kafka.audio))
    assert [meta.seq for meta, _ in kafka.frames] == [0, 1, 2, 3]
    assert [meta.at for meta, _ in kafka.frames] == [1_000, 1_001, 1_002, 1_003]
    assert [meta.final for meta, _ in kafka.audio] == [False, False, True]
    assert [meta.first_sample for meta, _ in kafka.audio] == [0, 8_000, 16_000]
    running.frame(b"late", at=2_000)
    assert len(kafka.frames) == 4


async def test_silence_from_a_missing_microphone_has_an_empty_final_marker(
    pool: ThreadPoolExecutor,
) -> None:
    kafka = Kafka()
    counts = await recorder(kafka, pool, []).finish()
    ((meta, pcm),) = kafka.audio
    assert (meta.final, meta.seq, pcm, counts.chunks) == (True, 0, b"", 1)


async def test_frames_that_wait_too_long_are_dropped_before_they_are_counted(
    pool: ThreadPoolExecutor,
) -> None:
    kafka = Kafka()
    kafka.there.clear()
    dropped = count("viva_frames_total", "dropped")
    running = recorder(kafka, pool, [])
    for number in range(MAX_WAITING_FRAMES + 5):
        running.frame(b"%d" % number, at=number)
    assert count("viva_frames_total", "dropped") - dropped == 5
    kafka.there.set()
    counts = await running.finish()
    assert counts.frames == len(kafka.frames) == MAX_WAITING_FRAMES
    assert [meta.seq for meta, _ in kafka.frames] == list(range(MAX_WAITING_FRAMES))
    assert kafka.frames[-1][1] == b"%d" % (MAX_WAITING_FRAMES + 4)


async def test_audio_waits_for_the_broker_and_stays_whole(pool: ThreadPoolExecutor) -> None:
    kafka = Kafka()
    kafka.there.clear()
    running = recorder(kafka, pool, [])
    for _ in range(500):
        running.audio(sound(20))
    finishing = asyncio.create_task(running.finish())
    await asyncio.sleep(0.05)
    assert not finishing.done()
    kafka.there.set()
    counts = await finishing
    assert counts.chunks == len(kafka.audio)
    assert sum(len(pcm) for _, pcm in kafka.audio) // 2 == pytest.approx(160_000, abs=40)


async def test_audio_that_cannot_be_kept_fails_the_answer_loudly(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "MAX_WAITING_CHUNKS", 3)
    kafka = Kafka()
    kafka.there.clear()
    failures: list[str] = []
    running = recorder(kafka, pool, failures)
    for _ in range(200):
        running.audio(sound(20))
    await until(lambda: bool(failures))
    assert not running.is_open
    with pytest.raises(RecordingFailed):
        await running.finish()
    assert len(failures) == 1
    marker = await running.cancel()
    assert (marker.question, marker.attempt, marker.seq) == (1, 1, 1)


async def test_a_cancelled_recording_names_its_next_chunk(pool: ThreadPoolExecutor) -> None:
    kafka = Kafka()
    running = recorder(kafka, pool, [])
    for _ in range(55):
        running.audio(sound(20))
    await until(lambda: len(kafka.audio) == 2)
    marker = await running.cancel()
    assert (marker.seq, marker.first_sample, marker.epoch) == (2, 16_000, 1)


class Track:
    """A track that delivers what it is given, then ends."""

    def __init__(self, frames: list[Any]) -> None:
        self.frames = frames

    async def recv(self) -> Any:
        await asyncio.sleep(0)
        if not self.frames:
            raise MediaStreamError
        return self.frames.pop(0)


@pytest.mark.requirement("webrtc-not-blocked")
async def test_frames_are_encoded_off_the_event_loop(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoding, go_on = threading.Event(), threading.Event()
    threads: list[int] = []

    def slow(*_: object) -> bytes:
        threads.append(threading.get_ident())
        encoding.set()
        assert go_on.wait(5)
        return b"jpeg"

    monkeypatch.setattr(frames_module, "encode", slow)
    kafka = Kafka()
    running = recorder(kafka, pool, [])
    reader = FrameReader(GatewaySettings(), pool)
    reader.record(running)
    dropped = count("viva_frames_total", "dropped")
    await reader.run(Track([picture(number) for number in range(6)]))  # type: ignore[arg-type]
    await until(encoding.is_set)
    # An encoder that hangs holds up neither the loop nor the track: the newest frame waits.
    assert count("viva_frames_total", "dropped") - dropped >= 4
    go_on.set()
    await until(lambda: len(kafka.frames) == 2)
    assert threading.get_ident() not in threads
    assert (await running.finish()).frames == 2


@pytest.mark.requirement("run-unused-media")
async def test_media_that_nobody_records_is_counted(pool: ThreadPoolExecutor) -> None:
    frames, chunks = (
        count("viva_frames_total", "unused"),
        count("viva_audio_chunks_total", "unused"),
    )
    video, audio = FrameReader(GatewaySettings(), pool), AudioReader()
    await video.run(Track([picture(number) for number in range(5)]))  # type: ignore[arg-type]
    await audio.run(Track([sound(20) for _ in range(50)]))  # type: ignore[arg-type]
    assert count("viva_frames_total", "unused") - frames == 5
    assert count("viva_audio_chunks_total", "unused") - chunks == 2
