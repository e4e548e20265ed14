"""The real landmarker on real people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest

from schemas.models import FACE_LANDMARKER
from tests.support.faces import film
from workers.vision.features import Measures, measure
from workers.vision.jpeg import decode
from workers.vision.landmarker import FaceLandmarkerEngine, build
from workers.vision.service import Face, Image
from workers.vision.settings import EmotionSettings

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def engine(models: Path) -> Iterator[FaceLandmarkerEngine]:
    found = build(FACE_LANDMARKER.at(models))
    yield found
    found.close()


def watch(
    engine: FaceLandmarkerEngine,
    path: Path,
    start: float,
    end: float,
    settings: EmotionSettings | None = None,
) -> list[Measures]:
    return [
        measure(
            engine.faces(decode(jpeg)),
            infer_emotion=True,
            settings=settings or EmotionSettings(),
        )
        for jpeg in film(path, start, end)
    ]


@pytest.mark.requirement("vision-features")
def test_neutral_then_smile(engine: FaceLandmarkerEngine, recordings: Path) -> None:
    rest = watch(engine, recordings / "single_face.mp4", 0.0, 0.55)
    smiling = watch(engine, recordings / "single_face.mp4", 0.8, 2.4)
    assert {each.faces for each in rest + smiling} == {1}
    assert max(each.smile or 0 for each in rest) < 0.1
    assert min(each.smile or 0 for each in smiling) > 0.7
    assert all(abs(each.head_yaw or 0) < 8 for each in rest + smiling)


@pytest.mark.requirement("vision-emotion")
def test_neutral_is_neutral_and_a_smile_happy(
    engine: FaceLandmarkerEngine, recordings: Path
) -> None:
    rest = watch(engine, recordings / "single_face.mp4", 0.0, 0.55)
    smiling = watch(engine, recordings / "single_face.mp4", 0.8, 2.4)
    assert {each.emotion for each in rest} == {"neutral"}
    assert Counter(each.emotion for each in smiling)["happy"] >= 0.8 * len(smiling)


@pytest.mark.requirement("vision-emotion")
def test_sad_turns_happy(engine: FaceLandmarkerEngine, recordings: Path) -> None:
    video = recordings / "WolfgangLanger_Pexels.mp4"
    crying = Counter(each.emotion for each in watch(engine, video, 0.0, 1.8))
    laughing = Counter(each.emotion for each in watch(engine, video, 12.1, 17.0))
    assert crying["sad"] >= 0.8 * crying.total()
    assert crying["happy"] == 0
    assert laughing["happy"] >= 0.9 * laughing.total()
    assert laughing["sad"] == 0


@pytest.mark.requirement("vision-emotion")
def test_the_weights_are_what_makes_the_sad_face_sad(
    engine: FaceLandmarkerEngine, recordings: Path
) -> None:
    video = recordings / "WolfgangLanger_Pexels.mp4"
    old = EmotionSettings(sad_weight=1.0, threshold=0.6)
    labels = {each.emotion for each in watch(engine, video, 0.0, 1.8, old)}
    assert labels == {"neutral"}


@pytest.mark.requirement("vision-features")
def test_gaze_tells_the_camera_from_beside_it_and_below(
    engine: FaceLandmarkerEngine, recordings: Path
) -> None:
    video = recordings / "WolfgangLanger_Pexels.mp4"
    at_camera = watch(engine, video, 8.4, 8.95)
    beside = watch(engine, video, 14.7, 16.2)
    below = watch(engine, video, 0.0, 3.0)
    yaw = median(each.gaze_yaw or 0 for each in at_camera)
    pitch = median(each.gaze_pitch or 0 for each in at_camera)
    assert all(abs((each.gaze_yaw or 0) - yaw) < 12 for each in at_camera)
    assert mean((each.gaze_yaw or 0) - yaw for each in beside) > 20
    assert mean((each.gaze_pitch or 0) - pitch for each in below) < -20
    # Beside it she looks with her eyes: the head turns far less than the line of sight.
    turned = median(each.head_yaw or 0 for each in at_camera)
    assert mean((each.head_yaw or 0) - turned for each in beside) < 25


@pytest.mark.requirement("vision-features")
def test_no_face_is_a_result(engine: FaceLandmarkerEngine, recordings: Path) -> None:
    found = watch(engine, recordings / "no_face.mp4", 0.0, 3.9)
    assert len(found) >= 18
    assert set(found) == {Measures(faces=0)}
    faces = [each.faces for each in watch(engine, recordings / "face_noface.mov", 0.0, 6.3)]
    assert faces[0] == 1
    assert faces[-1] == 0


@pytest.mark.requirement("vision-light")
def test_the_same_frame_gives_the_same_measures(
    engine: FaceLandmarkerEngine, recordings: Path
) -> None:
    once = watch(engine, recordings / "single_face.mp4", 0.0, 2.0)
    again = watch(engine, recordings / "single_face.mp4", 0.0, 2.0)
    assert once == again


def test_landmarks_are_left_out_and_the_rest_is_the_librarys(
    engine: FaceLandmarkerEngine, recordings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mediapipe.tasks.python.components.containers import landmark
    from mediapipe.tasks.python.vision import face_landmarker as library

    picture = decode(next(film(recordings / "single_face.mp4", 0.8, 1.0)))
    (whole,) = unpatched(engine, picture, library, monkeypatch)

    def unasked(*_: object) -> None:
        raise AssertionError("a landmark was turned into an object")

    with monkeypatch.context() as patch:
        patch.setattr(landmark.NormalizedLandmark, "from_ctypes", unasked)
        (thin,) = engine.faces(picture)
        with pytest.raises(AssertionError, match="turned into an object"):
            unpatched(engine, picture, library, monkeypatch)
    assert thin.blendshapes == whole.blendshapes
    assert (thin.matrix == whole.matrix).all()


def unpatched(
    engine: FaceLandmarkerEngine, picture: Image, library: Any, monkeypatch: pytest.MonkeyPatch
) -> list[Face]:
    """Return what ``engine`` finds with the library's own result."""
    with monkeypatch.context() as patch:
        patch.setattr(library, "FaceLandmarkerResult", library.FaceLandmarkerResult.__base__)
        return engine.faces(picture)
