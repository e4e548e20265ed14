"""Reading an audio track and cutting it into chunks for the workers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, AudioResampler

from schemas import metrics
from schemas.media import MAX_CHUNK_SAMPLES, SAMPLE_RATE
from streams.runtime.metrics import counter

_CHUNK_BYTES = MAX_CHUNK_SAMPLES * 2


class AudioSink(Protocol):
    """Takes decoded audio while something is recorded."""

    def audio(self, frame: AudioFrame) -> None:
        """Take one decoded frame."""


class Chunker:
    """Turns decoded frames into mono PCM16 at 16 kHz, cut every 500 ms. Runs in a thread."""

    def __init__(self) -> None:
        self._resampler: AudioResampler | None = None
        self._shape: tuple[str, str, int] | None = None
        self._pcm = bytearray()

    def push(self, frames: Sequence[AudioFrame]) -> list[bytes]:
        """Return the chunks that ``frames`` complete, each of exactly 500 ms."""
        for frame in frames:
            shape = (frame.format.name, frame.layout.name, frame.sample_rate)
            if shape != self._shape:
                self._drain()
                self._resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
                self._shape = shape
            frame.pts = None  # the resampler fills no gaps: they have been filled, see Gaps
            self._resample(frame)
        chunks = []
        while len(self._pcm) >= _CHUNK_BYTES:
            chunks.append(bytes(self._pcm[:_CHUNK_BYTES]))
            del self._pcm[:_CHUNK_BYTES]
        return chunks

    def finish(self) -> list[bytes]:
        """Return what is left: full chunks, then the rest, which may be empty."""
        self._drain()
        chunks = self.push(())
        rest, self._pcm = bytes(self._pcm), bytearray()
        return [*chunks, rest]

    def _drain(self) -> None:
        if self._resampler is not None:
            self._resample(None)
            self._resampler = self._shape = None

    def _resample(self, frame: AudioFrame | None) -> None:
        if self._resampler is not None:
            for done in self._resampler.resample(frame):
                self._pcm += done.to_ndarray().tobytes()


class AudioReader:
    """Reads an audio track for as long as it lives; what is not recorded is let go at once."""

    def __init__(self) -> None:
        self._sink: AudioSink | None = None
        self._unused_s = 0.0
        self.last_seen = 0.0

    def record(self, sink: AudioSink | None) -> None:
        """Send audio to ``sink`` from now on, or to nobody."""
        self._sink = sink

    async def run(self, track: MediaStreamTrack) -> None:
        """Read ``track`` until it ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.last_seen = time.monotonic()
            if not isinstance(frame, AudioFrame):
                continue
            if self._sink is not None:
                self._sink.audio(frame)
            else:
                self._count_unused(frame)

    def _count_unused(self, frame: AudioFrame) -> None:
        self._unused_s += frame.samples / frame.sample_rate
        chunks = int(self._unused_s * SAMPLE_RATE / MAX_CHUNK_SAMPLES)
        if chunks:
            counter(metrics.AUDIO_CHUNKS, outcome="unused").inc(chunks)
            self._unused_s -= chunks * MAX_CHUNK_SAMPLES / SAMPLE_RATE
