"""One open answer or calibration: collects its evidence and says when a result is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from schemas.events import (
    AnswerEnded,
    AnswerStarted,
    AnswerTyped,
    CalibrationCompleted,
    CalibrationEnded,
    CalibrationStarted,
    EpochCounts,
    Event,
    QuestionScored,
    TranscriptFinal,
    TranscriptSegment,
    VisionFeatures,
    VoiceFeatures,
)
from streams.scoring.calibration import calibrate
from streams.scoring.coverage import component, coverage
from streams.scoring.emotion import emotion
from streams.scoring.evidence import Chunk, Frame, Place
from streams.scoring.gaze import gaze
from streams.scoring.posture import posture
from streams.scoring.smile import smile
from streams.scoring.speech import speech
from streams.scoring.total import total
from streams.scoring.voice import loudness, voice
from streams.scoring.writing import writing

T = TypeVar("T")

MAX_TRANSCRIPT = 40_000
"""Characters that a score carries; an hour of fast speech has more, the segments have it all."""


MAX_EVIDENCE = 350_000
"""Records of one kind that an answer may consist of: a little over three hours, the longest limit
with all extra time, of 30 frames a second. More is not evidence, and would fill the memory of the
agent."""


class Media:
    """Features of one answer by (epoch, seq). Of two with the same place the first stands."""

    __slots__ = ("_chunks", "_counts", "_frames")

    def __init__(self) -> None:
        self._frames: dict[Place, Frame | None] = {}
        self._chunks: dict[Place, Chunk | None] = {}
        self._counts: tuple[EpochCounts, ...] | None = None

    def add(self, event: VisionFeatures | VoiceFeatures) -> None:
        """Keep what ``event`` measured."""
        place = (event.epoch, event.seq)
        if isinstance(event, VisionFeatures):
            self._frames.setdefault(place, Frame.of(event))
        else:
            self._chunks.setdefault(place, Chunk.of(event))
        _bound(len(self._frames), len(self._chunks))

    def count(self, counts: tuple[EpochCounts, ...]) -> None:
        """Note how many records of each epoch there are."""
        if self._counts is None:
            self._counts = counts
            _bound(self.counted_frames, self.counted_chunks)

    @property
    def complete(self) -> bool:
        """Whether the counts are known and that many distinct features have arrived."""
        return (
            self._counts is not None
            and len(self._frames) >= self.counted_frames
            and len(self._chunks) >= self.counted_chunks
        )

    @property
    def counted_frames(self) -> int:
        """Frames that the end event counts, over all epochs; 0 before it."""
        return sum(each.frames for each in self._counts or ())

    @property
    def counted_chunks(self) -> int:
        """Audio chunks that the end event counts, over all epochs; 0 before it."""
        return sum(each.chunks for each in self._counts or ())

    @property
    def evidence(self) -> int:
        """Distinct features held."""
        return len(self._frames) + len(self._chunks)

    def frames(self) -> list[Frame]:
        """Return the seen frames in order of (epoch, seq)."""
        return [frame for frame in _in_order(self._frames) if frame is not None]

    def chunks(self) -> list[Chunk]:
        """Return the chunks that were not failed in order of (epoch, seq)."""
        return [chunk for chunk in _in_order(self._chunks) if chunk is not None]


def _bound(*counts: int) -> None:
    if max(counts) > MAX_EVIDENCE:
        raise ValueError(f"an answer has at most {MAX_EVIDENCE} records of a kind")


class CalibrationFold:
    """Folds one calibration; due when ended and all counted features have arrived."""

    __slots__ = ("_done", "_ended", "_media", "_started")

    def __init__(self, started: CalibrationStarted) -> None:
        self._started = started
        self._media = Media()
        self._ended: CalibrationEnded | None = None
        self._done = False

    @property
    def ended(self) -> bool:
        """Whether the end event has arrived."""
        return self._ended is not None

    @property
    def closed(self) -> bool:
        """Whether the result was taken."""
        return self._done

    def add(self, event: Event) -> None:
        """Fold ``event``; other kinds than features and the end are no evidence here."""
        if isinstance(event, VisionFeatures | VoiceFeatures):
            self._media.add(event)
        elif isinstance(event, CalibrationEnded) and self._ended is None:
            self._ended = event
            self._media.count(event.counts)

    def take(self) -> list[Event]:
        """Return the result if it is due and was not taken; its time is the end's."""
        if self._done or self._ended is None or not self._media.complete:
            return []
        self._done = True
        media = self._media
        found = calibrate(
            media.frames(),
            media.chunks(),
            media.counted_frames,
            self._started.policy,
            video=self._started.video,
        )
        return [
            CalibrationCompleted(
                session=self._started.session,
                question=self._started.question,
                attempt=self._started.attempt,
                epoch=self._started.epoch,
                at=self._ended.at,
                ok=found.ok,
                problems=found.problems,
                baseline=found.baseline,
                frames=found.frames,
                faces=found.faces,
                rms=found.rms,
            )
        ]


class AnswerFold:
    """Folds one attempt at one question into its two scores.

    ``behaviour`` is due when the answer has ended and as many distinct vision and voice features
    as it counts have arrived; it is made of those alone. ``final`` is due when besides the
    ``transcript.final`` of the answer's last epoch has arrived, which every segment precedes.

    An answer that is typed has no behaviour and no transcript of the recogniser: its one score,
    ``final``, is due when it has ended and its ``answer.typed`` is there, in either order.

    evidence = distinct (kind, epoch, seq) folded: features at ``behaviour``; features, segments
    and transcript finals, or the typed text, at ``final``. A result depends on the set of evidence,
    never on the order of arrival: folds read it in order of (epoch, seq), sums are exact
    (``math.fsum``).
    """

    __slots__ = (
        "_ended",
        "_finals",
        "_media",
        "_segments",
        "_started",
        "_taken",
        "_typed",
    )

    def __init__(self, started: AnswerStarted) -> None:
        self._started = started
        self._media = Media()
        self._segments: dict[Place, TranscriptSegment] = {}
        self._finals: dict[Place, TranscriptFinal] = {}
        self._typed: AnswerTyped | None = None
        self._ended: AnswerEnded | None = None
        self._taken: set[str] = set()

    @property
    def ended(self) -> bool:
        """Whether the end event has arrived."""
        return self._ended is not None

    @property
    def closed(self) -> bool:
        """Whether the final score was taken."""
        return "final" in self._taken

    def add(self, event: Event) -> None:
        """Fold ``event``; of two with the same kind, epoch and seq the first stands."""
        place = (event.epoch, event.seq)
        if isinstance(event, VisionFeatures | VoiceFeatures):
            self._media.add(event)
        elif isinstance(event, AnswerEnded):
            if self._ended is None:
                self._ended = event
                self._media.count(event.counts)
        elif self._started.typed:
            if isinstance(event, AnswerTyped) and self._typed is None:
                self._typed = event
        elif isinstance(event, TranscriptSegment):
            self._segments.setdefault(place, event)
            _bound(len(self._segments))
        elif isinstance(event, TranscriptFinal):
            self._finals.setdefault(place, event)

    def take(self) -> list[Event]:
        """Return the scores that are due and were not taken, ``behaviour`` before ``final``."""
        due: list[Event] = []
        ended = self._ended
        if ended is None or not self._media.complete:
            return due
        if "behaviour" not in self._taken and not self._started.typed:
            self._taken.add("behaviour")
            due.append(self._score(ended, "behaviour"))
        if "final" not in self._taken and self._is_told(ended):
            self._taken.add("final")
            due.append(self._score(ended, "final"))
        return due

    def _is_told(self, ended: AnswerEnded) -> bool:
        """Whether all words are there that will ever be."""
        if self._started.typed:
            return self._typed is not None
        last = max((each.epoch for each in ended.counts), default=ended.epoch)
        return any(epoch >= last for epoch, _ in self._finals)

    def _score(self, ended: AnswerEnded, stage: Literal["behaviour", "final"]) -> QuestionScored:
        started, media, final = self._started, self._media, stage == "final"
        formula = started.formula.for_policy(started.policy)
        frames, chunks = media.frames(), media.chunks()
        faces = coverage(len(frames), media.counted_frames)
        heard = coverage(len(chunks), media.counted_chunks)
        said = (
            writing(self._typed.text)
            if self._typed is not None
            else speech(_in_order(self._segments) if final else (), started.language)
        )
        speech_ms = said.speech_ms if final else None
        audible = voice(loudness(chunks), formula, speech_ms)
        least = formula.min_face_coverage
        parts = {
            "gaze": component(gaze(frames, started.baseline, formula), faces, least),
            "voice": component(audible, heard, formula.min_audio_coverage),
            "smile": component(smile(frames, started.baseline, formula), faces, least),
            "posture": component(posture(frames, started.baseline, formula), faces, least),
        }
        feeling = (
            component(emotion(frames, started.baseline), faces, least)
            if started.policy.infers_emotion
            else None
        )
        return QuestionScored(
            session=started.session,
            question=started.question,
            attempt=started.attempt,
            epoch=started.epoch,
            seq=1 if final else 0,
            at=ended.at,
            stage=stage,
            language=started.language,
            policy=started.policy,
            formula_version=started.formula.version,
            evidence=media.evidence + (self._words_evidence if final else 0),
            **parts,
            emotion=feeling,
            total=total({**parts, "emotion": feeling}, formula),
            started_at=ended.started_at,
            ended_at=ended.at,
            question_text=started.text,
            transcript=said.transcript[:MAX_TRANSCRIPT],
            words=said.words,
            words_per_minute=said.words_per_minute,
            fillers=said.fillers,
            confidence=said.confidence,
            pauses=said.pauses,
            pause_ms=said.pause_ms,
            longest_pause_ms=said.longest_pause_ms,
            typed=started.typed,
        )

    @property
    def _words_evidence(self) -> int:
        return len(self._segments) + len(self._finals) + (self._typed is not None)


def _in_order(evidence: dict[Place, T]) -> Sequence[T]:
    places: Iterable[Place] = sorted(evidence)
    return [evidence[place] for place in places]
