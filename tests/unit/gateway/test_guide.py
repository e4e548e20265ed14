"""What a candidate is told who sits down to be calibrated."""

from __future__ import annotations

import pytest

from gateway.session.guide import Advice, Guide, advice
from schemas.events import FacePlace, FaceSeen


def look(
    at: int = 0,
    *,
    faces: int = 1,
    light: float = 0.8,
    x: float = 0.5,
    y: float = 0.5,
    height: float = 0.6,
) -> FaceSeen:
    place = FacePlace(x=x, y=y, height=height) if faces else None
    return FaceSeen(session="s1", epoch=1, seq=at, at=at, faces=faces, light=light, face=place)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (look(), Advice.GOOD),
        (look(faces=0), Advice.NO_FACE),
        (look(faces=0, light=0.1), Advice.MORE_LIGHT),
        (look(light=0.1), Advice.MORE_LIGHT),
        (look(faces=2), Advice.SEVERAL_FACES),
        (look(height=0.1), Advice.NEARER),
        (look(height=1.0), Advice.FURTHER),
        (look(x=0.1), Advice.MIDDLE),
        (look(x=0.9), Advice.MIDDLE),
        (look(y=0.9), Advice.MIDDLE),
        (look(x=0.9, height=0.1), Advice.NEARER),
    ],
)
def test_one_thing_to_do_at_a_time(seen: FaceSeen, expected: Advice) -> None:
    assert advice(seen, None) is expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (look(x=0.5), Advice.GOOD),
        (look(x=0.42), Advice.STILL),
        (look(y=0.42), Advice.STILL),
        (look(height=0.45), Advice.STILL),
        (look(faces=0), Advice.GOOD),
    ],
)
def test_who_moves_is_asked_to_hold_still(before: FaceSeen, expected: Advice) -> None:
    assert advice(look(400), before) is expected


def test_looks_far_apart_say_nothing_about_movement() -> None:
    assert advice(look(5_000), look(x=0.35)) is Advice.GOOD


def test_an_advice_stands_once_two_looks_agree() -> None:
    guide = Guide()
    assert guide.see(look(0)) is None
    assert guide.see(look(400)) is Advice.GOOD
    assert guide.see(look(800, faces=0)) is Advice.GOOD, "one look without a face may be a blink"
    assert guide.see(look(1_200, faces=0)) is Advice.NO_FACE
    assert guide.see(look(1_600)) is Advice.NO_FACE
    assert guide.see(look(2_000)) is Advice.GOOD


def test_looks_that_come_late_or_twice_change_nothing() -> None:
    guide = Guide()
    for at in (400, 800):
        guide.see(look(at))
    for at in (0, 400, 800, 800):
        assert guide.see(look(at, faces=0)) is None
    assert guide.see(look(1_200)) is Advice.GOOD
