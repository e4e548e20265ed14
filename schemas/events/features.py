"""What the workers measured in one media record."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.events.base import Count, Degrees, Event, Unit, Value

Emotion = Literal["neutral", "happy", "sad", "anxious"]


class VisionFeatures(Event):
    """One sampled frame; ``seq`` and ``at`` are the frame's.

    ``faces == 0`` is a result of its own: every measurement is None. With ``failed`` the frame
    could not be read or crashed the model, and ``reason`` says why. Angles are degrees; yaw is
    positive to the candidate's left, pitch upwards, roll towards the candidate's left shoulder.
    ``gaze_*`` is the line of sight relative to the camera (head and eyes together).
    """

    type: Literal["vision.features"] = "vision.features"
    v: Literal[1] = 1
    failed: bool = False
    reason: str = Field("", max_length=300)
    faces: Count = 0
    head_yaw: Degrees | None = None
    head_pitch: Degrees | None = None
    head_roll: Degrees | None = None
    gaze_yaw: Degrees | None = None
    gaze_pitch: Degrees | None = None
    smile: Unit | None = None
    brow: Unit | None = None
    mouth: Unit | None = None
    tension: Unit | None = None
    emotion: Emotion | None = None

    @property
    def detected(self) -> bool:
        """Whether a face was measured."""
        return not self.failed and self.faces > 0

    @model_validator(mode="after")
    def _measured_when_detected(self) -> Self:
        detected = self.detected
        if (
            (self.head_yaw is None) is detected
            or (self.head_pitch is None) is detected
            or (self.head_roll is None) is detected
            or (self.gaze_yaw is None) is detected
            or (self.gaze_pitch is None) is detected
            or (self.smile is None) is detected
        ):
            raise ValueError("head, gaze and smile are given exactly when a face is detected")
        return self


class FacePlace(Value):
    """The middle and the height of a face, as shares of the picture; its left and top are 0."""

    x: Unit
    y: Unit
    height: Unit


class FaceSeen(Event):
    """How a candidate sits who is being calibrated, or is about to be: only to guide them.

    ``seq`` and ``at`` are the frame's. No score rests on it. ``faces == 0`` is a result of its own:
    then there is no ``face``.
    """

    LIVE = True

    type: Literal["face.seen"] = "face.seen"
    v: Literal[1] = 1
    faces: Count
    light: Unit = Field(description="how bright the brightest parts of the picture are")
    face: FacePlace | None = Field(None, description="the nearest one")

    @model_validator(mode="after")
    def _placed_when_seen(self) -> Self:
        if (self.face is None) is (self.faces > 0):
            raise ValueError("a face has a place exactly when one is seen")
        return self


class VoiceFeatures(Event):
    """One audio chunk; ``seq`` and ``at`` are the chunk's. Amplitudes are on a scale of 0 to 1."""

    type: Literal["voice.features"] = "voice.features"
    v: Literal[1] = 1
    failed: bool = False
    reason: str = Field("", max_length=300)
    samples: Count = 0
    rms: Unit = 0.0
    peak: Unit = 0.0
    speaking_ratio: Unit = 0.0
    pitch_hz: Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | None = None
    pause_ms: Count = 0
    clipped_ratio: Unit = 0.0
