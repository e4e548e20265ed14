"""The engine: OpenAI Whisper in CTranslate2, run by faster-whisper."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from schemas.language import Language
from schemas.media import SAMPLE_RATE
from schemas.settings import SttSettings
from workers.stt.device import Device
from workers.stt.pcm import Samples
from workers.stt.service import NOTHING, Heard, HeardWord
from workers.stt.window import FULL, WindowedPipeline, frames_for

logger = logging.getLogger(__name__)

BEAMS = 5
MAX_TOKENS = 220
"""More than anyone says in 15 s; bounds what a repetition can cost."""

NO_SPEECH = 0.6
UNLIKELY = -1.0
REPETITIVE = 2.4
"""Thresholds of the Whisper paper (Radford et al. 2022, section 4.5): text is dropped when the
model thinks that nobody speaks and is unsure of its words, or when the text repeats itself so much
that zlib packs it more than 2.4 times."""

HOPELESS = -1.6
"""Mean log probability below which words are guesses, whatever the model says of speech."""


class FasterWhisper:
    """A ``Transcriber``. Decodes at temperature 0 without fallback: same samples, same words."""

    def __init__(self, folder: Path, settings: SttSettings, device: Device) -> None:
        """Load the model.

        Raises:
            FileNotFoundError: there is no model in ``folder``.
            RuntimeError: the model does not load on ``device``.
        """
        if not (folder / "model.bin").is_file():
            raise FileNotFoundError(f"there is no Whisper model in {folder}")
        logging.getLogger("faster_whisper").setLevel(logging.WARNING)  # two lines a pack otherwise
        self._model = WhisperModel(
            str(folder.resolve()),  # an existing folder: anything else would be downloaded
            device=device.kind,
            compute_type=device.compute_type,
            cpu_threads=settings.threads,
            num_workers=1,
        )
        self._name = settings.model
        self._device = device
        self._refused: set[Language] = set()

    @property
    def device(self) -> str:
        """Where the model really runs, as CTranslate2 reports it."""
        return str(self._model.model.device)

    @property
    def description(self) -> str:
        """Model, precision and languages."""
        precision = self._model.model.compute_type
        languages = "" if self._model.model.is_multilingual else ", English only"
        return f"{self._name}, {precision}{languages}"

    def warm_up(self) -> None:
        """Run the model once on a second of faint noise."""
        noise = np.random.default_rng(0).normal(0, 30, SAMPLE_RATE).astype(np.int16)
        self._decode(noise, Language.ENGLISH)

    def transcribe(self, samples: Samples, language: Language) -> Heard:
        """Return what is said in ``samples``, at most 30 s.

        A language that the model cannot do gives ``NOTHING`` (and one error in the log): English
        words for Korean speech would be worse.

        Raises:
            RuntimeError: the model failed.
        """
        if language is not Language.ENGLISH and not self._model.model.is_multilingual:
            if language not in self._refused:
                self._refused.add(language)
                logger.error(
                    "the model knows only English: set VIVA_STT_MODEL=base",
                    extra={"model": self._name, "language": language.value},
                )
            return NOTHING
        return self._decode(samples, language)

    def _decode(self, samples: Samples, language: Language) -> Heard:
        """Decode in a window that fits; once more in the full one if that is not like speech."""
        short = frames_for(samples.size)
        segments = self._segments(samples, language, short)
        if short < FULL and not all(map(_is_speech, segments)):
            segments = self._segments(samples, language, FULL)
        kept = [segment for segment in segments if _is_speech(segment)]
        words = [
            HeardWord(text, float(word.start), float(word.end), float(word.probability))
            for segment in kept
            for word in segment.words or ()
            if (text := word.word.strip())
        ]
        text = " ".join(segment.text.strip() for segment in kept)
        if not text or not words:
            return NOTHING
        return Heard(
            text=text,
            words=tuple(words),
            avg_logprob=_mean([segment.avg_logprob for segment in kept]),
            no_speech_prob=_mean([segment.no_speech_prob for segment in kept]),
        )

    def _segments(self, samples: Samples, language: Language, frames: int) -> list[Segment]:
        audio = samples.astype(np.float32) / 32768.0
        found, _ = WindowedPipeline(self._model, frames).transcribe(
            audio,
            language=language.value,
            beam_size=BEAMS,
            temperature=0.0,
            condition_on_previous_text=False,
            word_timestamps=True,
            without_timestamps=True,
            vad_filter=False,
            clip_timestamps=[{"start": 0.0, "end": audio.size / SAMPLE_RATE}],
            batch_size=1,
            max_new_tokens=MAX_TOKENS,
        )
        return list(found)


def _is_speech(segment: Segment) -> bool:
    if segment.compression_ratio > REPETITIVE or segment.avg_logprob < HOPELESS:
        return False
    return bool(segment.no_speech_prob <= NO_SPEECH or segment.avg_logprob >= UNLIKELY)


def _mean(values: Sequence[float]) -> float:
    return float(sum(values) / len(values))
