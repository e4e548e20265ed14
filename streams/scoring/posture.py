"""Posture: how much of the time the head was inside the calibrated band and steady."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.formula import Baseline, Formula
from streams.scoring.coverage import share_of
from streams.scoring.evidence import Frame


def posture(frames: Sequence[Frame], baseline: Baseline, formula: Formula) -> float | None:
    """Return 40 + 60·x, None without a seen frame.

    ``frames`` are the seen frames in order of (epoch, seq). x = share of them that are inside the
    band, |head_yaw − baseline.head_yaw| ≤ formula.posture_yaw and likewise pitch and roll, and
    steady: |head_yaw − previous head_yaw| ≤ formula.posture_steady and likewise pitch, where
    previous is the seen frame before in that order. The first seen frame is steady.
    """
    x = share_of(
        _inside(frame, baseline, formula)
        and (index == 0 or _steady(frame, frames[index - 1], formula))
        for index, frame in enumerate(frames)
    )
    return None if x is None else 40 + 60 * x


def _inside(frame: Frame, baseline: Baseline, formula: Formula) -> bool:
    return (
        abs(frame.head_yaw - baseline.head_yaw) <= formula.posture_yaw
        and abs(frame.head_pitch - baseline.head_pitch) <= formula.posture_pitch
        and abs(frame.head_roll - baseline.head_roll) <= formula.posture_roll
    )


def _steady(frame: Frame, previous: Frame, formula: Formula) -> bool:
    return (
        abs(frame.head_yaw - previous.head_yaw) <= formula.posture_steady
        and abs(frame.head_pitch - previous.head_pitch) <= formula.posture_steady
    )
