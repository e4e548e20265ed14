from __future__ import annotations

import math

import pytest

from schemas.formula import Formula
from streams.scoring.evidence import Chunk
from streams.scoring.voice import Loudness, loudness, voice
from tests.support import evidence as make

FORMULA = Formula()


@pytest.mark.requirement("voice-formula")
def test_ordinary_webrtc_speech_scores_about_73() -> None:
    """The predecessor gave 6.7 (RMS times 500 and a threshold of 0.05)."""
    heard = loudness([Chunk(8000, 0.023, 0.2, 0.20)] * 10)
    assert voice(heard, FORMULA) == pytest.approx(73.6, abs=0.05)


@pytest.mark.requirement("voice-formula")
@pytest.mark.parametrize(
    ("rms", "ratio", "value"),
    [
        (0.02, 0.10, 0.45 * 40 + 0.55 * 70),
        (0.001, 0.20, 0.45 * 40 + 0.55 * 100),
        (0.15, 0.20, 100),
        (0.9, 1.0, 100),
        (0.085, 0.05, 0.45 * 70 + 0.55 * 55),
    ],
)
def test_volume_and_pace_are_clamped_between_40_and_100(
    rms: float, ratio: float, value: float
) -> None:
    assert voice(Loudness(rms, ratio, 1.0), FORMULA) == pytest.approx(value)


def test_chunks_weigh_by_their_samples() -> None:
    heard = loudness([Chunk(8000, 0.1, 0.5, 0.4), Chunk(2000, 0.0, 0.0, 0.0), Chunk(0, 0, 0, 0)])
    assert heard is not None
    assert heard.rms == pytest.approx(math.sqrt(0.01 * 0.8))
    assert heard.speaking_ratio == pytest.approx(0.32)
    assert heard.peak == 0.5


@pytest.mark.requirement("score-insufficient")
def test_silence_and_no_sound_have_no_score() -> None:
    assert voice(loudness([]), FORMULA) is None
    assert voice(loudness([Chunk(0, 0, 0, 0)]), FORMULA) is None
    assert voice(Loudness(0.05, 0.0099, 0.1), FORMULA) is None
    assert voice(Loudness(0.05, 0.01, 0.1), FORMULA) is not None


@pytest.mark.requirement("score-insufficient")
def test_noise_without_words_loses_its_score_once_the_transcript_is_known() -> None:
    loud = Loudness(0.1, 0.9, 0.5)
    assert voice(loud, FORMULA) is not None
    assert voice(loud, FORMULA, speech_ms=299) is None
    assert voice(loud, FORMULA, speech_ms=300) is not None


def test_a_failed_chunk_is_no_chunk() -> None:
    assert Chunk.of(make.broken_chunk(make.place(), 0)) is None
