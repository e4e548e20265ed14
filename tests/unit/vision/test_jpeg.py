from __future__ import annotations

import numpy as np
import pytest

from tests.support.faces import jpeg_of
from workers.vision.child import core_budget
from workers.vision.jpeg import Undecodable, decode


def test_a_jpeg_becomes_rgb() -> None:
    picture = decode(jpeg_of((200, 40, 10)))
    assert picture.shape == (240, 320, 3)
    assert picture.dtype == np.uint8
    assert np.abs(picture[120, 160].astype(int) - [200, 40, 10]).max() < 8


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a JPEG"),
        (b"hello", "not a JPEG"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "not a JPEG"),
        (jpeg_of()[:-200], "cut off"),
        (b"\xff\xd8\xff" + b"\x00" * 50 + b"\xff\xd9", "does not decode"),
    ],
)
def test_bad_bytes_are_told_apart(data: bytes, reason: str) -> None:
    with pytest.raises(Undecodable, match=reason):
        decode(data)


def test_a_small_file_cannot_claim_a_picture_of_gigabytes() -> None:
    data = bytearray(jpeg_of())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = b"\xfd\xe8\xfd\xe8"  # 65,000 by 65,000
    with pytest.raises(Undecodable, match="does not decode"):
        decode(bytes(data))


def test_children_get_their_own_cores_while_there_are_enough() -> None:
    cores = list(range(8))
    taken = [core_budget(cores, 2, index, parent=1000) for index in range(4)]
    assert all(len(each) == 2 for each in taken)
    assert set.union(*taken) == set(cores)
    assert core_budget([3], 4, 0, parent=7) == {3}
    assert len(core_budget([0, 1], 1, 5, parent=1)) == 1
