"""Where a face is turned and where its eyes look, in degrees.

Sign conventions are the contract's: yaw positive to the candidate's left, pitch upwards, roll
towards the candidate's left shoulder.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from workers.vision.service import Matrix

EYE_YAW_RANGE = 34.0
"""Degrees that an eyeLookIn/Out amplitude of 1 stands for.

Fitted: iris displacement from the middle of the eye corners, taken into the head's frame and
divided by an eyeball radius of 12 mm, against the blendshapes on 140 frames of the demo's videos
(correlation 0.98)."""

EYE_PITCH_RANGE = 22.0
"""The same for eyeLookUp/Down (correlation 0.81)."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Degrees. Head relative to the camera's axis, gaze relative to the direction of the camera."""

    head_yaw: float
    head_pitch: float
    head_roll: float
    gaze_yaw: float
    gaze_pitch: float


def pose(matrix: Matrix, blendshapes: Mapping[str, float]) -> Pose:
    """Return the pose of a face.

    The line of sight is the head's rotation plus the eyes' rotation in the head, so a turned head
    with the eyes still on the camera cancels out. It is measured from the direction in which the
    camera lies from the face: who sits beside the middle and looks at the camera looks at 0.
    """
    rotation = matrix[:3, :3] / np.linalg.norm(matrix[:3, :3], axis=0)
    up, forward = rotation[:, 1], rotation[:, 2]
    yaw, pitch = _angles(*(float(value) for value in forward))
    camera_yaw, camera_pitch = _angles(*(-float(value) for value in matrix[:3, 3]))
    eye_yaw, eye_pitch = eyes_in_head(blendshapes)
    return Pose(
        head_yaw=yaw,
        head_pitch=pitch,
        head_roll=math.degrees(math.atan2(float(up[0]), float(up[1]))),
        gaze_yaw=_wrap(yaw - camera_yaw + eye_yaw),
        gaze_pitch=_wrap(pitch - camera_pitch + eye_pitch),
    )


def eyes_in_head(blendshapes: Mapping[str, float]) -> tuple[float, float]:
    """Return yaw and pitch of the eyes relative to the head, the mean of both eyes.

    The left eye turns to the candidate's left when it looks *out*, the right one when it looks
    *in*.
    """
    left = blendshapes["eyeLookOutLeft"] + blendshapes["eyeLookInRight"]
    right = blendshapes["eyeLookInLeft"] + blendshapes["eyeLookOutRight"]
    up = blendshapes["eyeLookUpLeft"] + blendshapes["eyeLookUpRight"]
    down = blendshapes["eyeLookDownLeft"] + blendshapes["eyeLookDownRight"]
    return EYE_YAW_RANGE * (left - right) / 2, EYE_PITCH_RANGE * (up - down) / 2


def _angles(x: float, y: float, z: float) -> tuple[float, float]:
    """Return yaw and pitch of a direction; (0, 0, 1) points at the viewer and is 0, 0."""
    return math.degrees(math.atan2(x, z)), math.degrees(math.atan2(y, math.hypot(x, z)))


def _wrap(degrees: float) -> float:
    """Return the same angle in (-180, 180]."""
    return -((180.0 - degrees) % 360.0 - 180.0)
