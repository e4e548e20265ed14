"""Sound that says when it was made: every half second has a pitch of its own."""

from __future__ import annotations

import asyncio
from fractions import Fraction

import numpy as np
from aiortc import MediaStreamTrack
from av import AudioFrame

STEP_S = 0.5
STEPS = 40
"""Then it begins anew: after 20 s."""

_LOWEST = 400.0
_APART = 60.0
_RATE = 48_000
_PACKET = 960


def pitch(step: int) -> float:
    """Return the Hz of one step."""
    return _LOWEST + _APART * (step % STEPS)


class Pitches(MediaStreamTrack):
    """A microphone that plays the steps in real time, in packets of 20 ms."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._sent = 0
        self._start: float | None = None

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._start = self._start or loop.time()
        await asyncio.sleep(self._start + self._sent / _RATE - loop.time())
        step = int(self._sent / _RATE / STEP_S)
        at = np.arange(self._sent, self._sent + _PACKET) / _RATE
        wave = (np.sin(2 * np.pi * pitch(step) * at) * 8_000).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = _RATE, self._sent, Fraction(1, _RATE)
        self._sent += _PACKET
        return frame


def steps_of(
    samples: np.ndarray[tuple[int], np.dtype[np.int16]], rate: int, window_s: float = 0.1
) -> list[int | None]:
    """Return the step that is heard in each window; None where it is not clear or silent."""
    size = int(rate * window_s)
    found: list[int | None] = []
    for start in range(0, len(samples) - size + 1, size):
        window = samples[start : start + size].astype(np.float64)
        if np.abs(window).max() < 500:
            found.append(None)
            continue
        spectrum = np.abs(np.fft.rfft(window * np.hanning(size), n=8 * size))
        step = round((np.argmax(spectrum) * rate / (8 * size) - _LOWEST) / _APART)
        found.append(step if 0 <= step < STEPS else None)
    return found
