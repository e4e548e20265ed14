"""JPEG bytes to pixels, with bad bytes told apart from bad code."""

from __future__ import annotations

import os

import numpy as np

from workers.vision.service import Image

MAX_PIXELS = 8 * 1024 * 1024
"""A few bytes can declare a picture of gigabytes; larger ones are refused before decoding."""

_START, _END = b"\xff\xd8\xff", b"\xff\xd9"


class Undecodable(Exception):  # noqa: N818 - says what the bytes are
    """The bytes are not a whole JPEG picture; the message says why."""


def decode(data: bytes) -> Image:
    """Return the picture in RGB.

    Raises:
        Undecodable: not a JPEG, cut off, too large, or corrupt.
    """
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
    import cv2  # reads the limit when it is first imported

    if not data.startswith(_START):
        raise Undecodable("not a JPEG")
    if not data.rstrip(b"\x00").endswith(_END):
        raise Undecodable("the JPEG is cut off")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise Undecodable(f"the JPEG does not decode: {error.err}"[:200]) from None
    if image is None:
        raise Undecodable("the JPEG does not decode")
    return np.asarray(image, np.uint8)
