"""Voice: loud enough to be heard, and speaking rather than silent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.formula import Formula
from streams.scoring.coverage import clip
from streams.scoring.evidence import Chunk


@dataclass(frozen=True, slots=True)
class Loudness:
    """An answer's RMS (0 to 1), the share of its samples that are speech, its loudest sample."""

    rms: float
    speaking_ratio: float
    peak: float


def loudness(chunks: Sequence[Chunk]) -> Loudness | None:
    """Return the loudness of chunks that were not failed, None without a sample.

    Over chunks with samples > 0: rms = sqrt(Σ(rms_i²·samples_i) / Σ samples_i),
    speaking_ratio = Σ(speaking_ratio_i·samples_i) / Σ samples_i, peak = max(peak_i).
    """
    heard = [chunk for chunk in chunks if chunk.samples > 0]
    samples = sum(chunk.samples for chunk in heard)
    if not samples:
        return None
    return Loudness(
        rms=math.sqrt(math.fsum(each.rms**2 * each.samples for each in heard) / samples),
        speaking_ratio=math.fsum(each.speaking_ratio * each.samples for each in heard) / samples,
        peak=max(each.peak for each in heard),
    )


def voice(heard: Loudness | None, formula: Formula, speech_ms: int | None = None) -> float | None:
    """Return the voice score (40 to 100), None where nobody spoke.

    volume = clip(40 + 60·(rms − volume_floor) / (volume_full − volume_floor), 40, 100),
    pace = clip(40 + 60·speaking_ratio / pace_full, 40, 100),
    voice = volume_weight·volume + (1 − volume_weight)·pace.

    None when there is no sample, when speaking_ratio < min_speaking_ratio, and, once the
    transcript is known, when the segments' ``speech_ms`` add up to less than min_speech_ms.
    """
    if heard is None or heard.speaking_ratio < formula.min_speaking_ratio:
        return None
    if speech_ms is not None and speech_ms < formula.min_speech_ms:
        return None
    span = formula.volume_full - formula.volume_floor
    volume = clip(40 + 60 * (heard.rms - formula.volume_floor) / span, 40, 100)
    pace = clip(40 + 60 * heard.speaking_ratio / formula.pace_full, 40, 100)
    return clip(formula.volume_weight * volume + (1 - formula.volume_weight) * pace, 40, 100)
