"""Silence where sound was lost on the way, so that the words after it keep their times."""

from __future__ import annotations

import time
from collections.abc import Callable

from av import AudioFrame

SLACK_S = 3.0
"""Seconds by which sound may run ahead of real time: what a network held up comes in a burst."""

_PIECE_S = 1
"""Longest silence in one frame."""


class Gaps:
    """Finds what is missing between the frames of one answer.

    A frame's ``pts`` says where it belongs on the sender's clock. A hole in it is filled only if
    the answer as a whole gets no longer than it has really taken: a sender's clock that jumps, by
    mistake or on purpose, adds nothing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = 0.0
        self._seconds = 0.0
        self._shape: tuple[str, str, int] | None = None
        self._due = 0

    def before(self, frame: AudioFrame) -> list[AudioFrame]:
        """Return frames of silence that belong before ``frame``, mostly none.

        ``frame.pts`` counts samples, as aiortc's decoders give it.
        """
        now = self._clock()
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        silence: list[AudioFrame] = []
        if self._shape is None:
            self._began = now
        elif shape == self._shape and frame.pts is not None:
            silence = self._fill(frame, frame.pts - self._due, now)
        self._shape = shape
        self._due = (frame.pts or 0) + frame.samples
        self._seconds += frame.samples / frame.sample_rate
        return silence

    def _fill(self, frame: AudioFrame, missing: int, now: float) -> list[AudioFrame]:
        seconds = missing / frame.sample_rate
        room = now - self._began + SLACK_S - self._seconds
        if missing <= 0 or seconds > room:
            return []
        self._seconds += seconds
        piece = _PIECE_S * frame.sample_rate
        lengths = [piece] * (missing // piece) + [missing % piece]
        return [_silence(frame, samples) for samples in lengths if samples]


def _silence(like: AudioFrame, samples: int) -> AudioFrame:
    frame = AudioFrame(like.format.name, like.layout.name, samples)
    frame.sample_rate = like.sample_rate
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame
