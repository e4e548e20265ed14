"""Where the candidate is in the picture and how light it is: what a person needs to sit well. Pure.

Only to guide a candidate: no score rests on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.vision.service import Face, Image

_FIELD_OF_VIEW = math.radians(63.0)
"""Vertical, of the camera that FaceLandmarker takes for its matrices."""

_FACE_CM = 19.5
"""Height of the canonical face. Fitted: the matrices' distance against the height of the box around
the landmarks, on frames of the demo's videos (within a tenth)."""

_LUMA = np.array((0.299, 0.587, 0.114), np.float32)

_STEP = 4
"""Every fourth pixel each way is enough to tell light from dark."""

_BRIGHTEST = 95
"""Percentile: a lit face before a dark wall is light, whatever the colour of the skin."""


@dataclass(frozen=True, slots=True)
class Place:
    """The middle and the height of a face, as shares of the picture; its left and top are 0."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Sight:
    """How many faces there are and where the nearest one is.

    ``light`` is how bright the brightest parts of the picture are, 0 to 1.
    """

    faces: int
    light: float
    face: Place | None = None


def sight(faces: Sequence[Face], image: Image) -> Sight:
    """Return what is seen of ``faces``, the nearest first, in ``image``."""
    light = float(np.percentile(image[::_STEP, ::_STEP] @ _LUMA, _BRIGHTEST)) / 255
    light = round(min(1.0, light), 3)
    if not faces:
        return Sight(0, light)
    across, up, along = (float(each) for each in faces[0].matrix[:3, 3])
    distance = max(1.0, -along)
    picture_cm = 2 * distance * math.tan(_FIELD_OF_VIEW / 2)
    height, width = image.shape[:2]
    place = Place(
        x=_share(0.5 + across / (picture_cm * width / height)),
        y=_share(0.5 - up / picture_cm),
        height=_share(_FACE_CM / picture_cm),
    )
    return Sight(len(faces), light, place)


def _share(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 3)
