"""What frames as the browser encoded them would save, against frames as JPEG.

Today the gateway decodes the browser's VP8 and publishes JPEGs. It could publish VP8 as it comes
(access units) and leave decoding to the vision worker: no JPEG would be written or read. Frames
would then need the ones before them, back to the last whole picture: a worker that starts in the
middle of an answer, after a crash or when a partition moves, could not go on from its committed
offset, and one bad unit would spoil those behind it. The saving has to be worth that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from statistics import median
from typing import TypeVar

import av
import numpy as np
from aiortc.codecs import depayload, get_decoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from deploy.local.settings import LocalSettings
from gateway.rtc.frames import encode
from schemas.models import FACE_LANDMARKER
from schemas.settings import GatewaySettings
from tests.bench.conftest import Report, Row
from tests.bench.support.pinned import MEASURED, on_cores
from tests.bench.test_vision_throughput import pictures
from workers.vision.jpeg import decode
from workers.vision.landmarker import build

FRAMES = 300
ROUNDS = 5
WORTH = 0.9
_CLOCK = 90_000
_VP8 = RTCRtpCodecParameters("video/VP8", _CLOCK, payloadType=97)

In = TypeVar("In")
Out = TypeVar("Out")


def test_frames_as_access_units(report: Report) -> None:
    settings = GatewaySettings()
    sent = [av.VideoFrame.from_ndarray(decode(jpeg), format="rgb24") for jpeg in pictures(FRAMES)]
    units = list(encoded(sent, settings.frames_per_second))
    engine = build(FACE_LANDMARKER.at(LocalSettings().models))
    rounds: list[tuple[float, ...]] = []
    with on_cores(MEASURED):
        for _ in range(ROUNDS):
            decoder = get_decoder(_VP8)
            decoding, frames = milliseconds(lambda unit, d=decoder: d.decode(unit)[0], units)
            writing, jpegs = milliseconds(
                lambda frame: encode(frame, settings.frame_width, settings.jpeg_quality), frames
            )
            reading, _ = milliseconds(decode, jpegs)
            converting, images = milliseconds(
                lambda frame: np.ascontiguousarray(frame.to_ndarray(format="rgb24")), frames
            )
            finding, faces = milliseconds(engine.faces, images)
            assert sum(len(found) > 0 for found in faces) > FRAMES / 2
            rounds.append((decoding, writing, reading, converting, finding))
    engine.close()
    decoding, writing, reading, converting, finding = (
        median(each) for each in zip(*rounds, strict=True)
    )
    as_jpeg = decoding + writing + reading + finding
    as_units = decoding + converting + finding
    report(
        Row(
            "processor time of a frame, gateway and vision: as access units, against as JPEG",
            f"≤ {WORTH} to be worth a decoder a candidate in the vision worker",
            f"{as_units / as_jpeg:.3f} ({as_units:.2f} of {as_jpeg:.2f} ms)",
            as_units / as_jpeg <= WORTH,
            [
                f"milliseconds a frame of {sent[0].width}×{sent[0].height}: VP8 decoded "
                f"{decoding:.2f}, JPEG written {writing:.2f} and read {reading:.2f}, or pixels "
                f"converted {converting:.2f}, faces found {finding:.2f}",
                f"bytes a frame: JPEG {mean_size(jpegs):,.0f}, "
                f"VP8 {mean_size([unit.data for unit in units]):,.0f}",
            ],
        )
    )


def encoded(frames: Iterable[av.VideoFrame], per_second: float) -> Iterator[JitterFrame]:
    """Yield ``frames`` as VP8, the first one whole and the others as differences."""
    encoder = Vp8Encoder()
    for number, frame in enumerate(frames):
        frame.pts, frame.time_base = round(number * _CLOCK / per_second), Fraction(1, _CLOCK)
        payloads, timestamp = encoder.encode(frame, force_keyframe=number == 0)
        parts = (depayload(_VP8, payload) for payload in payloads)
        yield JitterFrame(b"".join(parts), timestamp)


def milliseconds(step: Callable[[In], Out], values: Iterable[In]) -> tuple[float, list[Out]]:
    """Return the processor time of ``step`` for each of ``values``, all threads', and results."""
    began = time.process_time()
    results = [step(value) for value in values]
    return (time.process_time() - began) / len(results) * 1e3, results


def mean_size(payloads: list[bytes]) -> float:
    """Return the mean length."""
    return sum(map(len, payloads)) / len(payloads)
