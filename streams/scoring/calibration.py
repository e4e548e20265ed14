"""Calibration: a candidate's zero point, and what to tell them when there is none."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.formula import Baseline, Policy
from streams.scoring.evidence import Chunk, Frame
from streams.scoring.voice import loudness

Problem = Literal["no_face", "several_faces", "quiet_microphone", "no_media"]

MIN_FACE_SHARE = 0.5
"""``no_face`` when fewer of the frames than this have a face."""

MAX_CROWD_SHARE = 0.25
"""``several_faces`` when more of the frames than this have two or more: a passer-by is no crowd."""

QUIET_RMS = 0.003
QUIET_PEAK = 0.005
"""``quiet_microphone`` when the RMS and the loudest sample are both below these (1.0 is full
scale; −50 and −46 dB). A candidate may say nothing while calibrating, so silence alone is no
fault: a living microphone in a quiet room still has breath, clicks and room tone above this
peak, and a muted or dead one has nothing."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The result; ``faces`` counts frames with exactly one face."""

    ok: bool
    problems: tuple[Problem, ...]
    baseline: Baseline
    frames: int
    faces: int
    rms: float


def calibrate(
    frames: Sequence[Frame],
    chunks: Sequence[Chunk],
    counted_frames: int,
    policy: Policy,
    *,
    video: bool = True,
) -> Calibration:
    """Return the zero point: medians over the seen frames with exactly one face.

    ``frames`` are the seen frames, ``counted_frames`` all that ``calibration.ended`` counts.
    ``ok`` means no problem at all. The baseline holds the medians whenever at least half of the
    counted frames have exactly one face (beside a quiet microphone too), else zeros. In
    ``hiring`` its tension is None. Without ``video`` the candidate does not want to be seen, and
    no picture is missed.
    """
    heard = loudness(chunks)
    problems: list[Problem] = []
    if heard is None or (video and counted_frames == 0):
        problems.append("no_media")
    if counted_frames > 0:
        if len(frames) < MIN_FACE_SHARE * counted_frames:
            problems.append("no_face")
        if sum(frame.faces > 1 for frame in frames) > MAX_CROWD_SHARE * counted_frames:
            problems.append("several_faces")
    if heard is not None and heard.rms < QUIET_RMS and heard.peak < QUIET_PEAK:
        problems.append("quiet_microphone")
    single = [frame for frame in frames if frame.faces == 1]
    measured = bool(single) and len(single) >= MIN_FACE_SHARE * counted_frames
    return Calibration(
        ok=not problems,
        problems=tuple(problems),
        baseline=_medians(single, policy) if measured else _zeros(policy),
        frames=counted_frames,
        faces=len(single),
        rms=0.0 if heard is None else min(1.0, heard.rms),
    )


def _zeros(policy: Policy) -> Baseline:
    return Baseline(tension=0.0 if policy.infers_emotion else None)


def _medians(frames: Sequence[Frame], policy: Policy) -> Baseline:
    tensions = [frame.tension for frame in frames if frame.tension is not None]
    return Baseline(
        gaze_yaw=_median(frame.gaze_yaw for frame in frames),
        gaze_pitch=_median(frame.gaze_pitch for frame in frames),
        head_yaw=_median(frame.head_yaw for frame in frames),
        head_pitch=_median(frame.head_pitch for frame in frames),
        head_roll=_median(frame.head_roll for frame in frames),
        smile=_median(frame.smile for frame in frames),
        tension=(_median(tensions) if tensions else 0.0) if policy.infers_emotion else None,
    )


def _median(values: Iterable[float]) -> float:
    return float(statistics.median(values))
