"""Smile, tension and a coarse emotion label from blendshapes.

The facial actions behind a label follow the Facial Action Coding System and its emotion prototypes
(Ekman, Friesen and Hager, FACS Investigator's Guide, 2002): happiness is AU 12 (lip corners pulled
up); sadness AU 1 (inner brow raised) with AU 15 (lip corners pulled down) or with the eyes cast
down (AU 64); fear, here called anxious, AU 1 with AU 5 (eyes wide), AU 20 (lips stretched) or AU 24
(lips pressed). Blendshapes of MediaPipe stand in for the action units.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.events import Emotion
from workers.vision.settings import EmotionSettings

_EYES_DOWN_FROM, _EYES_DOWN_FULLY = 0.4, 0.85
"""Amplitudes of eyeLookDown between which the eyes go from open to cast down or shut."""


def smile(blendshapes: Mapping[str, float]) -> float:
    """Return the smile, 0 to 1: AU 12, the mean of both sides."""
    return _both(blendshapes, "mouthSmile")


def brow_tension(blendshapes: Mapping[str, float]) -> float:
    """Return the brows' tension, 0 to 1: AU 4 (brows drawn down and together)."""
    return _both(blendshapes, "browDown")


def mouth_tension(blendshapes: Mapping[str, float]) -> float:
    """Return the mouth's tension, 0 to 1: the strongest of AU 24, AU 20 and AU 28.

    Lips pressed, lips stretched, lips rolled in. A smile presses and stretches the lips too, so it
    takes away from the tension.
    """
    rolled = (blendshapes["mouthRollLower"] + blendshapes["mouthRollUpper"]) / 2
    strongest = max(_both(blendshapes, "mouthPress"), _both(blendshapes, "mouthStretch"), rolled)
    return strongest * (1.0 - smile(blendshapes))


def tension(brow: float, mouth: float) -> float:
    """Return the tension that the emotion score uses, 0 to 1."""
    return (brow + mouth) / 2


def strengths(blendshapes: Mapping[str, float], settings: EmotionSettings) -> dict[Emotion, float]:
    """Return the weighted strength of every emotion but neutral.

    Actions that must come together are multiplied, because the model reads an inner brow of up to
    0.5 in people at rest. Crying pulls the lip corners too, so with the eyes cast down they count
    less as a smile.
    """
    brow = blendshapes["browInnerUp"]
    span = _EYES_DOWN_FULLY - _EYES_DOWN_FROM
    down = min(1.0, max(0.0, (_both(blendshapes, "eyeLookDown") - _EYES_DOWN_FROM) / span))
    fear = max(_both(blendshapes, name) for name in ("eyeWide", "mouthStretch", "mouthPress"))
    return {
        "happy": settings.happy_weight * smile(blendshapes) * (1.0 - down),
        "sad": settings.sad_weight * max(_both(blendshapes, "mouthFrown"), brow * down),
        "anxious": settings.anxious_weight * brow * fear,
    }


def emotion(blendshapes: Mapping[str, float], settings: EmotionSettings) -> Emotion:
    """Return the strongest emotion, neutral when none reaches the threshold."""
    found = strengths(blendshapes, settings)
    strongest = max(found, key=lambda name: found[name])
    return strongest if found[strongest] >= settings.threshold else "neutral"


def _both(blendshapes: Mapping[str, float], name: str) -> float:
    return (blendshapes[f"{name}Left"] + blendshapes[f"{name}Right"]) / 2
