"""What the real landmarker and the voice formula make of the simulated candidates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, median

import cv2
import numpy as np
import pytest

from deploy.demo.media import CandidateMedia, MediaClip, build
from deploy.demo.media.sound import read_wav, rms
from deploy.local.settings import LocalSettings
from deploy.models import install
from schemas.formula import Formula
from schemas.models import FACE_LANDMARKER
from tests.support.faces import film
from workers.vision.features import Measures, measure
from workers.vision.jpeg import decode
from workers.vision.landmarker import FaceLandmarkerEngine
from workers.vision.landmarker import build as build_engine
from workers.vision.settings import EmotionSettings

pytestmark = pytest.mark.integration

FORMULA = Formula()


@pytest.fixture(scope="module")
def candidates() -> dict[str, CandidateMedia]:
    settings = LocalSettings()
    install(settings.cache_dir.resolve(), settings.models_dir, lambda _: None)
    return build(settings.cache_dir.resolve(), lambda _: None)


@pytest.fixture(scope="module")
def engine(candidates: dict[str, CandidateMedia]) -> Iterator[FaceLandmarkerEngine]:
    found = build_engine(FACE_LANDMARKER.at(LocalSettings().models))
    yield found
    found.close()


def watch(engine: FaceLandmarkerEngine, clip: MediaClip) -> list[Measures]:
    settings = EmotionSettings()
    return [
        measure(engine.faces(decode(jpeg)), infer_emotion=True, settings=settings)
        for jpeg in film(clip.video, 0.0, clip.seconds)
    ]


def gaze_points(engine: FaceLandmarkerEngine, candidate: CandidateMedia) -> list[float]:
    """Score every answer as the requirements say: share of frames within the calibrated centre."""
    rest = [each for each in watch(engine, candidate.calibration) if each.faces == 1]
    assert len(rest) >= 15
    yaw = median(each.gaze_yaw or 0 for each in rest)
    pitch = median(each.gaze_pitch or 0 for each in rest)
    points = []
    for answer in candidate.answers:
        seen = [each for each in watch(engine, answer) if each.faces]
        assert len(seen) >= 35
        inside = fmean(
            abs((each.gaze_yaw or 0) - yaw) <= FORMULA.gaze_yaw
            and abs((each.gaze_pitch or 0) - pitch) <= FORMULA.gaze_pitch
            for each in seen
        )
        points.append(40 + 60 * inside)
    return points


def heard(clip: MediaClip) -> np.ndarray:
    """Return the clip's sound as the gateway passes it on: 16 kHz."""
    samples = read_wav(clip.audio)
    assert len(samples) == round(clip.seconds * 48_000)
    return samples.reshape(-1, 3).mean(axis=1)


def voice_points(clip: MediaClip) -> float:
    samples = heard(clip)
    volume = 40 + 60 * (rms(samples) - 0.02) / (0.15 - 0.02)
    pace = 40 + 60 * float(np.mean(np.abs(samples) > 0.02)) / 0.20
    return 0.45 * min(100, max(40, volume)) + 0.55 * min(100, max(40, pace))


def test_the_attentive_gaze_is_far_above_the_inattentive(
    engine: FaceLandmarkerEngine, candidates: dict[str, CandidateMedia]
) -> None:
    attentive = gaze_points(engine, candidates["attentive"])
    inattentive = gaze_points(engine, candidates["inattentive"])
    assert min(attentive) > 90
    assert max(inattentive) < 55
    assert all(a - b >= 40 for a, b in zip(attentive, inattentive, strict=True))


def test_the_attentive_voice_is_far_above_the_mumbling(
    candidates: dict[str, CandidateMedia],
) -> None:
    for fluent, mumbled in zip(
        candidates["attentive"].answers, candidates["inattentive"].answers, strict=True
    ):
        assert rms(heard(fluent)) > 0.05
        assert 0.004 < rms(heard(mumbled)) < 0.012
        assert voice_points(fluent) - voice_points(mumbled) >= 20
        ratio = float(np.mean(np.abs(heard(mumbled)) > 0.02))
        assert 2 * FORMULA.min_speaking_ratio < ratio < 0.1


def test_the_absent_candidate_calibrates_and_leaves(
    engine: FaceLandmarkerEngine, candidates: dict[str, CandidateMedia]
) -> None:
    absent = candidates["absent"]
    assert {each.faces for each in watch(engine, absent.calibration)} == {1}
    assert rms(heard(absent.calibration)) > 0.05
    for answer in absent.answers:
        faces = [each.faces for each in watch(engine, answer)]
        assert fmean(count > 0 for count in faces) < 0.2
        assert rms(heard(answer)) < 0.001


def test_the_browsers_files(candidates: dict[str, CandidateMedia]) -> None:
    browser = candidates["attentive"].browser
    assert browser is not None
    data = browser.video.read_bytes()
    assert len(data) < 8_000_000
    first = data[: data.index(b"\xff\xd9") + 2]
    picture = cv2.imdecode(np.frombuffer(first, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (240, 320, 3)
    assert rms(read_wav(browser.audio)) > 0.05


def test_built_once_and_found_again(candidates: dict[str, CandidateMedia]) -> None:
    said: list[str] = []
    data_dir = LocalSettings().cache_dir.resolve()
    again = build(data_dir, said.append)
    assert again == candidates
    assert said == []
    folder: Path = again["attentive"].calibration.video.parent
    assert list(folder.parent.glob("candidates-*")) == [folder]
