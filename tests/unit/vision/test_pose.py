from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.faces import blendshapes, eyes, matrix
from workers.vision.pose import EYE_PITCH_RANGE, EYE_YAW_RANGE, pose

pytestmark = pytest.mark.requirement("vision-features")

ANGLES = st.floats(-40, 40)


@given(yaw=ANGLES, pitch=ANGLES, roll=ANGLES)
def test_head_angles_are_read_back(yaw: float, pitch: float, roll: float) -> None:
    found = pose(matrix(yaw, pitch), blendshapes())
    assert found.head_yaw == pytest.approx(yaw, abs=1e-3)
    assert found.head_pitch == pytest.approx(pitch, abs=1e-3)
    assert pose(matrix(roll=roll), blendshapes()).head_roll == pytest.approx(roll, abs=1e-3)


def test_signs_are_the_candidates_left_up_and_left_shoulder() -> None:
    # Camera space: x to the image's right, which is the candidate's left; y up.
    left = matrix(yaw=20) @ np.array([0, 0, 1, 0])
    up = matrix(pitch=20) @ np.array([0, 0, 1, 0])
    tilted = matrix(roll=20) @ np.array([0, 1, 0, 0])
    assert left[0] > 0
    assert up[1] > 0
    assert tilted[0] > 0


def test_scale_of_the_matrix_does_not_matter() -> None:
    scaled = matrix(15, -10, 5)
    scaled[:3, :3] *= 1.7
    assert pose(scaled, blendshapes()).head_yaw == pytest.approx(
        pose(matrix(15, -10, 5), blendshapes()).head_yaw, abs=1e-3
    )


def test_looking_away_with_the_eyes_alone_shows() -> None:
    left = pose(matrix(), blendshapes(**eyes(0.6, 0)))
    down = pose(matrix(), blendshapes(**eyes(0, -0.8)))
    assert left.gaze_yaw == pytest.approx(0.6 * EYE_YAW_RANGE)
    assert left.head_yaw == pytest.approx(0, abs=1e-6)
    assert down.gaze_pitch == pytest.approx(-0.8 * EYE_PITCH_RANGE)


def test_looking_away_with_the_head_alone_shows() -> None:
    found = pose(matrix(yaw=-25, pitch=12), blendshapes())
    assert found.gaze_yaw == pytest.approx(-25, abs=0.01)
    assert found.gaze_pitch == pytest.approx(12, abs=0.01)


@given(yaw=st.floats(-30, 30), pitch=st.floats(-20, 20))
def test_a_turned_head_with_the_eyes_on_the_camera_cancels(yaw: float, pitch: float) -> None:
    amplitudes = eyes(-yaw / EYE_YAW_RANGE, -pitch / EYE_PITCH_RANGE)
    found = pose(matrix(yaw, pitch), blendshapes(**amplitudes))
    assert found.gaze_yaw == pytest.approx(0, abs=1e-2)
    assert found.gaze_pitch == pytest.approx(0, abs=1e-2)


def test_gaze_is_measured_from_where_the_camera_is() -> None:
    # Sitting 10 cm to the image's right at 40 cm, the camera lies 14 degrees to the other side.
    aside = (10.0, 0.0, -40.0)
    at_camera = pose(matrix(yaw=-14.04, at=aside), blendshapes())
    straight_on = pose(matrix(at=aside), blendshapes())
    assert at_camera.gaze_yaw == pytest.approx(0, abs=0.01)
    assert straight_on.gaze_yaw == pytest.approx(14.04, abs=0.01)
    assert straight_on.head_yaw == pytest.approx(0, abs=1e-6)
