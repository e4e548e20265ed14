"""What is measured in a chunk of audio. Pure numpy, no state: same chunk, same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from schemas.media import SAMPLE_RATE
from workers.voice.pcm import Samples
from workers.voice.pitch import pitch_hz

SPEAKING = 0.02
"""A sample counts as speaking when its absolute value is above this (scale of 0 to 1)."""

_FULL_SCALE = 32768.0
_FRAME = SAMPLE_RATE // 50  # 20 ms


@dataclass(frozen=True, slots=True)
class ChunkFeatures:
    """Measurements of a chunk; amplitudes and ratios are on a scale of 0 to 1."""

    samples: int
    rms: float
    peak: float
    speaking_ratio: float
    pitch_hz: float | None
    pause_ms: int
    clipped_ratio: float


EMPTY = ChunkFeatures(0, 0.0, 0.0, 0.0, None, 0, 0.0)
"""Of a chunk without samples: the end marker of an answer may be one."""


def measure(samples: Samples) -> ChunkFeatures:
    """Return the features of ``samples``, shape (n,), int16, 16 kHz.

    A 20 ms frame without one speaking sample is pause; ``pause_ms`` is the length of all of them
    together. A sample at either end of the int16 range is clipped.
    """
    if not samples.size:
        return EMPTY
    signal = samples.astype(np.float64) / _FULL_SCALE
    loudness = np.abs(signal)
    speaking = loudness > SPEAKING
    clipped = (samples == np.iinfo(np.int16).max) | (samples == np.iinfo(np.int16).min)
    return ChunkFeatures(
        samples=int(samples.size),
        rms=float(np.sqrt(np.mean(signal**2))),
        peak=float(loudness.max()),
        speaking_ratio=float(np.mean(speaking)),
        pitch_hz=pitch_hz(signal),
        pause_ms=_pause_ms(speaking),
        clipped_ratio=float(np.mean(clipped)),
    )


def _pause_ms(speaking: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    starts = np.arange(0, speaking.size, _FRAME)
    heard = np.logical_or.reduceat(speaking, starts)
    lengths = np.diff(np.append(starts, speaking.size))
    return round(int(lengths[~heard].sum()) * 1000 / SAMPLE_RATE)
