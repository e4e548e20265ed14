"""Where the candidate is in the picture, and how light it is."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.faces import face
from workers.vision.service import Image
from workers.vision.sight import Sight, sight


def picture(level: int = 128) -> Image:
    return np.full((240, 320, 3), level, np.uint8)


def test_no_face_is_a_result() -> None:
    assert sight([], picture()) == Sight(0, 0.502, None)


def test_a_face_on_the_axis_is_in_the_middle_and_smaller_further_away() -> None:
    near, far = (sight([face(at=(0.0, 0.0, z))], picture()).face for z in (-30.0, -60.0))
    assert near is not None
    assert far is not None
    assert (near.x, near.y) == (far.x, far.y) == (0.5, 0.5)
    assert near.height == pytest.approx(2 * far.height, abs=0.002)
    assert 0.4 < near.height < 0.7


def test_left_is_left_and_up_is_up_in_the_picture() -> None:
    found = sight([face(at=(-6.0, 6.0, -30.0))], picture()).face
    assert found is not None
    assert found.x < 0.4
    assert found.y < 0.4


@pytest.mark.parametrize("z", [0.0, 5.0, -0.01])
def test_what_cannot_be_is_kept_within_the_picture(z: float) -> None:
    found = sight([face(at=(1e6, -1e6, z))], picture()).face
    assert found is not None
    assert (found.x, found.y, found.height) == (1.0, 1.0, 1.0)


def test_a_lit_face_before_a_dark_wall_is_light() -> None:
    image = picture(10)
    assert sight([], image).light < 0.1
    image[80:180, 110:210] = 200
    assert sight([], image).light > 0.7


def test_the_nearest_of_several_is_placed() -> None:
    found = sight([face(), face(at=(20.0, 0.0, -80.0))], picture())
    assert found.faces == 2
    assert found.face is not None
    assert found.face.x == 0.5
