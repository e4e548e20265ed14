from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.support.faces import blendshapes
from workers.vision.expression import (
    brow_tension,
    emotion,
    mouth_tension,
    smile,
    strengths,
    tension,
)
from workers.vision.settings import EmotionSettings

DEFAULTS = EmotionSettings()

REST = blendshapes(browInnerUp=0.5, browOuterUp=0.35, eyeSquint=0.3, eyeLookDown=0.1)
"""What the model reads in a person at rest."""

SAD = blendshapes(browInnerUp=0.35, eyeLookDown=0.8, mouthSmile=0.5)
"""Crying with the eyes cast down pulls the lip corners too."""

ANXIOUS = blendshapes(browInnerUp=0.7, browOuterUp=0.5, eyeWide=0.4, mouthStretch=0.3)
HAPPY = blendshapes(mouthSmile=0.85, eyeSquint=0.4, eyeLookDown=0.2)


@pytest.mark.requirement("vision-emotion")
@pytest.mark.parametrize(
    ("shapes", "label"),
    [
        (REST, "neutral"),
        (blendshapes(), "neutral"),
        (HAPPY, "happy"),
        (SAD, "sad"),
        (blendshapes(mouthFrown=0.2, browInnerUp=0.2), "sad"),
        (ANXIOUS, "anxious"),
        (blendshapes(browInnerUp=0.6, mouthPress=0.5), "anxious"),
        (blendshapes(eyeLookDown=0.9, eyeBlink=0.9), "neutral"),
    ],
)
def test_labels(shapes: dict[str, float], label: str) -> None:
    assert emotion(shapes, DEFAULTS) == label


@pytest.mark.requirement("vision-emotion")
def test_with_equal_weights_and_the_old_threshold_everything_was_neutral() -> None:
    assert (DEFAULTS.sad_weight, DEFAULTS.threshold) == (1.8, 0.12)
    old = EmotionSettings(sad_weight=1.0, anxious_weight=1.0, threshold=0.25)
    faint = blendshapes(mouthFrown=0.1)
    assert emotion(faint, DEFAULTS) == "sad"
    assert emotion(faint, old) == "neutral"
    assert emotion(ANXIOUS, DEFAULTS.model_copy(update={"threshold": 0.9})) == "neutral"


@pytest.mark.requirement("vision-emotion")
def test_weights_and_threshold_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_EMOTION_SAD_WEIGHT", "0")
    monkeypatch.setenv("VIVA_EMOTION_THRESHOLD", "0.5")
    settings = EmotionSettings()
    assert (settings.sad_weight, settings.threshold) == (0, 0.5)
    assert strengths(SAD, settings)["sad"] == 0
    monkeypatch.setenv("VIVA_EMOTION_THRESHOLD", "twelve")
    with pytest.raises(ValidationError):
        EmotionSettings()


@pytest.mark.requirement("vision-features")
def test_smile_is_the_mean_of_both_sides() -> None:
    assert smile(blendshapes(mouthSmileLeft=0.2, mouthSmileRight=0.6)) == pytest.approx(0.4)
    assert smile(blendshapes()) == 0


@pytest.mark.requirement("vision-features")
def test_tension_of_brow_and_mouth() -> None:
    shapes = blendshapes(browDown=0.6, mouthPress=0.3, mouthStretch=0.2)
    assert brow_tension(shapes) == pytest.approx(0.6)
    assert mouth_tension(shapes) == pytest.approx(0.3)
    assert tension(0.6, 0.3) == pytest.approx(0.45)
    assert mouth_tension(blendshapes(mouthRollLower=0.4, mouthRollUpper=0.2)) == pytest.approx(0.3)


def test_a_smile_is_no_tension() -> None:
    assert mouth_tension(blendshapes(mouthPress=0.3, mouthSmile=1.0)) == 0
