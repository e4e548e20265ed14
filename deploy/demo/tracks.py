"""Media tracks that play clips on command, as a camera and a microphone would deliver them."""

from __future__ import annotations

import asyncio
import fractions
import time
from pathlib import Path

import av
import numpy as np
from aiortc import MediaStreamTrack
from numpy.typing import NDArray

AUDIO_RATE = 48_000
"""Hz, what browsers send."""

_AUDIO_FRAME = AUDIO_RATE // 50
_VIDEO_CLOCK = 90_000


class _Pace:
    """Lets one item out every ``period`` seconds, without drift."""

    def __init__(self, period: float) -> None:
        self._period = period
        self._start: float | None = None
        self.count = -1

    async def next(self) -> int:
        self.count += 1
        if self._start is None:
            self._start = time.monotonic()
        wait = self._start + self.count * self._period - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        return self.count


class CameraTrack(MediaStreamTrack):
    """Plays the frames of a clip in a loop, at ``fps`` frames a second."""

    kind = "video"

    def __init__(self, fps: float) -> None:
        super().__init__()
        self.fps = fps
        self._pace = _Pace(1 / fps)
        self._frames: list[av.VideoFrame] = [av.VideoFrame(320, 240, "yuv420p")]
        self._index = 0

    def play(self, frames: list[av.VideoFrame]) -> None:
        """Start ``frames`` from the first."""
        self._frames, self._index = frames, 0

    async def recv(self) -> av.VideoFrame:
        """Return the next frame when it is due."""
        number = await self._pace.next()
        frame = self._frames[self._index % len(self._frames)]
        self._index += 1
        frame.pts = round(number * _VIDEO_CLOCK / self.fps)
        frame.time_base = fractions.Fraction(1, _VIDEO_CLOCK)
        return frame


class MicrophoneTrack(MediaStreamTrack):
    """Plays a clip's samples once, then silence, in frames of 20 ms."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._pace = _Pace(_AUDIO_FRAME / AUDIO_RATE)
        self._samples: NDArray[np.int16] = np.zeros(0, np.int16)
        self._at = 0

    def play(self, samples: NDArray[np.int16]) -> None:
        """Start ``samples`` (mono, 48 kHz) from the first."""
        self._samples, self._at = samples, 0

    async def recv(self) -> av.AudioFrame:
        """Return the next 20 ms when they are due."""
        number = await self._pace.next()
        piece = self._samples[self._at : self._at + _AUDIO_FRAME]
        self._at += _AUDIO_FRAME
        if len(piece) < _AUDIO_FRAME:
            piece = np.pad(piece, (0, _AUDIO_FRAME - len(piece)))
        frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = AUDIO_RATE
        frame.pts = number * _AUDIO_FRAME
        frame.time_base = fractions.Fraction(1, AUDIO_RATE)
        return frame


def read_frames(path: Path, fps: float) -> list[av.VideoFrame]:
    """Return a video's frames at about ``fps`` frames a second."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        rate = float(stream.average_rate or fps)
        step = max(1, round(rate / fps))
        return [
            frame.reformat(format="yuv420p")
            for number, frame in enumerate(container.decode(stream))
            if number % step == 0
        ]


def read_samples(path: Path) -> NDArray[np.int16]:
    """Return a recording as mono samples at 48 kHz."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=AUDIO_RATE)
    with av.open(str(path)) as container:
        pieces = [
            piece.to_ndarray().reshape(-1)
            for frame in [*container.decode(audio=0), None]
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces) if pieces else np.zeros(0, np.int16)
