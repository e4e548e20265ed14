"""One interview as events: three questions, as the gateway and the workers would tell of it."""

from __future__ import annotations

from typing import Any

from schemas.events import (
    AnswerEnded,
    AnswerStarted,
    Component,
    EpochCounts,
    Event,
    QuestionScored,
    SessionConnected,
    SessionEnded,
    SessionStarted,
    TranscriptFinal,
    TranscriptSegment,
)
from schemas.formula import Baseline, Formula, Policy
from schemas.language import Language

BEGAN = 1_790_000_000_000

VALUES: dict[int, tuple[float | None, ...]] = {
    1: (41.0, 73.3, 40.0, 40.0, 94.7, 55.3),
    2: (52.0, 68.5, 42.0, 40.0, 91.2, 57.8),
    3: (None, None, None, None, None, None),
}
"""gaze, voice, smile, posture, emotion, total by question."""


def opening(session: str, policy: Policy = Policy.PRACTICE) -> list[Event]:
    return [
        SessionStarted(
            session=session,
            at=BEGAN,
            language=Language.ENGLISH,
            policy=policy,
            questions=3,
            position="Backend engineer",
            company="Hanbit Logistics",
        ),
        SessionConnected(session=session, epoch=1, seq=1, at=BEGAN + 1000),
    ]


def answer(session: str, question: int, policy: Policy = Policy.PRACTICE) -> list[Event]:
    """Ten seconds of answer ``question``, which begins 20 s after the one before."""
    at = BEGAN + 20_000 * question
    key: dict[str, Any] = {"session": session, "question": question, "attempt": 1, "epoch": 1}
    common = {"language": Language.ENGLISH}
    said = [] if question == 3 else ["I rebuilt the parcel", "tracker from nothing."]
    return [
        AnswerStarted(
            **key,
            **common,
            at=at,
            policy=policy,
            formula=Formula().for_policy(policy),
            baseline=Baseline(),
            text=f"Question {question}?",
        ),
        *(
            TranscriptSegment(
                **key,
                **common,
                seq=16_000 * 4 * place,
                at=at + 10_000,
                text=text,
                words=(),
                start_ms=4000 * place,
                end_ms=4000 * place + 2000,
                speech_ms=1500,
                avg_logprob=-0.2,
                no_speech_prob=0.1,
            )
            for place, text in enumerate(said)
        ),
        AnswerEnded(
            **key,
            at=at + 10_000,
            started_at=at,
            counts=(EpochCounts(epoch=1, frames=50, chunks=21),),
            reason="done",
        ),
        TranscriptFinal(**key, at=at + 10_000, audio_ms=10_000),
    ]


def score(
    session: str, question: int, stage: str = "final", policy: Policy = Policy.PRACTICE
) -> QuestionScored:
    at = BEGAN + 20_000 * question
    final = stage == "final"
    parts = [Component(value=value, coverage=0.9) for value in VALUES[question]]
    heard = final and question != 3
    return QuestionScored(
        session=session,
        question=question,
        attempt=1,
        epoch=1,
        seq=int(final),
        at=at + 10_000,
        stage=stage,
        language=Language.ENGLISH,
        policy=policy,
        formula_version=Formula().for_policy(policy).version,
        evidence=74 if final else 71,
        gaze=parts[0],
        voice=parts[1],
        smile=parts[2],
        posture=parts[3],
        emotion=parts[4] if policy.infers_emotion else None,
        total=parts[5],
        started_at=at,
        ended_at=at + 10_000,
        question_text=f"Question {question}?",
        transcript="I rebuilt the parcel tracker from nothing." if heard else "",
        words=7 if heard else 0,
        words_per_minute=42.0 if heard else None,
        confidence=0.9 if heard else None,
    )


def closing(session: str) -> list[Event]:
    return [SessionEnded(session=session, epoch=1, at=BEGAN + 80_000, reason="completed")]
