from __future__ import annotations

from typing import Any

import pytest

from schemas.formula import Baseline, Policy
from streams.scoring.calibration import QUIET_PEAK, QUIET_RMS, Calibration, calibrate
from streams.scoring.evidence import Chunk, Frame
from tests.support import evidence as make

KEY = make.place(question=0)
SPEAKING = [Chunk(8000, 0.03, 0.2, 0.3)] * 8


def frames(count: int, faces: int = 1, **measured: float | None) -> list[Frame]:
    found = [Frame.of(make.frame(KEY, seq, faces, **measured)) for seq in range(count)]
    return [each for each in found if each is not None]


def run(seen: list[Frame], chunks: list[Chunk], counted: int, **more: Any) -> Calibration:
    return calibrate(seen, chunks, counted, more.get("policy", Policy.PRACTICE))


@pytest.mark.requirement("vision-calibration")
def test_the_zero_point_is_the_median_so_one_glance_away_does_not_move_it() -> None:
    seen = [
        *frames(9, gaze_yaw=5.0, head_yaw=4.0, head_pitch=-3.0, smile=0.1, tension=0.2),
        *frames(1, gaze_yaw=80.0, head_yaw=70.0, smile=1.0, tension=1.0),
    ]
    found = run(seen, SPEAKING, 10)
    assert found.ok
    assert found.problems == ()
    assert found.baseline == Baseline(gaze_yaw=5, head_yaw=4, head_pitch=-3, smile=0.1, tension=0.2)
    assert (found.frames, found.faces) == (10, 10)
    assert found.rms == pytest.approx(0.03)


def test_an_even_number_of_frames_takes_the_middle_of_the_two() -> None:
    found = run([*frames(1, gaze_yaw=2.0), *frames(1, gaze_yaw=4.0)], SPEAKING, 2)
    assert found.baseline.gaze_yaw == 3


def test_hiring_keeps_no_tension() -> None:
    found = run(frames(5, tension=0.4), SPEAKING, 5, policy=Policy.HIRING)
    assert found.ok
    assert found.baseline.tension is None
    failed = run([], SPEAKING, 5, policy=Policy.HIRING)
    assert failed.baseline == Baseline(tension=None)


def test_no_face_in_most_frames_is_named_and_gives_zeros() -> None:
    found = run(frames(4, gaze_yaw=9.0), SPEAKING, 10)
    assert found.problems == ("no_face",)
    assert not found.ok
    assert found.baseline == Baseline(tension=0.0)
    assert run(frames(5), SPEAKING, 10).ok


def test_a_second_person_is_named_and_a_passer_by_is_not() -> None:
    crowd = run([*frames(7, gaze_yaw=2.0), *frames(3, faces=2, gaze_yaw=50.0)], SPEAKING, 10)
    assert crowd.problems == ("several_faces",)
    assert crowd.baseline.gaze_yaw == 2.0  # of the frames with one face
    assert crowd.faces == 7
    assert run([*frames(8), *frames(2, faces=3)], SPEAKING, 10).ok


@pytest.mark.requirement("stt-quiet-microphone")
def test_a_dead_microphone_is_named_and_the_zero_point_is_kept() -> None:
    dead = [Chunk(8000, 0.0002, 0.0008, 0.0)] * 8
    found = run(frames(10, gaze_yaw=3.0), dead, 10)
    assert found.problems == ("quiet_microphone",)
    assert not found.ok
    assert found.baseline.gaze_yaw == 3.0


@pytest.mark.requirement("stt-quiet-microphone")
def test_saying_nothing_into_a_living_microphone_is_no_fault() -> None:
    room = [Chunk(8000, QUIET_RMS / 2, QUIET_PEAK * 2, 0.0)] * 8
    assert run(frames(10), room, 10).ok
    one_click = [Chunk(8000, 0.0001, 0.001, 0.0)] * 7 + [Chunk(8000, 0.0004, 0.02, 0.0)]
    assert run(frames(10), one_click, 10).ok


def test_missing_media_is_named_instead_of_its_consequences() -> None:
    assert run([], SPEAKING, 0).problems == ("no_media",)
    assert run(frames(10), [], 10).problems == ("no_media",)
    assert run(frames(10), [Chunk(0, 0, 0, 0)], 10).problems == ("no_media",)
    assert run([], [], 0).problems == ("no_media",)
    assert run([], [], 0).rms == 0.0
