"""What the folds keep of each feature: small values, thousands a session."""

from __future__ import annotations

from typing import NamedTuple, Self

from schemas.events import VisionFeatures, VoiceFeatures

Place = tuple[int, int]
"""(epoch, seq): a record's place among its kind. Folds sort by it, so arrival order is nothing."""


class Frame(NamedTuple):
    """One *seen* frame: a face was measured (``VisionFeatures.detected``).

    Angles in degrees, ``smile`` and ``tension`` 0 to 1; ``faces`` is 1 or more.
    """

    faces: int
    gaze_yaw: float
    gaze_pitch: float
    head_yaw: float
    head_pitch: float
    head_roll: float
    smile: float
    tension: float | None

    @classmethod
    def of(cls, features: VisionFeatures) -> Self | None:
        """Return the frame that ``features`` measured, None where no face was seen."""
        if (
            not features.detected
            or features.gaze_yaw is None
            or features.gaze_pitch is None
            or features.head_yaw is None
            or features.head_pitch is None
            or features.head_roll is None
            or features.smile is None
        ):
            return None
        return cls(
            faces=features.faces,
            gaze_yaw=features.gaze_yaw,
            gaze_pitch=features.gaze_pitch,
            head_yaw=features.head_yaw,
            head_pitch=features.head_pitch,
            head_roll=features.head_roll,
            smile=features.smile,
            tension=features.tension,
        )


class Chunk(NamedTuple):
    """One audio chunk that was not failed; amplitudes 0 to 1, ``samples`` at 16 kHz."""

    samples: int
    rms: float
    peak: float
    speaking_ratio: float

    @classmethod
    def of(cls, features: VoiceFeatures) -> Self | None:
        """Return the chunk that ``features`` measured, None where it could not be read."""
        if features.failed:
            return None
        return cls(features.samples, features.rms, features.peak, features.speaking_ratio)
