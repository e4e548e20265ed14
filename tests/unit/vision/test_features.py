from __future__ import annotations

import pytest

from schemas.formula import Policy
from schemas.language import Language
from schemas.media import FrameMeta
from tests.support.faces import face
from workers.vision import features as module
from workers.vision.features import Measures, measure
from workers.vision.landmarker import nearest_first
from workers.vision.settings import EmotionSettings
from workers.vision.worker import features

SETTINGS = EmotionSettings()

META = FrameMeta(
    session="s_a",
    question=2,
    attempt=1,
    epoch=3,
    seq=17,
    at=1_700_000_000_000,
    gw=5,
    language=Language.ENGLISH,
    policy=Policy.PRACTICE,
)


@pytest.mark.requirement("vision-features")
def test_no_face_is_a_result_of_its_own() -> None:
    found = measure([], infer_emotion=True, settings=SETTINGS)
    assert found == Measures(faces=0)
    event = features(META, found)
    assert (event.faces, event.failed, event.detected) == (0, False, False)
    assert event.smile is None
    assert event.gaze_yaw is None


@pytest.mark.requirement("vision-features")
def test_a_face_fills_every_field_of_the_event() -> None:
    smiling = face(yaw=5, pitch=-3, mouthSmile=0.6, browDown=0.2)
    event = features(META, measure([smiling], infer_emotion=True, settings=SETTINGS))
    assert event.id == "s_a:2:1:3:vision.features:17"
    assert (event.at, event.detected, event.faces) == (META.at, True, 1)
    assert event.head_yaw == pytest.approx(5, abs=0.01)
    assert event.gaze_pitch == pytest.approx(-3, abs=0.01)
    assert (event.smile, event.brow, event.mouth, event.tension) == (0.6, 0.2, 0.0, 0.1)
    assert event.emotion == "happy"


@pytest.mark.requirement("vision-features")
def test_the_nearest_face_is_measured_and_all_are_counted() -> None:
    near, far = face(yaw=10, at=(0, 0, -30)), face(yaw=-20, at=(15, 0, -90))
    found = measure(nearest_first([far, near]), infer_emotion=True, settings=SETTINGS)
    assert found.faces == 2
    assert found.head_yaw == pytest.approx(10, abs=0.01)


def test_hiring_does_not_even_compute_emotion(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> float:
        raise AssertionError("must not be called")

    for name in ("emotion", "brow_tension", "mouth_tension", "tension"):
        monkeypatch.setattr(module, name, never)
    found = measure([face(mouthSmile=0.6)], infer_emotion=False, settings=SETTINGS)
    assert (found.brow, found.mouth, found.tension, found.emotion) == (None, None, None, None)
    assert found.smile == 0.6
    assert features(META, found).detected


def test_amplitudes_stay_on_their_scale() -> None:
    beyond = measure([face(mouthSmile=1.0000001)], infer_emotion=True, settings=SETTINGS)
    assert beyond.smile == 1.0
    assert features(META, beyond).smile == 1.0


def test_a_failed_frame_says_why_and_measures_nothing() -> None:
    event = features(META, Measures(faces=0), "not a JPEG")
    assert (event.failed, event.reason, event.detected) == (True, "not a JPEG", False)
    assert event.id == "s_a:2:1:3:vision.features:17"
