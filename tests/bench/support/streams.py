"""What candidates send in the benchmarks, encoded beforehand and played in a loop."""

from __future__ import annotations

import asyncio
import fractions
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import av
import cv2
import numpy as np
from aiortc import MediaStreamTrack
from numpy.typing import NDArray

from deploy.demo.candidate import SimulatedCandidate
from deploy.demo.media import MediaClip
from deploy.demo.media.recipes import Source
from deploy.demo.tracks import AUDIO_RATE, FPS, PACKET_S, encode_clip, read_samples
from deploy.local.settings import LocalSettings


@dataclass(frozen=True)
class Stream:
    """A VP8 frame every 1/``fps`` seconds and an Opus packet every ``packet_s`` seconds."""

    video: Sequence[bytes]
    fps: int
    audio: Sequence[bytes]
    packet_s: float


@cache
def as_a_page_sends(clip: MediaClip) -> Stream:
    """Return what a page sends that follows the gateway's answer: 320x240, 5 a second, 60 ms."""
    encoded = encode_clip(clip.video, clip.audio)
    return Stream(encoded.video, FPS, encoded.audio, PACKET_S)


@cache
def as_a_browser_sends(clip: MediaClip) -> Stream:
    """Return what a browser sends if nobody asks for less: 640x480, 30 a second, 20 ms."""
    samples = read_samples(clip.audio, AUDIO_RATE)
    return Stream(_large_pictures(), 30, _short_packets(samples, 0.02), 0.02)


def _large_pictures() -> list[bytes]:
    """Return a recording of 640x360 as VP8 in 640x480, to and fro, no picture twice in a row."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 640, 480, "yuv420p"
    encoder.time_base = fractions.Fraction(1, 30)
    encoder.bit_rate, encoder.gop_size = 1_000_000, 60
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    packets: list[bytes] = []
    with av.open(str(LocalSettings().cache_dir / "media" / "source" / Source.MAN)) as film:
        there = list(film.decode(video=0))
    for number, frame in enumerate(there + there[-2:0:-1]):
        middle = frame.to_ndarray(format="rgb24")[:, 80:560]
        picture = av.VideoFrame.from_ndarray(cv2.resize(middle, (640, 480)), format="rgb24")
        picture = picture.reformat(format="yuv420p")
        picture.pts, picture.time_base = number, encoder.time_base
        packets += [bytes(packet) for packet in encoder.encode(picture)]
    return packets + [bytes(packet) for packet in encoder.encode(None)]


def _short_packets(samples: NDArray[np.int16], packet_s: float) -> list[bytes]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = AUDIO_RATE, "mono", "s16"
    encoder.bit_rate = 32_000
    encoder.options = {"frame_duration": str(round(packet_s * 1000)), "application": "voip"}
    size = round(AUDIO_RATE * packet_s)
    packets: list[bytes] = []
    for start in range(0, len(samples) - size + 1, size):
        piece = av.AudioFrame.from_ndarray(
            samples[start : start + size].reshape(1, -1), format="s16", layout="mono"
        )
        piece.sample_rate, piece.pts = AUDIO_RATE, start
        piece.time_base = fractions.Fraction(1, AUDIO_RATE)
        packets += [bytes(packet) for packet in encoder.encode(piece)]
    return packets


class LoopingTrack(MediaStreamTrack):
    """Sends ``packets`` for ever, one every ``period`` seconds, without drift."""

    def __init__(self, kind: str, packets: Sequence[bytes], period: fractions.Fraction) -> None:
        super().__init__()
        self.kind = kind
        self._packets = packets
        self._period = period
        self._start: float | None = None
        self._sent = 0

    async def recv(self) -> av.Packet[Any]:
        if self._start is None:
            self._start = time.monotonic()
        due = self._start + self._sent * float(self._period)
        if (wait := due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        packet = av.Packet(self._packets[self._sent % len(self._packets)])
        packet.pts, packet.time_base = self._sent, self._period
        self._sent += 1
        return packet


class LoopingCandidate(SimulatedCandidate):
    """Sends one stream for as long as it is connected."""

    def sends(self, stream: Stream) -> None:
        """Send ``stream``; to be called before it connects."""
        samples = round(stream.packet_s * AUDIO_RATE)
        self._camera = LoopingTrack("video", stream.video, fractions.Fraction(1, stream.fps))
        self._microphone = LoopingTrack(
            "audio", stream.audio, fractions.Fraction(samples, AUDIO_RATE)
        )

    async def record(self) -> None:
        """Calibrate and begin the first answer."""
        await self.command("ready")
        await self.command("calibrate")
        await self.until(lambda: self.snapshot.get("state") == "asked", "the first question")
        await self.command("answer.start")
