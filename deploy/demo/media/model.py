"""What the built media are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FPS = 10
"""Frames a second of the built videos."""

WIDTH, HEIGHT = 320, 240

AUDIO_RATE = 48_000
"""Hz, mono."""


@dataclass(frozen=True, slots=True)
class MediaClip:
    """A video (MJPEG in MP4, 320x240) and a recording (WAV, 48 kHz mono) of the same length."""

    video: Path
    audio: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class BrowserMedia:
    """Files for a browser's fake devices: concatenated JPEGs at 30 a second, and a WAV."""

    video: Path
    audio: Path


@dataclass(frozen=True, slots=True)
class CandidateMedia:
    """Everything one candidate shows and says: a calibration and three answers."""

    name: str
    story: str
    calibration: MediaClip
    answers: tuple[MediaClip, ...]
    browser: BrowserMedia | None = None
