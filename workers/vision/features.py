"""From faces to the measurements of one frame; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from schemas.events import Emotion
from workers.vision.expression import brow_tension, emotion, mouth_tension, smile, tension
from workers.vision.pose import pose
from workers.vision.service import Face
from workers.vision.settings import EmotionSettings
from workers.vision.sight import Sight

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Measures:
    """What ``vision.features`` says of a frame; all None but ``faces`` when there is no face.

    Angles are degrees, amplitudes 0 to 1.
    """

    faces: int
    head_yaw: float | None = None
    head_pitch: float | None = None
    head_roll: float | None = None
    gaze_yaw: float | None = None
    gaze_pitch: float | None = None
    smile: float | None = None
    brow: float | None = None
    mouth: float | None = None
    tension: float | None = None
    emotion: Emotion | None = None
    seen: Sight | None = field(default=None, compare=False)
    """What the event ``face.seen`` says of the frame."""

    def as_fields(self) -> dict[str, float | str | None]:
        """Return the fields of ``vision.features`` by name."""
        names = (each.name for each in fields(self))
        return {name: getattr(self, name) for name in names if name != "seen"}


def measure(faces: Sequence[Face], *, infer_emotion: bool, settings: EmotionSettings) -> Measures:
    """Return the measurements of the nearest face (the first) and how many faces there are.

    Without ``infer_emotion`` (the hiring policy) tension and emotion are not computed at all.
    """
    if not faces:
        return Measures(faces=0)
    face = faces[0]
    at = pose(face.matrix, face.blendshapes)
    brow = mouth = strained = label = None
    if infer_emotion:
        brow, mouth = brow_tension(face.blendshapes), mouth_tension(face.blendshapes)
        strained = _amplitude(tension(brow, mouth))
        label = emotion(face.blendshapes, settings)
    return Measures(
        faces=len(faces),
        head_yaw=round(at.head_yaw, _DIGITS),
        head_pitch=round(at.head_pitch, _DIGITS),
        head_roll=round(at.head_roll, _DIGITS),
        gaze_yaw=round(at.gaze_yaw, _DIGITS),
        gaze_pitch=round(at.gaze_pitch, _DIGITS),
        smile=_amplitude(smile(face.blendshapes)),
        brow=None if brow is None else _amplitude(brow),
        mouth=None if mouth is None else _amplitude(mouth),
        tension=strained,
        emotion=label,
    )


def _amplitude(value: float) -> float:
    return round(min(1.0, max(0.0, value)), _DIGITS)
