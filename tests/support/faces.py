"""Faces for the tests of vision: made of numbers, or taken from the packaged recordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import cv2
import numpy as np

from workers.vision.service import Face, Matrix

_SIDED = [
    "browDown",
    "browOuterUp",
    "eyeBlink",
    "eyeLookDown",
    "eyeLookIn",
    "eyeLookOut",
    "eyeLookUp",
    "eyeSquint",
    "eyeWide",
    "mouthFrown",
    "mouthPress",
    "mouthSmile",
    "mouthStretch",
]
_SINGLE = ("browInnerUp", "jawOpen", "mouthRollLower", "mouthRollUpper")


def blendshapes(**amplitudes: float) -> dict[str, float]:
    """Return a face at rest but for ``amplitudes``; ``mouthSmile=1`` sets both sides."""
    shapes = dict.fromkeys(_SINGLE, 0.0)
    shapes |= {f"{name}{side}": 0.0 for name in _SIDED for side in ("Left", "Right")}
    for name, value in amplitudes.items():
        if name in _SIDED:
            shapes[f"{name}Left"] = shapes[f"{name}Right"] = value
        else:
            assert name in shapes, name
            shapes[name] = value
    return shapes


def eyes(yaw: float, pitch: float) -> dict[str, float]:
    """Return the amplitudes of eyes turned by ``yaw`` and ``pitch`` (shares of -1 to 1)."""
    left, right = max(0.0, yaw), max(0.0, -yaw)
    return {
        "eyeLookOutLeft": left,
        "eyeLookInRight": left,
        "eyeLookInLeft": right,
        "eyeLookOutRight": right,
        "eyeLookUp": max(0.0, pitch),
        "eyeLookDown": max(0.0, -pitch),
    }


def matrix(
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    at: tuple[float, float, float] = (0.0, 0.0, -40.0),
) -> Matrix:
    """Return a face turned to its left, up and towards its left shoulder; degrees and cm."""
    y, p, r = np.radians([yaw, pitch, roll])
    turn = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    tilt = np.array([[np.cos(r), np.sin(r), 0], [-np.sin(r), np.cos(r), 0], [0, 0, 1]])
    found = np.eye(4, dtype=np.float32)
    found[:3, :3] = tilt @ turn @ nod
    found[:3, 3] = at
    return found


def face(
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    at: tuple[float, float, float] = (0.0, 0.0, -40.0),
    **amplitudes: float,
) -> Face:
    """Return a face turned as in ``matrix`` with the amplitudes of ``blendshapes``."""
    return Face(blendshapes(**amplitudes), matrix(yaw, pitch, roll, at))


def jpeg_of(
    rgb: tuple[int, int, int] = (90, 120, 150), size: tuple[int, int] = (240, 320)
) -> bytes:
    """Return a JPEG of one colour; ``size`` is height and width."""
    picture = np.full((*size, 3), rgb[::-1], np.uint8)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 75])
    assert done
    return data.tobytes()


def film(path: Path, start: float, end: float, fps: float = 5.0) -> Iterator[bytes]:
    """Yield JPEGs 320 wide of the recording between two times in seconds, as a gateway sends."""
    due = start
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            at = float(frame.time or 0.0)
            if at >= end:
                return
            if at + 1e-6 >= due:
                due += 1 / fps
                picture = frame.to_ndarray(format="bgr24")
                height = round(picture.shape[0] * 320 / picture.shape[1])
                small = cv2.resize(picture, (320, height), interpolation=cv2.INTER_AREA)
                done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 75])
                assert done
                yield data.tobytes()
