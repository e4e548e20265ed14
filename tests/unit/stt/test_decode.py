from __future__ import annotations

from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest

from schemas.media import SAMPLE_RATE
from tests.support.speech import Samples
from workers.stt.decode import UndecodableError, decode

_RATE = 48_000


def encoded(container: str, codec: str, channels: str = "stereo") -> bytes:
    """Return two seconds of a 440 Hz tone at half of full scale in a container."""
    time = np.arange(2 * _RATE) / _RATE
    tone = (np.sin(2 * np.pi * 440 * time) * 16384).astype(np.int16)
    count = 2 if channels == "stereo" else 1
    frame = av.AudioFrame.from_ndarray(
        np.repeat(tone, count).reshape(1, -1), format="s16", layout=channels
    )
    frame.sample_rate = _RATE
    buffer = BytesIO()
    with av.open(buffer, "w", format=container) as out:
        stream = out.add_stream(codec, rate=_RATE, layout=channels)
        resampler = av.AudioResampler(
            format=stream.format, layout=channels, rate=_RATE, frame_size=stream.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def loudest_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(np.float64)))
    return float(np.argmax(spectrum) * SAMPLE_RATE / samples.size)


@pytest.mark.requirement("stt-uploads")
@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("webm", "libopus"),
        ("wav", "pcm_s16le"),
        ("mp3", "libmp3lame"),
        ("ogg", "libopus"),
        ("mp4", "aac"),
    ],
)
def test_uploads_become_16_khz_mono(container: str, codec: str, tmp_path: Path) -> None:
    data = encoded(container, codec)
    samples = decode(data)
    assert samples.dtype == np.int16
    assert samples.size == pytest.approx(2 * SAMPLE_RATE, rel=0.05)
    assert loudest_hz(samples) == pytest.approx(440, abs=2)
    middle = samples[SAMPLE_RATE // 2 : -SAMPLE_RATE // 2].astype(np.float64)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(16384 / np.sqrt(2), rel=0.1)
    file = tmp_path / f"answer.{container}"
    file.write_bytes(data)
    assert np.array_equal(decode(file), samples)


def test_mono_wav_is_not_changed() -> None:
    assert decode(encoded("wav", "pcm_s16le", "mono")).max() == pytest.approx(16384, rel=0.05)


def without_sound() -> bytes:
    buffer = BytesIO()
    with av.open(buffer, "w", format="avi") as out:
        stream = out.add_stream("mjpeg", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        out.mux(stream.encode(picture))
        out.mux(stream.encode(None))
    return buffer.getvalue()


@pytest.mark.requirement("stt-uploads")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"not audio at all" * 100, "not an audio file"),
        (encoded("webm", "libopus")[:40], "not an audio file|without sound"),
        (without_sound(), "no sound track"),
    ],
)
def test_junk_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UndecodableError, match=reason):
        decode(data)
