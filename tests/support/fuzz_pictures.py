"""Pictures for the vision worker: good ones, damaged ones, and ones that cost more than they look.

Real formats with false contents: what a decoder believes of a header is what breaks it.
"""

from __future__ import annotations

import os
import random
import struct
from functools import lru_cache

import numpy as np

from workers.vision.jpeg import MAX_PIXELS

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
import cv2  # reads the limit when it is first imported

_SIZES = ((320, 240), (320, 240), (64, 48), (1, 1), (1920, 1), (3, 1000))


def picture(choose: random.Random) -> bytes:
    """Return a JPEG that any decoder takes."""
    width, height = choose.choice(_SIZES)
    return _jpeg(width, height, choose.randrange(4))


@lru_cache(maxsize=64)
def _jpeg(width: int, height: int, look: int, progressive: bool = False) -> bytes:
    noise = np.random.default_rng(look)
    pixels = noise.integers(0, 256, (height, width, 3), np.uint8)
    if look % 2:
        pixels[:] = look * 60
    flags = [cv2.IMWRITE_JPEG_QUALITY, 75, cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive)]
    return _encoded(".jpg", pixels, flags)


def _encoded(kind: str, pixels: np.ndarray, flags: list[int] | None = None) -> bytes:
    done, encoded = cv2.imencode(kind, pixels, flags or [])
    assert done, kind
    return encoded.tobytes()


_SHORTEST = 16
"""Bytes below which there is no room left for any of the ways."""


def damage_picture(choose: random.Random, jpeg: bytes) -> bytes:
    """Return bytes that are a picture no longer, another kind of picture, or a dear one."""
    if not jpeg.startswith(b"\xff\xd8") or len(jpeg) < _SHORTEST:  # damaged before
        return choose.randbytes(100)
    ways = (_cut, _flipped, _scans, _resized, _resized, _other_format, _padded, _restarted)
    return choose.choice(ways)(choose, jpeg)


def _cut(choose: random.Random, jpeg: bytes) -> bytes:
    """A part of it, with the right beginning and the right end."""
    return jpeg[: choose.randrange(4, len(jpeg))] + choose.choice((b"", b"\xff\xd9"))


def _flipped(choose: random.Random, jpeg: bytes) -> bytes:
    """A few wrong bits between the right beginning and the right end."""
    body = bytearray(jpeg)
    for _ in range(choose.randint(1, 30)):
        body[choose.randrange(3, len(body) - 2)] ^= 1 << choose.randrange(8)
    return bytes(body)


def _resized(choose: random.Random, jpeg: bytes) -> bytes:
    """The frame header promises another size, often a gigantic one."""
    at = max(jpeg.find(b"\xff\xc0"), jpeg.find(b"\xff\xc2"))
    if at < 0:
        return jpeg[:20]
    sizes = ((65_535, 65_535), (65_535, 1), (0, 0), (1, 65_535), (8_000, 8_000), (4_000, 2_000))
    height, width = choose.choice(sizes)
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def _scans(choose: random.Random, jpeg: bytes) -> bytes:
    """A progressive picture whose last scan comes hundreds of times: minutes of decoding."""
    return many_scans(choose.choice((2, 40, 20_000)))


@lru_cache(maxsize=8)
def many_scans(times: int, width: int = 1600, height: int = 1200) -> bytes:
    """Return a progressive JPEG with its smallest scan ``times`` times more.

    A scan over a picture of one colour has a few bytes and goes over every block all the same.
    """
    jpeg = _jpeg(width, height, 1, True)
    scans = [jpeg[at:end] for at, end in _scan_places(jpeg)]
    room = (250 * 1024 - len(jpeg)) // len(min(scans, key=len))
    return jpeg[:-2] + min(scans, key=len) * min(times, room) + jpeg[-2:]


def _scan_places(jpeg: bytes) -> list[tuple[int, int]]:
    """Return where each scan begins and ends: the next marker that is no stuffed or restart one."""
    places = []
    at = jpeg.find(b"\xff\xda")
    while at >= 0:
        end = at + 2
        while not (jpeg[end] == 0xFF and jpeg[end + 1] not in (0, *range(0xD0, 0xD8))):
            end += 1
        places.append((at, end))
        at = jpeg.find(b"\xff\xda", end)
    return places


def _other_format(choose: random.Random, jpeg: bytes) -> bytes:
    """A good picture of a kind that is not expected, bare or behind a JPEG's first bytes."""
    pixels = np.zeros((8, 8, 3), np.uint8)
    kind = choose.choice((".png", ".bmp", ".webp", ".tiff", ".ppm"))
    other = _encoded(kind, pixels)
    return choose.choice((other, b"\xff\xd8\xff" + other + b"\xff\xd9", b"GIF89a" + other))


def _padded(choose: random.Random, jpeg: bytes) -> bytes:
    """A good picture with much behind it, or more bytes than a frame may have."""
    return jpeg + b"\x00" * choose.choice((1, 5_000, 300_000))


def _restarted(choose: random.Random, jpeg: bytes) -> bytes:
    """Markers where there should be data; segments with lengths that lie."""
    body = bytearray(jpeg)
    for _ in range(choose.randint(1, 5)):
        at = choose.randrange(2, len(body) - 4)
        marker = choose.choice((0xC0, 0xC4, 0xD0, 0xD8, 0xDA, 0xDB, 0xDD, 0xE1, 0xFE, 0x01))
        body[at : at + 4] = struct.pack(">BBH", 0xFF, marker, choose.choice((0, 2, 65_535)))
    return bytes(body)
