from __future__ import annotations

import itertools
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.media.build import MediaError, build
from deploy.demo.media.model import AUDIO_RATE, HEIGHT, WIDTH
from deploy.demo.media.picture import cropped, to_and_fro
from deploy.demo.media.recipes import MAN, RECIPES, Crop, Shot, Source, Voice
from deploy.demo.media.sound import broken_up, low_pass, read_wav, rms, sound, write_wav


def tone(hertz: float, seconds: float = 1.0) -> np.ndarray:
    return 0.1 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * AUDIO_RATE)) / AUDIO_RATE)


def test_three_candidates_with_a_calibration_and_three_different_answers() -> None:
    assert list(RECIPES) == ["attentive", "inattentive", "absent"]
    for recipe in RECIPES.values():
        assert recipe.calibration.seconds >= 4
        assert recipe.calibration.voice is not None
        assert len(recipe.answers) == 3
        assert all(8 <= round(answer.seconds, 3) <= 12.5 for answer in recipe.answers)
    for name in ("attentive", "inattentive"):
        voices = [answer.voice for answer in RECIPES[name].answers]
        assert len({voice.start for voice in voices if voice}) == 3
        for answer in RECIPES[name].answers:
            assert answer.voice is not None
            assert answer.voice.end - answer.voice.start <= answer.seconds + 0.01
    assert all(answer.voice is None for answer in RECIPES["absent"].answers)


@given(elapsed=st.floats(0, 60), speed=st.floats(0.2, 2))
def test_a_shot_is_played_to_and_fro_within_its_bounds(elapsed: float, speed: float) -> None:
    shot = Shot(Source.MAN, 0.5, 2.0, 10.0, MAN, speed)
    assert 0.5 <= to_and_fro(shot, elapsed) <= 2.0


def test_to_and_fro_turns_round_without_a_jump() -> None:
    shot = Shot(Source.MAN, 0.0, 1.0, 10.0, MAN)
    times = [to_and_fro(shot, number / 10) for number in range(40)]
    assert times[5] == pytest.approx(0.5)
    assert times[15] == pytest.approx(0.5)
    assert max(abs(a - b) for a, b in itertools.pairwise(times)) < 0.11


def test_a_crop_has_the_clips_size_and_can_be_mirrored() -> None:
    picture = np.zeros((360, 640, 3), np.uint8)
    picture[:, :320] = 200
    plain = cropped(picture, Crop(left=0.125))
    mirrored = cropped(picture, Crop(left=0.125, mirrored=True))
    assert plain.shape == (HEIGHT, WIDTH, 3)
    assert plain[100, 20, 0] == 200
    assert mirrored[100, 20, 0] == 0


def test_low_pass_keeps_what_is_below_and_takes_what_is_above() -> None:
    assert rms(low_pass(tone(300), 1800)) == pytest.approx(rms(tone(300)), rel=0.01)
    assert rms(low_pass(tone(7200), 1800)) < 0.01 * rms(tone(7200))


def test_a_broken_voice_has_gaps() -> None:
    envelope = broken_up(AUDIO_RATE * 5, run=1.6, gap=0.9)
    assert envelope.max() == 1
    assert 0.55 < float((envelope > 0).mean()) < 0.7


def test_the_voice_has_the_level_asked_for_and_the_length_of_the_clip() -> None:
    reading = np.concatenate([tone(200), tone(400)])
    made = sound(Voice(0.0, 2.0, rms=0.05), 2.5, reading, seed=1)
    assert len(made) == round(2.5 * AUDIO_RATE)
    assert rms(made[: 2 * AUDIO_RATE]) == pytest.approx(0.05, rel=0.02)
    assert rms(made[2 * AUDIO_RATE :]) < 0.001
    assert np.array_equal(made, sound(Voice(0.0, 2.0, rms=0.05), 2.5, reading, seed=1))


def test_a_quiet_room_is_almost_silent() -> None:
    assert 0 < rms(sound(None, 1.0, tone(200), seed=3)) < 0.001


def test_wav_files_survive_a_round_trip_and_others_are_refused(tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", tone(500))
    assert np.allclose(read_wav(tmp_path / "a.wav"), tone(500), atol=1e-4)
    with wave.open(str(tmp_path / "b.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes(b"")
    with pytest.raises(ValueError, match="not 16-bit mono"):
        read_wav(tmp_path / "b.wav")


def test_missing_recordings_are_named_with_the_way_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"is missing: run `python -m deploy\.models install`"):
        build(tmp_path, lambda _: None)
