"""What an engine does for the worker: samples in, words out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from schemas.language import Language
from workers.stt.pcm import Samples


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word; times are seconds from the first sample given to the engine."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine heard: ``text`` is empty when there was no speech.

    ``avg_logprob`` is the mean natural logarithm of the tokens' probabilities (0 or less).
    """

    text: str
    words: tuple[HeardWord, ...]
    avg_logprob: float
    no_speech_prob: float


NOTHING = Heard("", (), 0.0, 1.0)


class Transcriber(Protocol):
    """A speech recogniser, called from a thread of its own, one call at a time.

    The same samples always give the same words: results are made again after a crash, and
    consumers keep the first of two.
    """

    @property
    def device(self) -> str:
        """Where the model really runs, e.g. ``cpu`` or ``cuda``."""

    @property
    def description(self) -> str:
        """Model and precision, for the health report."""

    def warm_up(self) -> None:
        """Run the model once, so that the first candidate waits no longer than the tenth."""

    def transcribe(self, samples: Samples, language: Language) -> Heard:
        """Return what is said in ``samples``, at most 30 s; ``NOTHING`` in silence and noise.

        Raises:
            RuntimeError: the model failed; trying again may help.
        """
