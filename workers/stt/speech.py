"""Keeping count of speech and pauses while probabilities come in."""

from __future__ import annotations

from schemas.media import SAMPLE_RATE
from workers.stt.vad import FRAME, SILENCE, SPEECH


class SpeechTracker:
    """Speech found so far in one pack. Positions and lengths are samples from its start."""

    __slots__ = ("_frames", "_in_speech", "_speech_frames", "begin", "end", "last_probability")

    def __init__(self) -> None:
        self._frames = 0
        self._in_speech = False
        self._speech_frames = 0
        self.begin = 0
        self.end = 0
        self.last_probability = 0.0

    def note(self, probabilities: list[float]) -> None:
        """Take the probabilities of the next frames."""
        for probability in probabilities:
            self._in_speech = probability >= (SILENCE if self._in_speech else SPEECH)
            if self._in_speech:
                if not self._speech_frames:
                    self.begin = self._frames * FRAME
                self._speech_frames += 1
                self.end = (self._frames + 1) * FRAME
            self._frames += 1
            self.last_probability = probability

    @property
    def is_silent(self) -> bool:
        """Whether no frame was speech."""
        return self._speech_frames == 0

    @property
    def speech_ms(self) -> int:
        """Length of all speech frames together, ms."""
        return self._speech_frames * FRAME * 1000 // SAMPLE_RATE

    @property
    def pause(self) -> int:
        """Samples of whole frames since the last speech."""
        return self._frames * FRAME - self.end
