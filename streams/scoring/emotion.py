"""Emotion: how relaxed brow and mouth were. Never computed where the policy forbids it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from schemas.formula import Baseline
from streams.scoring.coverage import clip
from streams.scoring.evidence import Frame


def emotion(frames: Sequence[Frame], baseline: Baseline) -> float | None:
    """Return 100 − 100·mean(clip(tension − baseline.tension, 0, 1)).

    The mean is over seen frames that have a tension; None where there are none. A baseline without
    tension counts as 0.
    """
    zero = baseline.tension or 0.0
    tensions = [clip(frame.tension - zero, 0, 1) for frame in frames if frame.tension is not None]
    return 100 - 100 * math.fsum(tensions) / len(tensions) if tensions else None
