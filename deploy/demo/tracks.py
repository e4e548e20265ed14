"""Media tracks that play clips on command, as a browser's camera and microphone would send them.

Clips are encoded once, before the interview: VP8 with a key frame every second, Opus in packets of
60 ms, which is what a page sends that follows the gateway's answer. A simulated candidate then
costs hardly more than its packets, and many fit beside the stack they test.
"""

from __future__ import annotations

import asyncio
import fractions
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack

FPS = 5
"""Frames a second that a candidate's page sends."""

AUDIO_RATE = 48_000
"""Hz, what browsers send."""

PACKET_S = 0.06
"""Seconds of sound in a packet."""

_PACKET_SAMPLES = round(AUDIO_RATE * PACKET_S)


@dataclass(frozen=True, slots=True)
class EncodedClip:
    """A clip as packets: a VP8 frame every 1/``FPS`` s, an Opus packet every ``PACKET_S``."""

    video: Sequence[bytes]
    audio: Sequence[bytes]

    @property
    def seconds(self) -> float:
        """The clip's length."""
        return max(len(self.video) / FPS, len(self.audio) * PACKET_S)


class _PacketTrack(MediaStreamTrack):
    """Sends a packet every ``period`` seconds, without drift."""

    def __init__(self, period: fractions.Fraction) -> None:
        super().__init__()
        self._period = period
        self._start: float | None = None
        self._sent = 0
        self._packets: Sequence[bytes] = ()
        self._at = 0

    def play(self, packets: Sequence[bytes]) -> None:
        """Start ``packets`` from the first."""
        self._packets, self._at = packets, 0

    async def recv(self) -> av.Packet[Any]:
        """Return the next packet when it is due."""
        if self._start is None:
            self._start = time.monotonic()
        wait = self._start + self._sent * float(self._period) - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        packet = av.Packet(self._next())
        packet.pts, packet.time_base = self._sent, self._period
        self._sent += 1
        self._at += 1
        return packet

    def _next(self) -> bytes:
        raise NotImplementedError


class CameraTrack(_PacketTrack):
    """Plays the frames of a clip in a loop; grey before the first clip."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__(fractions.Fraction(1, FPS))
        self.play(_encode_video([av.VideoFrame(320, 240, "yuv420p")]))

    def _next(self) -> bytes:
        return self._packets[self._at % len(self._packets)]


class MicrophoneTrack(_PacketTrack):
    """Plays a clip's sound once, then silence."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__(fractions.Fraction(_PACKET_SAMPLES, AUDIO_RATE))
        self._silence = _encode_audio(np.zeros(_PACKET_SAMPLES, np.int16))[0]

    def _next(self) -> bytes:
        return self._packets[self._at] if self._at < len(self._packets) else self._silence


@lru_cache(maxsize=32)
def encode_clip(video: Path, audio: Path) -> EncodedClip:
    """Return a video and a recording as packets; the work is done once for each clip."""
    return EncodedClip(
        _encode_video(read_frames(video)), _encode_audio(read_samples(audio, AUDIO_RATE))
    )


def read_frames(path: Path) -> list[av.VideoFrame]:
    """Return a video's frames at about ``FPS`` frames a second."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        step = max(1, round(float(stream.average_rate or FPS) / FPS))
        return [
            frame.reformat(format="yuv420p")
            for number, frame in enumerate(container.decode(stream))
            if number % step == 0
        ]


def read_samples(path: Path, rate: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Return a recording's sound as mono int16 at ``rate`` Hz, shape (samples,)."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    with av.open(str(path)) as container:
        pieces = [
            piece.to_ndarray().reshape(-1)
            for frame in [*container.decode(audio=0), None]
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces) if pieces else np.zeros(_PACKET_SAMPLES, np.int16)


def _encode_video(frames: Sequence[av.VideoFrame]) -> list[bytes]:
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height = frames[0].width, frames[0].height
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = fractions.Fraction(1, FPS)
    encoder.bit_rate = 400_000
    encoder.gop_size = FPS
    encoder.options = {"deadline": "realtime", "cpu-used": "4", "lag-in-frames": "0"}
    packets: list[bytes] = []
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = number, encoder.time_base
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets + [bytes(packet) for packet in encoder.encode(None)]


def _encode_audio(samples: np.ndarray[tuple[int], np.dtype[np.int16]]) -> list[bytes]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = AUDIO_RATE, "mono", "s16"
    encoder.bit_rate = 32_000
    encoder.options = {"frame_duration": str(round(PACKET_S * 1000)), "application": "voip"}
    packets: list[bytes] = []
    for start in range(0, len(samples), _PACKET_SAMPLES):
        piece = samples[start : start + _PACKET_SAMPLES]
        piece = np.pad(piece, (0, _PACKET_SAMPLES - len(piece)))
        frame = av.AudioFrame.from_ndarray(piece.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts = AUDIO_RATE, start
        frame.time_base = fractions.Fraction(1, AUDIO_RATE)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets + [bytes(packet) for packet in encoder.encode(None)]
