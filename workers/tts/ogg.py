"""Clips: Opus in an Ogg file."""

from __future__ import annotations

import io

import av
import numpy as np

from workers.tts.sound import Speech

RATE = 48_000
"""Hz; the one rate that Opus decodes at."""

BITS_PER_SECOND = 32_000

_FRAME = 960
"""20 ms, Opus' own step."""


class BadClip(ValueError):  # noqa: N818 - says what the bytes are
    """The bytes are no clip of ours."""


def encoded(speech: Speech) -> bytes:
    """Return ``speech``, which is at 48 kHz, as an Ogg file; the same samples, the same bytes.

    Raises:
        ValueError: another rate.
    """
    if speech.rate != RATE:
        raise ValueError(f"clips have {RATE} Hz, not {speech.rate}")
    pcm = np.round(np.clip(speech.samples, -1.0, 1.0) * 32767).astype(np.int16).reshape(1, -1)
    out = io.BytesIO()
    # Without `bitexact` the stream's number in the file is drawn at random.
    with av.open(out, "w", format="ogg", container_options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=RATE, layout="mono")
        stream.bit_rate = BITS_PER_SECOND
        for start in range(0, pcm.shape[1], _FRAME):
            part = np.ascontiguousarray(pcm[:, start : start + _FRAME])
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


def length_ms(clip: bytes) -> int:
    """Return how long a clip plays, in milliseconds.

    Raises:
        BadClip: it is none.
    """
    try:
        with av.open(io.BytesIO(clip), format="ogg") as container:
            (stream,) = container.streams
            if stream.codec_context.name not in ("opus", "libopus"):
                raise BadClip("it is not Opus")
            if stream.duration is None or stream.time_base is None:
                raise BadClip("it has no length")
            return round(float(stream.duration * stream.time_base) * 1000)
    except (av.FFmpegError, ValueError) as error:
        raise BadClip(f"it cannot be read: {error}") from None


def decoded(clip: bytes) -> Speech:
    """Return what is in a clip.

    Raises:
        BadClip: it is none.
    """
    try:
        with av.open(io.BytesIO(clip), "r", format="ogg") as container:
            resampler = av.AudioResampler("flt", "mono", RATE)
            parts = [
                out.to_ndarray().reshape(-1)
                for frame in [*container.decode(audio=0), None]
                for out in resampler.resample(frame)
            ]
    except (av.FFmpegError, IndexError) as error:
        raise BadClip(f"it cannot be read: {error}") from None
    return Speech(np.concatenate(parts) if parts else np.zeros(0, np.float32), RATE)
