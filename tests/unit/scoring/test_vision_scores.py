from __future__ import annotations

import pytest

from schemas.formula import Baseline, Formula
from streams.scoring.coverage import component, coverage
from streams.scoring.emotion import emotion
from streams.scoring.evidence import Frame
from streams.scoring.gaze import gaze
from streams.scoring.posture import posture
from streams.scoring.smile import smile
from tests.support import evidence as make

KEY = make.place()
ZERO = Baseline()
FORMULA = Formula()


def frames(*measured: dict[str, float | None]) -> list[Frame]:
    found = [Frame.of(make.frame(KEY, seq, **each)) for seq, each in enumerate(measured)]
    return [each for each in found if each is not None]


def test_a_frame_without_a_face_or_that_failed_is_not_seen() -> None:
    assert Frame.of(make.unseen(KEY, 0)) is None
    assert Frame.of(make.unseen(KEY, 0, failed=True)) is None
    assert Frame.of(make.frame(KEY, 0)) is not None


@pytest.mark.requirement("score-scale")
@pytest.mark.parametrize(
    ("yaw", "pitch", "value"),
    [(0, 0, 100), (12, -12, 100), (12.001, 0, 40), (0, -12.001, 40), (-12, 12, 100)],
)
def test_gaze_counts_frames_up_to_the_edge_of_the_centre(
    yaw: float, pitch: float, value: float
) -> None:
    assert gaze(frames({"gaze_yaw": yaw, "gaze_pitch": pitch}), ZERO, FORMULA) == value


@pytest.mark.requirement("vision-calibration")
def test_gaze_and_posture_are_relative_to_the_calibrated_zero_point() -> None:
    baseline = Baseline(gaze_yaw=20, gaze_pitch=-15, head_yaw=25, head_pitch=-16, head_roll=20)
    looking = frames(
        {
            "gaze_yaw": 21,
            "gaze_pitch": -14,
            "head_yaw": 26,
            "head_pitch": -15,
            "head_roll": 21,
        }
    )
    assert gaze(looking, baseline, FORMULA) == 100
    assert gaze(looking, ZERO, FORMULA) == 40
    assert posture(looking, baseline, FORMULA) == 100
    assert posture(looking, ZERO, FORMULA) == 40


def test_gaze_is_a_share() -> None:
    assert gaze(frames({}, {}, {}, {"gaze_yaw": 30}), ZERO, FORMULA) == 85


def test_posture_needs_a_steady_head_and_the_first_frame_is_steady() -> None:
    turning = frames({"head_yaw": 0}, {"head_yaw": 8}, {"head_yaw": 16.5}, {"head_yaw": 16.5})
    assert posture(turning, ZERO, FORMULA) == 40 + 60 * 3 / 4  # only 8 to 16.5 is too quick
    nodding = frames({"head_pitch": 0}, {"head_pitch": -9})
    assert posture(nodding, ZERO, FORMULA) == 70
    assert posture(frames({"head_roll": 15.1}), ZERO, FORMULA) == 40


def test_rolling_the_head_is_not_turning_it() -> None:
    assert posture(frames({"head_roll": 0}, {"head_roll": 14}), ZERO, FORMULA) == 100


@pytest.mark.requirement("score-scale")
def test_smile_is_the_mean_over_half_at_most_one() -> None:
    assert smile(frames({"smile": 0.0}, {"smile": 0.5}), ZERO, FORMULA) == 70
    assert smile(frames({"smile": 1.0}), ZERO, FORMULA) == 100
    assert smile(frames({"smile": 0.1}), Baseline(smile=0.3), FORMULA) == 40
    assert smile(frames({"smile": 0.55}), Baseline(smile=0.3), FORMULA) == pytest.approx(70)


@pytest.mark.requirement("score-scale")
def test_emotion_is_a_hundred_less_the_mean_tension() -> None:
    assert emotion(frames({"tension": 0.1}, {"tension": 0.3}), ZERO) == pytest.approx(80)
    assert emotion(frames({"tension": 0.1}, {"tension": None}), ZERO) == pytest.approx(90)
    assert emotion(frames({"tension": 0.4}), Baseline(tension=0.5)) == 100
    assert emotion(frames({"tension": 1.0}), Baseline(tension=None)) == 0
    assert emotion(frames({"tension": None}), ZERO) is None


@pytest.mark.requirement("score-insufficient")
def test_nothing_seen_is_no_number() -> None:
    assert gaze([], ZERO, FORMULA) is None
    assert posture([], ZERO, FORMULA) is None
    assert smile([], ZERO, FORMULA) is None
    assert emotion([], ZERO) is None


@pytest.mark.requirement("score-insufficient")
def test_too_little_coverage_hides_the_value_and_says_the_share() -> None:
    assert component(80.0, 0.49, 0.5).value is None
    assert component(80.0, 0.49, 0.5).coverage == 0.49
    assert component(80.0, 0.5, 0.5).value == 80.0


def test_coverage_of_nothing_is_none_and_surplus_evidence_does_not_exceed_one() -> None:
    assert coverage(0, 0) == 0.0
    assert coverage(3, 0) == 0.0
    assert coverage(3, 4) == 0.75
    assert coverage(5, 4) == 1.0
