"""Events of answers and calibrations for tests of the folds: short to write, valid to decode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas.events import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    AnswerTyped,
    CalibrationEnded,
    CalibrationStarted,
    EpochCounts,
    Event,
    TranscriptFinal,
    TranscriptSegment,
    VisionFeatures,
    VoiceFeatures,
    Word,
)
from schemas.formula import Baseline, Formula, Policy
from schemas.language import Language
from schemas.topics import Topic
from streams.runtime.codec import encode
from streams.runtime.record import Record

BEGAN = 1_790_000_000_000


def place(
    session: str = "s", question: int = 1, attempt: int = 1, epoch: int = 1
) -> dict[str, Any]:
    return {"session": session, "question": question, "attempt": attempt, "epoch": epoch}


def started(
    key: dict[str, Any],
    policy: Policy = Policy.PRACTICE,
    formula: Formula | None = None,
    baseline: Baseline | None = None,
    language: Language = Language.ENGLISH,
    *,
    typed: bool = False,
) -> AnswerStarted:
    return AnswerStarted(
        **key,
        at=BEGAN,
        language=language,
        policy=policy,
        formula=formula or Formula(),
        baseline=baseline or Baseline(),
        text="What did you build?",
        typed=typed,
    )


def typed(key: dict[str, Any], text: str) -> AnswerTyped:
    return AnswerTyped(**key, at=BEGAN + 9_000, language=Language.ENGLISH, text=text)


def ended(key: dict[str, Any], *counts: tuple[int, int, int]) -> AnswerEnded:
    """``counts`` are (epoch, frames, chunks)."""
    return AnswerEnded(
        **key, at=BEGAN + 9_000, started_at=BEGAN, counts=_counts(counts), reason="done"
    )


def abandoned(key: dict[str, Any]) -> AnswerAbandoned:
    return AnswerAbandoned(**key, at=BEGAN + 5_000, reason="connection lost")


def calibration_started(
    key: dict[str, Any], policy: Policy = Policy.PRACTICE, *, video: bool = True
) -> CalibrationStarted:
    return CalibrationStarted(
        **key, at=BEGAN, language=Language.ENGLISH, policy=policy, formula=Formula(), video=video
    )


def calibration_ended(key: dict[str, Any], *counts: tuple[int, int, int]) -> CalibrationEnded:
    return CalibrationEnded(**key, at=BEGAN + 4_000, counts=_counts(counts))


def frame(
    key: dict[str, Any], seq: int, faces: int = 1, **measured: float | None
) -> VisionFeatures:
    """A frame with a face that looks straight ahead, but for what ``measured`` says."""
    seen: dict[str, Any] = {
        "head_yaw": 0.0,
        "head_pitch": 0.0,
        "head_roll": 0.0,
        "gaze_yaw": 0.0,
        "gaze_pitch": 0.0,
        "smile": 0.0,
        "tension": 0.0,
    }
    return VisionFeatures(**key, seq=seq, at=BEGAN + 200 * seq, faces=faces, **(seen | measured))


def unseen(key: dict[str, Any], seq: int, *, failed: bool = False) -> VisionFeatures:
    """A frame without a face, or one that could not be read."""
    reason = "not a JPEG" if failed else ""
    return VisionFeatures(**key, seq=seq, at=BEGAN + 200 * seq, failed=failed, reason=reason)


def chunk(
    key: dict[str, Any],
    seq: int,
    rms: float = 0.023,
    speaking_ratio: float = 0.2,
    samples: int = 8000,
    peak: float = 0.2,
) -> VoiceFeatures:
    return VoiceFeatures(
        **key,
        seq=seq,
        at=BEGAN + 500 * seq,
        samples=samples,
        rms=rms,
        peak=peak,
        speaking_ratio=speaking_ratio,
    )


def broken_chunk(key: dict[str, Any], seq: int) -> VoiceFeatures:
    return VoiceFeatures(**key, seq=seq, at=BEGAN + 500 * seq, failed=True, reason="odd length")


def segment(
    key: dict[str, Any],
    seq: int,
    text: str,
    probability: float = 0.9,
    milliseconds: int = 1_000,
    language: Language = Language.ENGLISH,
) -> TranscriptSegment:
    start = seq // 16
    words = text.split()
    step = milliseconds // max(1, len(words))
    return TranscriptSegment(
        **key,
        seq=seq,
        at=BEGAN + start,
        language=language,
        text=text,
        words=tuple(
            Word(
                text=word,
                start_ms=start + number * step,
                end_ms=start + (number + 1) * step,
                probability=probability,
            )
            for number, word in enumerate(words)
        ),
        start_ms=start,
        end_ms=start + milliseconds,
        speech_ms=milliseconds,
        avg_logprob=-0.2,
        no_speech_prob=0.01,
    )


def final(key: dict[str, Any]) -> TranscriptFinal:
    return TranscriptFinal(**key, at=BEGAN + 9_500, audio_ms=9_000)


def records(events: Sequence[Event], first: int = 0, gw: int = 3) -> list[Record]:
    """``events`` as consecutive records of one partition of ``session.events``."""
    return [record(event, first + number, gw) for number, event in enumerate(events)]


def record(event: Event, offset: int, gw: int = 3) -> Record:
    key, value, headers = encode(event, gw)
    return Record(Topic.EVENTS, 0, offset, key, value, tuple(headers), event.at)


def _counts(counts: Sequence[tuple[int, int, int]]) -> tuple[EpochCounts, ...]:
    return tuple(EpochCounts(epoch=e, frames=f, chunks=c) for e, f, c in counts)
