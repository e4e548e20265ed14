"""The sound of a clip: a piece of a reading, loud and whole or soft, dull and broken up."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deploy.demo.media.model import AUDIO_RATE
from deploy.demo.media.recipes import ROOM_NOISE, Voice

Samples = NDArray[np.float64]
"""Mono, 48 kHz, full scale is 1."""

_PEAK = 0.95
_FADE = 0.06


def read_wav(path: Path) -> Samples:
    """Return a 16-bit mono recording at 48 kHz.

    Raises:
        ValueError: it has another format.
    """
    with wave.open(str(path)) as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, AUDIO_RATE):
            raise ValueError(f"{path} is not 16-bit mono at {AUDIO_RATE} Hz")
        raw = file.readframes(file.getnframes())
    return np.frombuffer(raw, "<i2").astype(np.float64) / 32768


def write_wav(path: Path, samples: Samples) -> None:
    """Write samples as 16-bit mono at 48 kHz."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(AUDIO_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def sound(voice: Voice | None, seconds: float, reading: Samples, seed: int) -> Samples:
    """Return ``seconds`` of the voice in a quiet room; the same seed makes the same noise."""
    length = round(seconds * AUDIO_RATE)
    noise = np.random.default_rng(seed).normal(0.0, ROOM_NOISE, length)
    if voice is None:
        return noise
    piece = reading[round(voice.start * AUDIO_RATE) : round(voice.end * AUDIO_RATE)][:length]
    if voice.low_pass is not None:
        piece = low_pass(piece, voice.low_pass)
    if voice.gap > 0:
        piece = piece * broken_up(len(piece), voice.run, voice.gap)
    piece = piece * (voice.rms / rms(piece))
    return noise + np.pad(_limited(piece), (0, length - len(piece)))


def rms(samples: Samples) -> float:
    """Return the root mean square."""
    return float(np.sqrt(np.mean(samples**2)))


def low_pass(samples: Samples, hertz: float) -> Samples:
    """Return samples without what lies above ``hertz``: a Butterworth response of order 4."""
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(len(samples), 1 / AUDIO_RATE)
    return np.fft.irfft(spectrum / np.sqrt(1 + (frequencies / hertz) ** 8), len(samples))


def broken_up(length: int, run: float, gap: float) -> Samples:
    """Return an envelope of 1 for ``run`` seconds and 0 for ``gap`` seconds, with soft edges."""
    place = np.arange(length) / AUDIO_RATE % (run + gap)
    return np.clip(np.minimum(place, run - place) / _FADE, 0.0, 1.0)


def _limited(samples: Samples) -> Samples:
    """Return samples whose peaks fit, bent softly rather than cut."""
    peak = float(np.max(np.abs(samples)))
    return samples if peak <= _PEAK else _PEAK * np.tanh(samples / _PEAK)
