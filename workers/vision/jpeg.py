"""JPEG bytes to pixels, with bad bytes told apart from bad code."""

from __future__ import annotations

import os

import numpy as np

from workers.vision.service import Image

MAX_PIXELS = 8 * 1024 * 1024
"""A few bytes can declare a picture of gigabytes; larger ones are refused before decoding."""

MAX_SCANS = 64
"""A scan of ten bytes makes the decoder go over the whole picture once more: a frame of allowed
size with 20,000 of them takes ten seconds. Encoders write one, or ten for a progressive picture."""

_SCAN = b"\xff\xda"
_START, _END = b"\xff\xd8\xff", b"\xff\xd9"


class Undecodable(Exception):  # noqa: N818 - says what the bytes are
    """The bytes are not a whole JPEG picture; the message says why."""


def decode(data: bytes) -> Image:
    """Return the picture in RGB.

    Raises:
        Undecodable: not a JPEG, cut off, too large, too many scans, or corrupt.
    """
    os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
    import cv2  # reads the limit when it is first imported

    if not data.startswith(_START):
        raise Undecodable("not a JPEG")
    if not data.rstrip(b"\x00").endswith(_END):
        raise Undecodable("the JPEG is cut off")
    if data.count(_SCAN) > MAX_SCANS:
        raise Undecodable(f"the JPEG has more than {MAX_SCANS} scans")
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except cv2.error as error:
        raise Undecodable(f"the JPEG does not decode: {error.err}"[:200]) from None
    if image is None:
        raise Undecodable("the JPEG does not decode")
    return np.asarray(image, np.uint8)
