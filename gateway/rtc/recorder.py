"""Publishing the media of one answer, and knowing exactly what was published."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from av import AudioFrame

from gateway.rtc.audio import Chunker
from gateway.rtc.gaps import Gaps
from gateway.session.model import FinalMarker
from schemas import metrics
from schemas.events import EpochCounts
from schemas.formula import Policy
from schemas.ids import AnswerKey, now_ms
from schemas.language import Language
from schemas.media import MAX_FRAME_BYTES, AudioMeta, FrameMeta
from schemas.topics import Topic
from streams.runtime.metrics import counter

logger = logging.getLogger(__name__)

MAX_WAITING_FRAMES = 10
"""JPEGs that may wait for the broker; then the oldest is dropped, before it has a number."""

MAX_WAITING_CHUNKS = 240
"""Audio chunks that may wait for the broker: two minutes. More is a failure, never a gap."""

LATE_S = 1.5
"""Age in seconds of the oldest chunk without an acknowledgement from which on Kafka is too slow:
frames are dropped to let the audio through, and the gateway takes no more candidates."""

_BATCH_S = 0.25
"""Seconds of audio that are converted at once, in a thread: few hops, little delay."""

Publish = Callable[[Topic, bytes, bytes, list[tuple[str, bytes]]], Awaitable[None]]
"""Publishes one record and returns when the broker has acknowledged it, however long it takes."""


class RecordingFailed(Exception):  # noqa: N818 - reads as what happened
    """The answer is not complete and must be given up."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is recorded; ``gw`` is this gateway's slot."""

    answer: AnswerKey
    epoch: int
    gw: int
    language: Language
    policy: Policy

    def fields(self) -> dict[str, Any]:
        """Return the fields that all its media records share."""
        return {
            "session": self.answer.session,
            "question": self.answer.question,
            "attempt": self.answer.attempt,
            "epoch": self.epoch,
            "gw": self.gw,
            "language": self.language,
            "policy": self.policy,
        }


class Recorder:
    """Takes frames and audio from the readers and publishes them, one record of a kind at a time.

    A record is counted when the broker has acknowledged it. Frames may be dropped while they have
    no number; audio is never dropped: if the broker is away for longer than the buffer lasts,
    ``failed`` is called and the answer is lost as a whole, loudly.
    """

    def __init__(
        self,
        subject: Subject,
        publish: Publish,
        pool: Executor,
        failed: Callable[[str], None],
    ) -> None:
        self._subject = subject
        self._publish = publish
        self._pool = pool
        self._failed = failed
        self._open = True
        self._broken = ""
        self._frames: deque[tuple[bytes, int]] = deque()
        self._frames_wake = asyncio.Event()
        self._gaps = Gaps()
        self._raw: list[AudioFrame] = []
        self._raw_s = 0.0
        self._batches: asyncio.Queue[list[AudioFrame] | None] = asyncio.Queue()
        self._chunks: asyncio.Queue[tuple[bytes, int, bool]] = asyncio.Queue()
        self._waiting_since: deque[float] = deque()
        self._frame_seq = 0
        self._chunk_seq = 0
        self._first_sample = 0
        self._frames_acked = 0
        self._chunks_acked = 0
        self._tasks = [
            asyncio.create_task(self._guard(work()))
            for work in (self._publish_frames, self._convert, self._publish_chunks)
        ]

    @property
    def is_open(self) -> bool:
        """Whether media is still taken."""
        return self._open

    @property
    def behind_s(self) -> float:
        """Age of the oldest chunk that the broker has not acknowledged, seconds."""
        return time.monotonic() - self._waiting_since[0] if self._waiting_since else 0.0

    def frame(self, jpeg: bytes, at: int) -> None:
        """Take one JPEG that was seen at ``at`` (UTC ms); dropped while the audio is late."""
        if not self._open:
            return
        if len(jpeg) > MAX_FRAME_BYTES or self.behind_s > LATE_S:
            counter(metrics.FRAMES, outcome="dropped").inc()
            return
        if len(self._frames) >= MAX_WAITING_FRAMES:
            self._frames.popleft()
            counter(metrics.FRAMES, outcome="dropped").inc()
        self._frames.append((jpeg, at))
        self._frames_wake.set()

    def audio(self, frame: AudioFrame) -> None:
        """Take one decoded audio frame."""
        if not self._open:
            return
        lost = self._gaps.before(frame)
        for each in (*lost, frame):
            self._raw.append(each)
            self._raw_s += each.samples / each.sample_rate
        if lost:
            seconds = sum(each.samples / each.sample_rate for each in lost)
            counter(metrics.AUDIO_LOST).inc(seconds)
        if self._raw_s >= _BATCH_S:
            self._hand_over()

    async def finish(self) -> EpochCounts:
        """Publish all that was taken and the final marker; return what the broker acknowledged.

        Raises:
            RecordingFailed: something is missing; ``cancel`` is still due.
        """
        if self._broken:
            raise RecordingFailed(self._broken)
        self._open = False
        self._hand_over()
        self._batches.put_nowait(None)
        self._frames_wake.set()
        for done in asyncio.as_completed(self._tasks):
            await done
            if self._broken:
                raise RecordingFailed(self._broken)
        return EpochCounts(
            epoch=self._subject.epoch, frames=self._frames_acked, chunks=self._chunks_acked
        )

    async def cancel(self) -> FinalMarker:
        """Give the answer up; return the final marker that must still be published."""
        self._open = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        answer = self._subject.answer
        return FinalMarker(
            question=answer.question,
            attempt=answer.attempt,
            epoch=self._subject.epoch,
            seq=self._chunk_seq,
            first_sample=self._first_sample,
            at=now_ms(),
        )

    async def _guard(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:
            logger.exception("recording failed", extra={"answer": str(self._subject.answer)})
            self._fail(f"recording failed: {error}")

    def _fail(self, reason: str) -> None:
        self._broken = self._broken or reason
        if self._open:
            self._open = False
            self._failed(reason)

    def _hand_over(self) -> None:
        if self._raw:
            self._batches.put_nowait(self._raw)
            self._raw, self._raw_s = [], 0.0

    async def _convert(self) -> None:
        chunker = Chunker()
        loop = asyncio.get_running_loop()
        while (batch := await self._batches.get()) is not None:
            for pcm in await loop.run_in_executor(self._pool, chunker.push, batch):
                self._wait(pcm, final=False)
            if self._chunks.qsize() > MAX_WAITING_CHUNKS:
                self._fail("the recording could not be saved in time")
                return
        *full, rest = await loop.run_in_executor(self._pool, chunker.finish)
        for pcm in full:
            self._wait(pcm, final=False)
        self._wait(rest, final=True)

    def _wait(self, pcm: bytes, *, final: bool) -> None:
        self._chunks.put_nowait((pcm, now_ms(), final))
        self._waiting_since.append(time.monotonic())

    async def _publish_frames(self) -> None:
        while True:
            while self._frames:
                jpeg, at = self._frames.popleft()
                meta = FrameMeta(**self._subject.fields(), seq=self._frame_seq, at=at)
                self._frame_seq += 1
                await self._send(Topic.FRAMES, meta, jpeg)
                self._frames_acked += 1
                counter(metrics.FRAMES, outcome="published").inc()
            if not self._open:
                return
            self._frames_wake.clear()
            await self._frames_wake.wait()

    async def _publish_chunks(self) -> None:
        final = False
        while not final:
            pcm, at, final = await self._chunks.get()
            meta = AudioMeta(
                **self._subject.fields(),
                seq=self._chunk_seq,
                at=at,
                first_sample=self._first_sample,
                final=final,
            )
            self._chunk_seq += 1
            self._first_sample += len(pcm) // 2
            await self._send(Topic.AUDIO, meta, pcm)
            self._waiting_since.popleft()
            self._chunks_acked += 1
            counter(metrics.AUDIO_CHUNKS, outcome="published").inc()

    async def _send(self, topic: Topic, meta: FrameMeta | AudioMeta, value: bytes) -> None:
        await self._publish(topic, meta.session.encode(), value, meta.to_headers())
