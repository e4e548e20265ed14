"""Silence before and after speech, of which a little is kept."""

from __future__ import annotations

import numpy as np

from workers.tts.sound import Samples, Speech

_BLOCK_S = 0.01
_QUIET_DB = -45.0
"""Below the loudest block: breath and the noise of a vocoder are at -50 and less, a weak final
consonant is above."""

_BEFORE_S = 0.05
_AFTER_S = 0.12
"""What is kept: a word that begins or ends at once sounds cut off."""


def trimmed(speech: Speech) -> Speech:
    """Return ``speech`` from just before its first sound to just after its last.

    Raises:
        ValueError: there is no sound in it.
    """
    samples, rate = speech.samples, speech.rate
    block = max(1, round(rate * _BLOCK_S))
    power = _power(samples, block)
    loudest = power.max(initial=0.0)
    if not np.isfinite(loudest) or loudest <= 1e-10:
        raise ValueError("there is no sound in it")
    loud = np.flatnonzero(power > loudest * 10 ** (_QUIET_DB / 10))
    first = int(loud[0]) * block - round(_BEFORE_S * rate)
    last = (int(loud[-1]) + 1) * block + round(_AFTER_S * rate)
    return Speech(samples[max(0, first) : last], rate)


def _power(samples: Samples, block: int) -> Samples:
    whole = np.pad(samples, (0, -samples.size % block)).reshape(-1, block)
    mean: Samples = np.mean(np.square(whole), axis=1)
    return mean
