"""Sentences that were said, kept as sound: most questions end in one that was asked before."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from workers.tts.sound import Samples

_FULL_SCALE = np.float32(32767)


class SentenceCache:
    """Keeps the sound of the last ``most`` sentences that were asked for, in 16 bits.

    A sentence of four seconds at 24 kHz takes 190 kB.
    """

    def __init__(self, most: int = 96) -> None:
        self._most = most
        self._kept: OrderedDict[str, npt.NDArray[np.int16]] = OrderedDict()

    def get(self, sentence: str) -> Samples | None:
        """Return the sound of ``sentence``, None where it is not kept."""
        kept = self._kept.get(sentence)
        if kept is None:
            return None
        self._kept.move_to_end(sentence)
        return kept.astype(np.float32) / _FULL_SCALE

    def put(self, sentence: str, samples: Samples) -> Samples:
        """Keep ``samples``, and return them as they will be returned from now on.

        A clip is the same whether its sentences were kept or said anew.
        """
        kept = np.round(np.clip(samples, -1, 1) * _FULL_SCALE).astype(np.int16)
        self._kept[sentence] = kept
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return kept.astype(np.float32) / _FULL_SCALE
