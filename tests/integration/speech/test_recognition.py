"""Real models on real speech, and on what is not speech."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from schemas.language import Language
from schemas.media import SAMPLE_RATE
from schemas.settings import SttSettings
from tests.support.speech import Samples, sentence, sentence_text, silence
from workers.stt.device import choose_device, model_folder
from workers.stt.faster_whisper import FasterWhisper
from workers.stt.packing import Limits, Packer
from workers.stt.service import NOTHING
from workers.stt.transcript import packs_of, transcript_of
from workers.stt.vad import SileroDetector, SileroModel

pytestmark = pytest.mark.integration

NUMBERS = ("0870", "0880", "0890", "0920", "0930")


def words_of(text: str) -> list[str]:
    spoken = text.lower().replace("mr.", "mister").replace("-", " ")
    return re.sub(r"[^a-z' ]", " ", spoken).split()


def errors(expected: list[str], heard: list[str]) -> int:
    """Return the word edit distance."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(expected, 1):
        above, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (word != other))
    return row[-1]


def lines(
    engine: FasterWhisper, silero: SileroModel, samples: Samples
) -> list[tuple[int, int, str]]:
    packer = Packer(SileroDetector(silero))
    return list(transcript_of(samples, Language.ENGLISH, engine, packer))


def long_answer() -> tuple[Samples, list[str]]:
    """Return about 35 s: the five sentences with pauses between them, and what is said."""
    parts: list[Samples] = []
    for number, pause in zip(NUMBERS, (0.7, 2.5, 0.4, 1.2, 1.0), strict=True):
        parts += [sentence(number), silence(round(pause * SAMPLE_RATE))]
    said = [word for number in NUMBERS for word in words_of(sentence_text(number))]
    return np.concatenate(parts), said


def not_speech(kind: str) -> Samples:
    """Return 12 s that nobody speaks in."""
    rng = np.random.default_rng(7)
    size = 12 * SAMPLE_RATE
    time = np.arange(size) / SAMPLE_RATE
    noise = rng.normal(0, 1, size)
    made = {
        "silence": np.zeros(size),
        "faint noise": noise * 30,
        "white noise": noise * 3000,
        "brown noise": np.clip(np.cumsum(noise) * 40 % 16000 - 8000, -8000, 8000),
        "mains hum": 4000 * np.sin(2 * np.pi * 50 * time) + 1500 * np.sin(2 * np.pi * 150 * time),
        "keyboard": noise * 6000 * (rng.random(size) < 0.002),
    }
    return np.clip(made[kind], -32768, 32767).astype(np.int16)


@pytest.mark.requirement("stt-silence")
@pytest.mark.parametrize(
    "kind", ["silence", "faint noise", "white noise", "brown noise", "mains hum", "keyboard"]
)
def test_what_is_not_speech_gives_an_empty_transcript(
    tiny: FasterWhisper, silero: SileroModel, kind: str
) -> None:
    assert lines(tiny, silero, not_speech(kind)) == []


def test_an_answer_is_heard_with_its_times(tiny: FasterWhisper, silero: SileroModel) -> None:
    samples, said = long_answer()
    found = lines(tiny, silero, samples)
    heard = [word for _, _, text in found for word in words_of(text)]
    assert errors(said, heard) <= 0.2 * len(said), heard
    assert all(start < end for start, end, _ in found)
    assert all(a[1] <= b[0] + 300 for a, b in pairwise(found))
    assert found[-1][1] <= samples.size / 16


def test_speech_is_packed_into_few_calls(silero: SileroModel) -> None:
    samples, _ = long_answer()
    packs = list(packs_of(samples, Packer(SileroDetector(silero))))
    seconds = samples.size / SAMPLE_RATE
    assert len(packs) <= seconds / 6 + 1
    assert all(pack.audio.size <= Limits().longest for pack in packs)


def test_the_same_samples_give_the_same_words(tiny: FasterWhisper) -> None:
    samples = sentence("0880")
    assert tiny.transcribe(samples, Language.ENGLISH) == tiny.transcribe(samples, Language.ENGLISH)


def test_a_model_asked_for_a_language_it_does_not_know_says_nothing(tiny: FasterWhisper) -> None:
    assert tiny.transcribe(sentence("0880"), Language.KOREAN) == NOTHING


@pytest.mark.requirement("stt-model-setting")
def test_the_setting_selects_the_model(tiny: FasterWhisper, models: Path) -> None:
    settings = SttSettings(model="base", device="cpu")
    base = FasterWhisper(model_folder(settings, models), settings, choose_device(settings))
    assert tiny.description.startswith("tiny.en, int8")
    assert tiny.description.endswith("English only")
    assert base.description.startswith("base, int8")
    assert base.device == tiny.device == "cpu"
    heard = base.transcribe(sentence("0890"), Language.ENGLISH)
    assert errors(words_of(sentence_text("0890")), words_of(heard.text)) <= 2
    assert base.transcribe(sentence("0890"), Language.KOREAN).text != heard.text


def test_the_detector_does_not_depend_on_where_chunks_are_cut(silero: SileroModel) -> None:
    samples = sentence("0920")
    whole, pieces = SileroDetector(silero), SileroDetector(silero)
    expected = whole.feed(samples)
    found = [p for i in range(0, samples.size, 960) for p in pieces.feed(samples[i : i + 960])]
    assert np.allclose(expected, found, atol=1e-4)
    assert max(found) > 0.9
