"""Pitch of a voice by normalised autocorrelation.

Method: P. Boersma, "Accurate short-term analysis of the fundamental frequency and the
harmonics-to-noise ratio of a sampled sound", IFA Proceedings 17 (1993), pp. 97-110: the
autocorrelation of the windowed frame is divided by that of the window, the highest peak in the
allowed lags is refined with a parabola through its neighbours, and its height is how periodic
the frame is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schemas.media import SAMPLE_RATE

Signal = npt.NDArray[np.float64]

LOWEST_HZ = 65.0
HIGHEST_HZ = 400.0
VOICED = 0.55
"""Height of the normalised peak (0 to 1) from which a frame counts as voiced."""
QUIETEST_RMS = 0.005
"""A frame below this RMS (scale of 0 to 1) has no pitch: hum and codec noise would."""

_FRAME = 1024  # 64 ms: four periods of the lowest voice
_HOP = 512
_FFT = 2 * _FRAME  # zero padding keeps the correlation from wrapping round
_SHORTEST = int(SAMPLE_RATE / HIGHEST_HZ)
_LONGEST = int(np.ceil(SAMPLE_RATE / LOWEST_HZ))
_OCTAVE_COST = 0.01  # prefers the shorter of two equally high lags, as Boersma does


def _autocorrelation(frames: Signal) -> Signal:
    spectrum = np.fft.rfft(frames, _FFT, axis=-1)
    return np.fft.irfft(np.abs(spectrum) ** 2, _FFT, axis=-1)[..., :_FRAME]


_WINDOW: Signal = np.hanning(_FRAME)
_WINDOW_CORRELATION: Signal = _autocorrelation(_WINDOW)[: _LONGEST + 2]
_LAG_COST: Signal = _OCTAVE_COST * np.log2(
    np.maximum(np.arange(_LONGEST + 2), 1) / float(_SHORTEST)
)


def pitch_hz(signal: Signal) -> float | None:
    """Return the median pitch in Hz of the voiced frames of ``signal``, None if none is voiced.

    Args:
        signal: shape (n,), 16 kHz, on a scale of -1 to 1. Shorter than 64 ms gives None.
    """
    if signal.size < _FRAME:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(signal, _FRAME)[::_HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    frames = frames[np.sqrt(np.mean(frames**2, axis=1)) >= QUIETEST_RMS]
    if not len(frames):
        return None
    correlation = _autocorrelation(frames * _WINDOW)[:, : _LONGEST + 2]
    normalised = correlation / correlation[:, :1] / (_WINDOW_CORRELATION / _WINDOW_CORRELATION[0])
    found = [hz for row in normalised if (hz := _frame_pitch(row)) is not None]
    return float(np.median(found)) if found else None


def _frame_pitch(row: Signal) -> float | None:
    """Return the pitch of one frame from its normalised autocorrelation (index = lag)."""
    inner = row[_SHORTEST : _LONGEST + 1]
    is_peak = (inner >= row[_SHORTEST - 1 : _LONGEST]) & (inner > row[_SHORTEST + 1 : _LONGEST + 2])
    lags = np.flatnonzero(is_peak & (inner >= VOICED)) + _SHORTEST
    if not lags.size:
        return None
    lag = int(lags[np.argmax(row[lags] - _LAG_COST[lags])])
    before, here, after = row[lag - 1], row[lag], row[lag + 1]
    curve = before - 2 * here + after
    shift = 0.0 if curve == 0 else 0.5 * (before - after) / curve
    hz = SAMPLE_RATE / (lag + float(shift))
    return hz if LOWEST_HZ <= hz <= HIGHEST_HZ else None
