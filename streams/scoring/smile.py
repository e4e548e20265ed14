"""Smile: how much more than at the zero point the candidate smiled."""

from __future__ import annotations

import math
from collections.abc import Sequence

from schemas.formula import Baseline, Formula
from streams.scoring.coverage import clip
from streams.scoring.evidence import Frame


def smile(frames: Sequence[Frame], baseline: Baseline, formula: Formula) -> float | None:
    """Return 40 + 60·x, None without a seen frame.

    x = min(1, mean(clip(smile − baseline.smile, 0, 1)) / formula.smile_full) over seen frames.
    """
    if not frames:
        return None
    mean = math.fsum(clip(frame.smile - baseline.smile, 0, 1) for frame in frames) / len(frames)
    return 40 + 60 * min(1.0, mean / formula.smile_full)
