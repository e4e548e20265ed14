"""Which pieces of which recordings make up each candidate; times are seconds in the recording.

The faces were chosen by what the landmarker measures in them: the man of ``single_face.mp4`` keeps
his eyes on the camera; the woman of ``WolfgangLanger_Pexels.mp4`` holds them there at 8.4 to 9.0 s,
has them closed or on the table up to 5.6 s, and 25 to 45 degrees past the camera at 11.9 to 12.9 s
and 14.4 to 16.2 s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Source(StrEnum):
    """A recording in the media folder's ``source``."""

    MAN = "single_face.mp4"
    WOMAN = "WolfgangLanger_Pexels.mp4"
    READER = "two_cities.wav"


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of the picture to show, 4:3; ``left``, ``top`` and ``height`` as shares of 1."""

    left: float
    top: float = 0.0
    height: float = 1.0
    mirrored: bool = False


MAN = Crop(left=0.125)
WOMAN = Crop(left=0.25)
ABSENT_MAN = Crop(left=0.06, height=1.0, mirrored=True)
EMPTY_CHAIR = Crop(left=0.6, top=0.05, height=0.36, mirrored=True)
"""The door behind the man, without him."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A piece of video played to and fro at ``speed`` for ``seconds``."""

    source: Source
    start: float
    end: float
    seconds: float
    crop: Crop
    speed: float = 1.0


@dataclass(frozen=True, slots=True)
class Voice:
    """A piece of the reading and what a microphone makes of it.

    ``rms`` is the level to bring it to (1 is full scale), ``low_pass`` Hz. A mumbling voice
    swallows ``gap`` seconds after every ``run`` seconds.
    """

    start: float
    end: float
    rms: float
    low_pass: float | None = None
    run: float = 0.0
    gap: float = 0.0


@dataclass(frozen=True, slots=True)
class ClipRecipe:
    """A clip: shots one after the other; no voice is a quiet room."""

    shots: tuple[Shot, ...]
    voice: Voice | None = None

    @property
    def seconds(self) -> float:
        """Length of the clip."""
        return sum(shot.seconds for shot in self.shots)


@dataclass(frozen=True, slots=True)
class CandidateRecipe:
    """A candidate."""

    story: str
    calibration: ClipRecipe
    answers: tuple[ClipRecipe, ...]
    for_browser: bool = field(default=False)


ROOM_NOISE = 0.0004
"""RMS of a quiet room."""

_FLUENT = 0.085


def _man(start: float, end: float, seconds: float, speed: float = 0.5) -> Shot:
    return Shot(Source.MAN, start, end, seconds, MAN, speed)


def _woman(start: float, end: float, seconds: float, speed: float = 0.6) -> Shot:
    return Shot(Source.WOMAN, start, end, seconds, WOMAN, speed)


def _left(seconds: float) -> Shot:
    return Shot(Source.MAN, 0.0, 0.5, seconds, EMPTY_CHAIR, 0.5)


def _absent(seconds: float) -> Shot:
    return Shot(Source.MAN, 0.0, 0.5, seconds, ABSENT_MAN, 0.5)


def _fluent(start: float, end: float) -> Voice:
    return Voice(start, end, rms=_FLUENT)


def _mumbling(start: float, end: float) -> Voice:
    return Voice(start, end, rms=0.009, low_pass=1_800.0, run=1.6, gap=0.9)


RECIPES: dict[str, CandidateRecipe] = {
    "attentive": CandidateRecipe(
        story="looks at the camera and speaks fluently",
        calibration=ClipRecipe((_man(0.0, 0.5, 4.5),), _fluent(37.0, 41.5)),
        answers=(
            ClipRecipe((_man(0.0, 0.5, 4.0), _man(0.4, 2.4, 8.2)), _fluent(0.6, 12.8)),
            ClipRecipe((_man(0.0, 0.5, 3.0), _man(0.0, 2.4, 8.0)), _fluent(13.2, 24.2)),
            ClipRecipe((_man(0.0, 2.4, 6.0), _man(0.0, 0.5, 2.4)), _fluent(28.7, 37.1)),
        ),
        for_browser=True,
    ),
    "inattentive": CandidateRecipe(
        story="looks away and mumbles",
        calibration=ClipRecipe((_woman(8.4, 8.95, 4.5),), Voice(24.4, 28.9, rms=0.04)),
        answers=(
            ClipRecipe(
                (_woman(0.0, 2.4, 6.0), _woman(8.4, 8.95, 0.6), _woman(2.4, 5.5, 4.4)),
                _mumbling(28.7, 39.7),
            ),
            ClipRecipe(
                (_woman(14.4, 16.2, 6.0), _woman(8.4, 8.95, 0.6), _woman(11.9, 12.9, 4.0)),
                _mumbling(0.6, 11.2),
            ),
            ClipRecipe(
                (_woman(14.6, 16.2, 4.0), _woman(8.4, 8.95, 0.6), _woman(2.6, 5.5, 4.4)),
                _mumbling(13.2, 22.2),
            ),
        ),
    ),
    "absent": CandidateRecipe(
        story="calibrates, then leaves the picture and says nothing",
        calibration=ClipRecipe((_absent(4.5),), _fluent(24.4, 28.9)),
        answers=(
            ClipRecipe((_absent(0.8), _left(7.4))),
            ClipRecipe((_left(8.0),)),
            ClipRecipe((_left(8.0),)),
        ),
    ),
}
