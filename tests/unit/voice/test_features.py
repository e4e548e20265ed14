from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.formula import Formula
from workers.voice.features import EMPTY, SPEAKING, measure
from workers.voice.pcm import PcmError, samples_of


def voice_points(rms: float, ratio: float) -> float:
    """The formula of the requirements, written out here a second time."""
    volume = min(100.0, max(40.0, 40 + 60 * (rms - 0.02) / (0.15 - 0.02)))
    pace = min(100.0, max(40.0, 40 + 60 * ratio / 0.20))
    return 0.45 * volume + 0.55 * pace


def ordinary_speech() -> np.ndarray:
    """Half a second with an RMS of 0.023: a quarter of the samples loud, as WebRTC speech is."""
    level = round(0.044 * 32768)
    quiet = round(np.sqrt((0.023**2 - 0.25 * 0.044**2) / 0.75) * 32768)
    pattern = np.array([level, -quiet, quiet, -quiet], np.int16)
    return np.tile(pattern, 2000)


@pytest.mark.requirement("voice-features")
def test_golden_values_of_ordinary_speech() -> None:
    found = measure(ordinary_speech())
    assert found.samples == 8000
    assert found.rms == pytest.approx(0.023, abs=2e-4)
    assert found.speaking_ratio == pytest.approx(0.25)
    assert found.peak == pytest.approx(0.044, abs=1e-4)
    assert found.pause_ms == 0
    assert found.clipped_ratio == 0


@pytest.mark.requirement("voice-formula")
def test_ordinary_speech_scores_about_73() -> None:
    found = measure(ordinary_speech())
    assert voice_points(found.rms, found.speaking_ratio) == pytest.approx(73.6, abs=0.1)
    assert voice_points(0.023, 0.20) == pytest.approx(73.6, abs=0.05)
    formula = Formula()
    assert (formula.volume_floor, formula.volume_full) == (0.02, 0.15)
    assert (formula.pace_full, formula.volume_weight) == (0.20, 0.45)


def test_silence_is_all_pause_and_has_no_pitch() -> None:
    found = measure(np.zeros(8000, np.int16))
    assert (found.rms, found.peak, found.speaking_ratio) == (0, 0, 0)
    assert found.pause_ms == 500
    assert found.pitch_hz is None


def test_an_empty_chunk_still_has_features() -> None:
    assert measure(np.zeros(0, np.int16)) == EMPTY
    assert EMPTY.samples == 0


def test_a_pause_is_counted_in_frames_of_20_ms() -> None:
    loud = np.full(1600, 3000, np.int16)
    found = measure(np.concatenate([loud, np.zeros(3200, np.int16), loud]))
    assert found.pause_ms == 200
    assert found.speaking_ratio == pytest.approx(0.5)


def test_speaking_begins_above_the_threshold_not_at_it() -> None:
    at = int(SPEAKING * 32768)
    assert measure(np.full(320, at, np.int16)).speaking_ratio == 0
    assert measure(np.full(320, at + 1, np.int16)).speaking_ratio == 1


def test_both_ends_of_the_range_are_clipped() -> None:
    samples = np.array([32767, -32768, 100, -100], np.int16)
    found = measure(samples)
    assert found.clipped_ratio == 0.5
    assert found.peak == 1.0


@given(st.lists(st.integers(-32768, 32767), max_size=3000))
def test_all_features_are_in_range(values: list[int]) -> None:
    found = measure(np.array(values, np.int16))
    assert 0 <= found.rms <= found.peak <= 1
    assert 0 <= found.speaking_ratio <= 1
    assert 0 <= found.clipped_ratio <= 1
    assert 0 <= found.pause_ms <= round(len(values) / 16)
    assert found.pitch_hz is None or 65 <= found.pitch_hz <= 400


def test_bytes_become_samples() -> None:
    assert samples_of(b"\x01\x00\xff\xff").tolist() == [1, -1]
    assert samples_of(b"").size == 0


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no value"),
        (b"\x00" * 7, "7 bytes"),
        (b"\x00" * 16_002, "8001 samples"),
    ],
)
def test_what_is_not_a_chunk_is_named(value: bytes | None, reason: str) -> None:
    with pytest.raises(PcmError, match=reason):
        samples_of(value)
