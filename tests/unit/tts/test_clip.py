"""From samples to a clip: silence, loudness, Opus in Ogg, names."""

from __future__ import annotations

import hashlib
from contextlib import suppress

import numpy as np
import pytest

from schemas.language import Language
from tests.unit.tts.sounds import RATE, between, tone
from workers.tts.clip import clip_name, clip_of
from workers.tts.loudness import CEILING_DBTP, TARGET_LUFS, levelled, measured
from workers.tts.ogg import BadClip, decoded, encoded, length_ms
from workers.tts.silence import trimmed
from workers.tts.sound import Speech


def test_silence_around_speech_is_cut_to_a_little() -> None:
    cut = trimmed(between(0.8, tone(1.0), 1.5))
    assert 1.1 < cut.seconds < 1.25
    assert np.abs(cut.samples[: RATE // 100]).max() < 1e-3, "not into the first sound"
    assert np.abs(cut.samples[RATE // 10 :]).max() > 0.09


def test_pauses_inside_speech_stay() -> None:
    speech = Speech(
        np.concatenate([tone(0.5).samples, np.zeros(RATE, np.float32), tone(0.5).samples]), RATE
    )
    assert trimmed(speech).seconds == pytest.approx(2.0, abs=0.02)


@pytest.mark.parametrize("samples", [np.zeros(RATE), np.zeros(0), np.full(RATE, np.nan)])
def test_what_has_no_sound_is_refused(samples: np.ndarray) -> None:
    with pytest.raises(ValueError, match="no sound"):
        clip_of(Speech(samples.astype(np.float32), RATE))


def test_loudness_is_that_of_bs_1770() -> None:
    at = np.arange(5 * 48_000) / 48_000
    sine = Speech((0.1 * np.sin(2 * np.pi * 997 * at)).astype(np.float32), 48_000)
    found = measured(sine)  # 997 Hz at full scale in one channel: -3.01 LKFS (BS.1770-5, annex 1)
    assert found.lufs == pytest.approx(-23.01, abs=0.1)
    assert found.peak_dbtp == pytest.approx(-20.0, abs=0.1)


@pytest.mark.parametrize("level", [0.003, 0.05, 0.9])
@pytest.mark.parametrize("seconds", [0.3, 2.0, 9.0])
def test_every_clip_is_as_loud_as_the_others(level: float, seconds: float) -> None:
    clip = decoded(clip_of(tone(seconds, level)))
    found = measured(clip)
    assert found.lufs == pytest.approx(TARGET_LUFS, abs=1.0)
    assert found.peak_dbtp < -0.5
    assert clip.rate == 48_000


def test_peaks_are_held_where_loudness_would_clip_them() -> None:
    speech = tone(3.0, 0.05)
    speech.samples[RATE : RATE + 400] *= 18  # a click that is 25 dB above the rest
    assert TARGET_LUFS - measured(speech).lufs + measured(speech).peak_dbtp > 3, "it would clip"
    found = measured(levelled(speech))
    assert found.peak_dbtp <= CEILING_DBTP + 0.3
    assert found.lufs == pytest.approx(TARGET_LUFS, abs=1.0)


def test_a_clip_is_opus_in_ogg_and_small() -> None:
    clip = encoded(levelled(tone(10.0)))
    assert clip[:4] == b"OggS"
    assert b"OpusHead" in clip[:80]
    assert len(clip) * 8 / 10 < 60_000, "bits a second; as samples it would be 768_000"
    assert length_ms(clip) == pytest.approx(10_000, abs=25)


def test_the_same_samples_make_the_same_bytes() -> None:
    assert clip_of(tone(1.5)) == clip_of(tone(1.5))


@pytest.mark.parametrize("data", [b"", b"OggS", b"\0" * 4000, b"RIFF....WAVEfmt "])
def test_bytes_that_are_no_clip_are_told(data: bytes) -> None:
    with pytest.raises(BadClip):
        length_ms(data)
    with pytest.raises(BadClip):
        decoded(data)


def test_a_cut_off_clip_is_still_a_clip_or_told() -> None:
    clip = clip_of(tone(2.0))
    for end in range(0, len(clip), 997):
        with suppress(BadClip):
            assert 0 <= length_ms(clip[:end]) <= 2300


def test_other_rates_are_not_encoded() -> None:
    with pytest.raises(ValueError, match="48000"):
        encoded(tone())


def test_a_name_follows_from_all_that_is_heard() -> None:
    one = clip_name("piper", "joe", "abc", Language.ENGLISH, "Who are you?")
    assert one == clip_name("piper", "joe", "abc", Language.ENGLISH, " Who  are\nyou? ")
    others = {
        clip_name("coqui", "joe", "abc", Language.ENGLISH, "Who are you?"),
        clip_name("piper", "amy", "abc", Language.ENGLISH, "Who are you?"),
        clip_name("piper", "joe", "abd", Language.ENGLISH, "Who are you?"),
        clip_name("piper", "joe", "abc", Language.KOREAN, "Who are you?"),
        clip_name("piper", "joe", "abc", Language.ENGLISH, "Who are you"),
        clip_name("piper", "joea", "bc", Language.ENGLISH, "Who are you?"),
    }
    assert len(others | {one}) == 7
    assert one.startswith("clips/")
    assert len(one) == len("clips/") + hashlib.sha256().digest_size * 2 + len(".ogg")
