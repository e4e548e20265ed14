from __future__ import annotations

import numpy as np
import pytest

from workers.voice.pitch import pitch_hz

_TIME = np.arange(8000) / 16000


def voice(hz: float, harmonics: int = 8) -> np.ndarray:
    parts = [np.sin(2 * np.pi * hz * k * _TIME + k) / k for k in range(1, harmonics + 1)]
    return 0.1 * np.sum(parts, axis=0)


@pytest.mark.requirement("voice-features")
@pytest.mark.parametrize("hz", [70.0, 95.5, 131.3, 220.0, 311.1, 390.0])
def test_pitch_of_a_harmonic_tone(hz: float) -> None:
    assert pitch_hz(voice(hz)) == pytest.approx(hz, rel=0.005)


def test_a_missing_fundamental_is_still_heard() -> None:
    tone = sum(np.sin(2 * np.pi * 150 * k * _TIME) for k in (2, 3, 4, 5)) * 0.05
    assert pitch_hz(tone) == pytest.approx(150, rel=0.01)


def test_a_voice_in_noise() -> None:
    noise = np.random.default_rng(1).normal(0, 0.02, 8000)
    assert pitch_hz(voice(180.0) + noise) == pytest.approx(180, rel=0.01)


@pytest.mark.parametrize("level", [0.0, 0.01, 0.2])
def test_noise_has_no_pitch(level: float) -> None:
    assert pitch_hz(np.random.default_rng(2).normal(0, 1, 8000) * level) is None


def test_a_constant_has_no_pitch() -> None:
    assert pitch_hz(np.full(8000, 0.3)) is None


def test_too_short_or_too_quiet() -> None:
    assert pitch_hz(voice(200.0)[:1000]) is None
    assert pitch_hz(voice(200.0) * 0.01) is None
