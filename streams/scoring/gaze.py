"""Gaze: how much of the time the eyes were inside the calibrated centre."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.formula import Baseline, Formula
from streams.scoring.coverage import share_of
from streams.scoring.evidence import Frame


def gaze(frames: Sequence[Frame], baseline: Baseline, formula: Formula) -> float | None:
    """Return 40 + 60·x, None without a seen frame.

    x = share of seen frames with |gaze_yaw − baseline.gaze_yaw| ≤ formula.gaze_yaw and
    |gaze_pitch − baseline.gaze_pitch| ≤ formula.gaze_pitch (degrees).
    """
    x = share_of(
        abs(frame.gaze_yaw - baseline.gaze_yaw) <= formula.gaze_yaw
        and abs(frame.gaze_pitch - baseline.gaze_pitch) <= formula.gaze_pitch
        for frame in frames
    )
    return None if x is None else 40 + 60 * x
