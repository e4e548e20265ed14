"""Whisper on the part of its 30 s window that has sound in it.

Whisper's encoder always works on 30 s, most of it silence when a pack has 8 s, and its cost grows
with the length. It also works on less, if some silence is left behind the speech: without any it
repeats itself (measured on read sentences: looping text in 7 of 7 with none, in none of 7 with
2 s or more, for less than half of the work).
"""

from __future__ import annotations

import math
from typing import Any

from faster_whisper import BatchedInferencePipeline, WhisperModel

from schemas.media import SAMPLE_RATE

FRAMES_A_SECOND = 100
FULL = 30 * FRAMES_A_SECOND
_SILENCE = 5 * FRAMES_A_SECOND


def frames_for(samples: int) -> int:
    """Return the window, in frames of 10 ms, for this many samples and the silence behind them."""
    seconds = math.ceil(samples / SAMPLE_RATE)
    return min(FULL, seconds * FRAMES_A_SECOND + _SILENCE)


class WindowedPipeline(BatchedInferencePipeline):
    """faster-whisper's pipeline for one call, on the first ``frames`` of the window.

    One object a call: the pipeline keeps a time between calls that would change the word times of
    the next pack.
    """

    def __init__(self, model: WhisperModel, frames: int) -> None:
        super().__init__(model)
        self._frames = frames

    def generate_segment_batched(self, features: Any, tokenizer: Any, options: Any) -> Any:
        """Decode ``features``, shape (packs, mel bands, 3000), after cutting them to the window."""
        return super().generate_segment_batched(features[..., : self._frames], tokenizer, options)
