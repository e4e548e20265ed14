"""Sampling a video track: a few frames a second, small, as JPEG, encoded off the event loop."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor
from typing import Protocol

import cv2
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame

from schemas import metrics
from schemas.ids import now_ms
from schemas.settings import GatewaySettings
from streams.runtime.metrics import counter

_EARLY = 0.25
"""Share of the interval by which a frame may come early and still be taken: clocks jitter."""


class FrameSink(Protocol):
    """Takes JPEGs while something is recorded."""

    @property
    def is_open(self) -> bool:
        """Whether it still takes anything."""

    def frame(self, jpeg: bytes, at: int) -> None:
        """Take one JPEG that was seen at ``at`` (UTC ms)."""


class SamplingClock:
    """Decides which frames to take, so that ``per_second`` are taken in the long run."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._due: float | None = None

    def takes(self, seconds: float) -> bool:
        """Whether to take a frame shown at ``seconds``, on any steady clock."""
        if self._due is None or seconds < self._due - 5 * self._interval:
            self._due = seconds  # the first frame, or the clock was set back
        if seconds < self._due - _EARLY * self._interval:
            return False
        self._due = max(self._due, seconds - self._interval) + self._interval
        return True


def encode(frame: VideoFrame, width: int, quality: int) -> bytes:
    """Return ``frame`` as JPEG, at most ``width`` wide, its proportions kept.

    Raises:
        ValueError: the frame cannot be encoded.
    """
    scale = min(1.0, width / frame.width)
    image = frame.reformat(
        width=max(2, round(frame.width * scale)),
        height=max(2, round(frame.height * scale)),
        format="bgr24",
    ).to_ndarray()
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a frame of {frame.width}x{frame.height} could not be encoded")
    return bytes(data)


class FrameReader:
    """Reads a video track for as long as it lives; what is not recorded is let go at once.

    One frame is encoded at a time. A frame that waits while a newer one arrives is outdated and
    dropped, before it has a number.
    """

    def __init__(self, settings: GatewaySettings, pool: Executor) -> None:
        self._settings = settings
        self._pool = pool
        self._clock = SamplingClock(settings.frames_per_second)
        self._sink: FrameSink | None = None
        self._waiting: tuple[VideoFrame, int] | None = None
        self._encoder: asyncio.Task[None] | None = None
        self.last_seen = 0.0

    def record(self, sink: FrameSink | None) -> None:
        """Send frames to ``sink`` from now on, or to nobody."""
        self._sink = sink
        self._waiting = None

    async def run(self, track: MediaStreamTrack) -> None:
        """Read ``track`` until it ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.last_seen = time.monotonic()
            if isinstance(frame, VideoFrame):
                self._take(frame)

    def _take(self, frame: VideoFrame) -> None:
        if self._sink is None or not self._sink.is_open:
            counter(metrics.FRAMES, outcome="unused").inc()
            return
        shown = float(frame.time) if frame.time is not None else time.monotonic()
        if not self._clock.takes(shown):
            counter(metrics.FRAMES, outcome="sampled_out").inc()
            return
        if self._waiting is not None:
            counter(metrics.FRAMES, outcome="dropped").inc()
        self._waiting = (frame, now_ms())
        if self._encoder is None or self._encoder.done():
            self._encoder = asyncio.create_task(self._encode_waiting(self._sink))

    async def _encode_waiting(self, sink: FrameSink) -> None:
        loop = asyncio.get_running_loop()
        settings = self._settings
        while self._waiting is not None and sink.is_open:
            (frame, at), self._waiting = self._waiting, None
            try:
                jpeg = await loop.run_in_executor(
                    self._pool, encode, frame, settings.frame_width, settings.jpeg_quality
                )
            except ValueError:
                counter(metrics.FRAMES, outcome="dropped").inc()
                continue
            if sink.is_open:
                sink.frame(jpeg, at)
            else:
                counter(metrics.FRAMES, outcome="unused").inc()
