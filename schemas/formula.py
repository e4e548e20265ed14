"""The score formula: weights and thresholds as one versioned, immutable value."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field


class Policy(StrEnum):
    """What an interview is for, which decides what may be inferred."""

    PRACTICE = "practice"
    """The candidate's own training: all five scores, shown to them alone."""
    HIRING = "hiring"
    """Emotion is not inferred, stored or shown (EU AI Act, Art. 5(1)(f))."""

    @property
    def infers_emotion(self) -> bool:
        """Whether tension and emotion may be computed at all."""
        return self is Policy.PRACTICE


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Weights(_Frozen):
    """Weight of each component in the total. A weight of 0 removes the component."""

    gaze: float = Field(0.35, ge=0)
    voice: float = Field(0.20, ge=0)
    smile: float = Field(0.15, ge=0)
    posture: float = Field(0.15, ge=0)
    emotion: float = Field(0.15, ge=0)


class Formula(_Frozen):
    """Everything a score depends on besides the evidence.

    Angles are degrees from the calibrated zero point, amplitudes are on a scale of 0 to 1.
    """

    weights: Weights = Weights()

    gaze_yaw: float = Field(12.0, gt=0, description="half width of the gaze centre, degrees")
    gaze_pitch: float = Field(12.0, gt=0, description="half height of the gaze centre, degrees")

    posture_yaw: float = Field(18.0, gt=0, description="half width of the head band, degrees")
    posture_pitch: float = Field(15.0, gt=0, description="half height of the head band, degrees")
    posture_roll: float = Field(15.0, gt=0, description="largest tilt of the head, degrees")
    posture_steady: float = Field(
        8.0, gt=0, description="largest turn between consecutive frames, degrees"
    )

    smile_full: float = Field(0.5, gt=0, description="mean smile that earns 100")

    volume_floor: float = Field(0.02, ge=0, description="RMS that earns 40")
    volume_full: float = Field(0.15, gt=0, description="RMS that earns 100")
    pace_full: float = Field(0.20, gt=0, description="speaking ratio that earns 100")
    volume_weight: float = Field(0.45, ge=0, le=1, description="volume's share of voice")

    min_face_coverage: float = Field(
        0.5, ge=0, le=1, description="share of frames with a face below which vision has no score"
    )
    min_audio_coverage: float = Field(
        0.5, ge=0, le=1, description="share of audio chunks heard below which voice has no score"
    )
    min_speaking_ratio: float = Field(
        0.01, ge=0, le=1, description="speaking ratio below which voice has no score"
    )
    min_speech_ms: int = Field(
        300, ge=0, description="speech found by the transcriber below which voice has no score"
    )
    min_total_coverage: float = Field(
        0.5, ge=0, le=1, description="share of the weights present below which there is no total"
    )

    @property
    def version(self) -> str:
        """Name of exactly these numbers: ``f1-`` and ten hex digits of their SHA-256."""
        return "f1-" + hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:10]

    def for_policy(self, policy: Policy) -> Self:
        """Return the formula with the weights that ``policy`` allows."""
        if policy.infers_emotion:
            return self
        weights = self.weights.model_copy(update={"emotion": 0.0})
        return self.model_copy(update={"weights": weights})

    def without_camera(self) -> Self:
        """Return the formula for whoever is heard but not seen: what is heard makes the total."""
        unseen = {"gaze": 0.0, "smile": 0.0, "posture": 0.0, "emotion": 0.0}
        return self.model_copy(update={"weights": self.weights.model_copy(update=unseen)})

    def for_writing(self) -> Self:
        """Return the formula for whoever writes: nothing is measured, so there is no total."""
        nothing = dict.fromkeys(Weights.model_fields, 0.0)
        return self.model_copy(update={"weights": Weights(**nothing)})


class Baseline(_Frozen):
    """A candidate's zero point: medians over the calibration's frames with one face.

    Angles are degrees; ``smile`` and ``tension`` are 0 to 1 (``tension`` None where the policy
    does not infer it).
    """

    gaze_yaw: float = 0.0
    gaze_pitch: float = 0.0
    head_yaw: float = 0.0
    head_pitch: float = 0.0
    head_roll: float = 0.0
    smile: float = Field(0.0, ge=0, le=1)
    tension: float | None = Field(None, ge=0, le=1)
