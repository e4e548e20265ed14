"""Cutting one stream of audio chunks into packs worth a call of the recogniser. Pure: no clock.

Speech is collected to 4 to 10 s: long enough for its words to have context and for a call to be
worth its fixed cost, short enough that little is left to recognise when an answer ends. What a pack
holds depends only on its own chunks, beginning with its first: a packer that starts there
after a crash makes the same pack, of the same name.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import numpy as np

from schemas.media import SAMPLE_RATE
from workers.stt.pcm import Samples
from workers.stt.speech import SpeechTracker
from workers.stt.vad import SpeechDetector


@dataclass(frozen=True, slots=True)
class Limits:
    """When a pack is closed, all in samples."""

    settled: int = 4 * SAMPLE_RATE
    """From here on a pack closes in a pause of ``long_pause`` ..."""
    loose: int = 8 * SAMPLE_RATE
    """... and by here in one of ``short_pause``; in between the pause needed shrinks evenly."""
    longest: int = 10 * SAMPLE_RATE
    """No pack is longer: it is cut where speech was least likely in its last ``look_back``."""
    long_pause: int = SAMPLE_RATE // 2
    short_pause: int = SAMPLE_RATE // 10
    look_back: int = 4 * SAMPLE_RATE
    lead: int = SAMPLE_RATE // 2
    """A silent pack keeps at least this much, as context of the speech that may follow ..."""
    silent: int = SAMPLE_RATE
    """... and is cut back to it when it reaches this."""
    margin: int = SAMPLE_RATE * 3 // 10
    """Silence handed to the recogniser before and after the speech."""
    min_speech_ms: int = 250
    """Packs with less speech are noise: a recogniser would invent words."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some audio; ``offset`` is the record it came in, ``at`` its event time, UTC ms."""

    seq: int
    first_sample: int
    samples: Samples
    offset: int
    at: int


@dataclass(frozen=True, slots=True)
class Pack:
    """Audio with speech, to be recognised in one call. Positions count from the answer's start.

    ``first_sample`` names the utterance, ``offset`` is the pack's first record. ``audio`` is the
    speech with a margin and starts at sample ``audio_start``.
    """

    first_sample: int
    offset: int
    at: int
    audio_start: int
    audio: Samples
    speech_ms: int

    @property
    def end(self) -> int:
        """Sample after the last one of ``audio``."""
        return self.audio_start + int(self.audio.size)


class Packer:
    """Makes packs of one epoch of one answer."""

    def __init__(self, detector: SpeechDetector, limits: Limits | None = None) -> None:
        self._detector = detector
        self._limits = limits or Limits()
        self._next_seq = 0
        self._next_sample = 0
        self._begin(())

    @property
    def open_offset(self) -> int | None:
        """The first record of the pack being made, None while there is none."""
        return self._chunks[0].offset if self._chunks else None

    def add(self, chunk: Chunk) -> list[Pack]:
        """Take the next chunk and return the packs that it completes.

        A chunk whose ``seq`` was taken already is a duplicate and ignored. A hole in the samples
        as long as a long pause ends the pack; a shorter one is closed up, which shifts the times
        of the words after it, up to the pack's end, by less than that.
        """
        if chunk.seq < self._next_seq:
            return []
        self._next_seq = chunk.seq + 1
        if not chunk.samples.size:
            return []
        hole = chunk.first_sample - self._next_sample
        self._next_sample = chunk.first_sample + int(chunk.samples.size)
        ended = self.flush() if self._chunks and hole >= self._limits.long_pause else []
        return [*ended, *self._take(chunk)]

    def flush(self) -> list[Pack]:
        """End the pack being made and return it, if it has speech."""
        pack = self._pack(self._chunks, self._speech)
        self._begin(())
        return pack

    def _begin(self, chunks: tuple[Chunk, ...]) -> list[Pack]:
        self._detector.reset()
        self._chunks: list[Chunk] = []
        self._marks: list[tuple[int, SpeechTracker]] = []  # length and speech after each chunk
        self._speech = SpeechTracker()
        return [pack for chunk in chunks for pack in self._take(chunk)]

    @property
    def _length(self) -> int:
        return self._marks[-1][0] if self._marks else 0

    def _take(self, chunk: Chunk) -> list[Pack]:
        limits = self._limits
        size = int(chunk.samples.size)
        if self._length + size > limits.longest:
            return [*self._cut(), *self._take(chunk)]
        self._chunks.append(chunk)
        self._speech.note(self._detector.feed(chunk.samples))
        self._marks.append((self._length + size, copy(self._speech)))
        if self._speech.is_silent:
            return self._trim_silence()
        if self._length >= limits.settled and self._speech.pause >= self._pause_needed():
            return self.flush()
        return []

    def _pause_needed(self) -> int:
        limits = self._limits
        progress = (self._length - limits.settled) / (limits.loose - limits.settled)
        shrunk = limits.long_pause - progress * (limits.long_pause - limits.short_pause)
        return max(limits.short_pause, round(shrunk))

    def _trim_silence(self) -> list[Pack]:
        if self._length < self._limits.silent:
            return []
        keep = len(self._chunks)
        kept = 0
        while kept < self._limits.lead:
            keep -= 1
            kept += int(self._chunks[keep].samples.size)
        return self._begin(tuple(self._chunks[keep:])) if keep else []

    def _cut(self) -> list[Pack]:
        """End a pack that is full at its best place and begin the next with what is left."""
        earliest = self._length - self._limits.look_back
        places = [i for i, (end, _) in enumerate(self._marks) if end >= earliest]
        best = min(reversed(places), key=lambda i: self._marks[i][1].last_probability)
        head, tail = self._chunks[: best + 1], tuple(self._chunks[best + 1 :])
        return [*self._pack(head, self._marks[best][1]), *self._begin(tail)]

    def _pack(self, chunks: list[Chunk], speech: SpeechTracker) -> list[Pack]:
        if not chunks or speech.speech_ms < self._limits.min_speech_ms:
            return []
        audio = np.concatenate([chunk.samples for chunk in chunks])
        start = max(0, speech.begin - self._limits.margin)
        end = min(audio.size, speech.end + self._limits.margin)
        return [
            Pack(
                first_sample=chunks[0].first_sample,
                offset=chunks[0].offset,
                at=chunks[-1].at,
                audio_start=chunks[0].first_sample + start,
                audio=audio[start:end],
                speech_ms=speech.speech_ms,
            )
        ]
