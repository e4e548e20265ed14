"""What to tell a candidate who sits down to be calibrated. Pure."""

from __future__ import annotations

from enum import StrEnum

from schemas.events import FacePlace, FaceSeen

_DARK = 0.35
"""Of full brightness: where nothing in the picture is brighter, it is too dark."""

_FAR, _NEAR = 0.25, 0.85
"""Height of the face as a share of the picture's, below and above which it is too small or too
large to be measured well. The page's oval is as high as a head whose face has about 0.6."""

_OFF_X, _OFF_Y = 0.2, 0.22
"""How far from the middle the face may be, as shares of width and height."""

_MOVED = 0.05
_GREW = 0.15
"""Between two looks: a share of the picture, and of the face's own height."""

_APART_MS = 1_500
"""Looks that are further apart say nothing about movement."""

_TWICE = 2
"""As many looks in a row must lead to the same advice, or it would flicker."""


class Advice(StrEnum):
    """One thing to do at a time, the one that matters most."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    MORE_LIGHT = "more_light"
    NEARER = "nearer"
    FURTHER = "further"
    MIDDLE = "middle"
    STILL = "still"
    GOOD = "good"


class Guide:
    """Follows a candidate's looks and says what stands; looks may come twice or in disorder."""

    def __init__(self) -> None:
        self._last: FaceSeen | None = None
        self._found: Advice | None = None
        self._times = 0
        self._standing: Advice | None = None

    def see(self, seen: FaceSeen) -> Advice | None:
        """Return what the candidate is to do now; None: not known yet, or ``seen`` is old."""
        if self._last is not None and seen.at <= self._last.at:
            return None
        found, self._last = advice(seen, self._last), seen
        self._times = self._times + 1 if found is self._found else 1
        self._found = found
        if self._times >= _TWICE:
            self._standing = found
        return self._standing


def advice(seen: FaceSeen, before: FaceSeen | None) -> Advice:
    """Return what ``seen`` alone, and its difference from the look ``before``, lead to."""
    face = seen.face
    if face is None:
        return Advice.MORE_LIGHT if seen.light < _DARK else Advice.NO_FACE
    if seen.faces > 1:
        return Advice.SEVERAL_FACES
    if seen.light < _DARK:
        return Advice.MORE_LIGHT
    if face.height < _FAR:
        return Advice.NEARER
    if face.height > _NEAR:
        return Advice.FURTHER
    if abs(face.x - 0.5) > _OFF_X or abs(face.y - 0.5) > _OFF_Y:
        return Advice.MIDDLE
    if before is not None and before.face is not None and seen.at - before.at <= _APART_MS:
        return Advice.STILL if _has_moved(face, before.face) else Advice.GOOD
    return Advice.GOOD


def _has_moved(now: FacePlace, before: FacePlace) -> bool:
    return (
        abs(now.x - before.x) > _MOVED
        or abs(now.y - before.y) > _MOVED
        or abs(now.height - before.height) > _GREW * before.height
    )
