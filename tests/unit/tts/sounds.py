"""Sounds that stand for speech."""

from __future__ import annotations

import numpy as np

from workers.tts.sound import Speech

RATE = 24_000


def tone(seconds: float = 1.0, level: float = 0.1, hertz: float = 440.0) -> Speech:
    """A tone that swells and fades six times a second, as syllables do."""
    at = np.arange(round(seconds * RATE)) / RATE
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 6 * at)
    return Speech((level * swell * np.sin(2 * np.pi * hertz * at)).astype(np.float32), RATE)


def between(before_s: float, speech: Speech, after_s: float) -> Speech:
    """The same with silence around it, as quiet as a vocoder's."""
    noise = np.random.default_rng(0).normal(0, 1e-5, round((before_s + after_s) * RATE))
    first = round(before_s * RATE)
    parts = (noise[:first], speech.samples, noise[first:])
    return Speech(np.concatenate(parts).astype(np.float32), RATE)
