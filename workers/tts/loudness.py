"""How loud a clip is (ITU-R BS.1770), and making every clip as loud as the others."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from workers.tts.filters import joined, through
from workers.tts.sound import Samples, Speech

TARGET_LUFS = -16.0
"""Integrated; what players of speech aim at."""

CEILING_DBTP = -1.5
"""True peak; Opus may add a little above what it is given."""

_RATE = 48_000
_OVERSAMPLED = 4 * _RATE
"""BS.1770 takes true peaks at four times 48 kHz; the limiter works there too."""

_SHORTEST_S = 1.0
"""A loudness needs blocks of 400 ms: what is shorter is measured as if it were said repeatedly."""

_SILENT_LUFS = -69.0
_PASSES = 3
_NEAR_LU = 0.2


@dataclass(frozen=True, slots=True)
class Loudness:
    """``lufs``: integrated loudness. ``peak_dbtp``: true peak."""

    lufs: float
    peak_dbtp: float


def measured(speech: Speech) -> Loudness:
    """Return how loud ``speech`` is, with FFmpeg's ``ebur128``.

    Raises:
        ValueError: it is too quiet to have a loudness.
    """
    samples = speech.samples
    if samples.size and speech.seconds < _SHORTEST_S:
        samples = np.tile(samples, math.ceil(_SHORTEST_S / speech.seconds))
    told: dict[str, str] = {}
    for frame in through(samples, speech.rate, [("ebur128", "metadata=1:peak=true")]):
        told = frame.metadata or told
    lufs = float(told.get("lavfi.r128.I", "-inf"))
    if not lufs > _SILENT_LUFS:
        raise ValueError("it is too quiet to have a loudness")
    peak = float(told["lavfi.r128.true_peak"])
    return Loudness(lufs, 20 * math.log10(max(peak, 1e-9)))


def levelled(speech: Speech) -> Speech:
    """Return ``speech`` at 48 kHz and ``TARGET_LUFS``; peaks above the ceiling are rounded off.

    A limiter takes some loudness away, so the gain is corrected a few times.

    Raises:
        ValueError: it is too quiet to have a loudness.
    """
    gain = TARGET_LUFS - measured(speech).lufs
    result = _amplified(speech, gain)
    for _ in range(_PASSES - 1):
        missing = TARGET_LUFS - measured(result).lufs
        if abs(missing) <= _NEAR_LU:
            break
        gain += missing
        result = _amplified(speech, gain)
    return result


def _amplified(speech: Speech, gain_db: float) -> Speech:
    ceiling = 10 ** (CEILING_DBTP / 20)
    samples: Samples = joined(
        through(
            speech.samples,
            speech.rate,
            [
                ("aresample", str(_OVERSAMPLED)),
                ("volume", f"{gain_db:.3f}dB:precision=float"),
                ("alimiter", f"limit={ceiling:.5f}:level=disabled:attack=3:release=60"),
                ("aresample", str(_RATE)),
            ],
        )
    )
    return Speech(samples, _RATE)
