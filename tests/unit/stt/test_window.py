from __future__ import annotations

import numpy as np
import pytest

from schemas.language import Language
from schemas.media import SAMPLE_RATE
from tests.support.speech import Samples
from workers.stt import faster_whisper
from workers.stt.faster_whisper import FasterWhisper
from workers.stt.service import NOTHING
from workers.stt.window import FULL, frames_for


@pytest.mark.parametrize(
    ("seconds", "frames"), [(0.5, 600), (6.0, 1100), (14.9, 2000), (25.0, 3000), (30.0, 3000)]
)
def test_the_window_leaves_silence_behind_the_speech(seconds: float, frames: int) -> None:
    assert frames_for(round(seconds * SAMPLE_RATE)) == frames


class Word:
    word, start, end, probability = " yes", 0.1, 0.4, 0.9


class Segment:
    def __init__(self, logprob: float = -0.3, no_speech: float = 0.1, ratio: float = 1.1) -> None:
        self.text = " yes"
        self.words = [Word()]
        self.avg_logprob, self.no_speech_prob, self.compression_ratio = logprob, no_speech, ratio


def engine(monkeypatch: pytest.MonkeyPatch, by_window: dict[int, Segment]) -> FasterWhisper:
    """Return an engine whose model says ``by_window`` in the windows of these lengths."""

    class Pipeline:
        def __init__(self, model: object, frames: int) -> None:
            self.frames = frames

        def transcribe(self, audio: Samples, **options: object) -> tuple[list[Segment], None]:
            assert options["temperature"] == 0.0
            assert options["language"] == "en"
            asked.append(self.frames)
            return [by_window[self.frames]], None

    asked.clear()
    monkeypatch.setattr(faster_whisper, "WindowedPipeline", Pipeline)
    made = FasterWhisper.__new__(FasterWhisper)
    made._model = None
    return made


asked: list[int] = []
TWO_SECONDS = np.ones(2 * SAMPLE_RATE, np.int16)
LOOP, GUESS, NOBODY = Segment(ratio=3.0), Segment(logprob=-2.0), Segment(-1.2, no_speech=0.8)


def test_speech_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = engine(monkeypatch, {700: Segment()})._decode(TWO_SECONDS, Language.ENGLISH)
    assert (heard.text, heard.words[0].text, heard.avg_logprob) == ("yes", "yes", -0.3)
    assert asked == [700]


@pytest.mark.parametrize("bad", [LOOP, GUESS, NOBODY])
def test_what_is_not_like_speech_gets_the_full_window(
    monkeypatch: pytest.MonkeyPatch, bad: Segment
) -> None:
    heard = engine(monkeypatch, {700: bad, FULL: Segment()})._decode(TWO_SECONDS, Language.ENGLISH)
    assert heard.text == "yes"
    assert asked == [700, FULL]


@pytest.mark.requirement("stt-silence")
@pytest.mark.parametrize("bad", [LOOP, GUESS, NOBODY])
def test_invented_text_is_dropped(monkeypatch: pytest.MonkeyPatch, bad: Segment) -> None:
    made = engine(monkeypatch, {700: bad, FULL: bad})
    assert made._decode(TWO_SECONDS, Language.ENGLISH) == NOTHING


def test_an_unsure_model_that_hears_somebody_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    made = engine(monkeypatch, {700: Segment(-1.2, no_speech=0.2)})
    assert made._decode(TWO_SECONDS, Language.ENGLISH).text == "yes"
