"""Random answers, with everything that can be odd about one, and what the folds make of them."""

from __future__ import annotations

import random
from typing import Any

from schemas.events import (
    AnswerEnded,
    AnswerStarted,
    EpochCounts,
    Event,
    QuestionScored,
    TranscriptFinal,
    TranscriptSegment,
    VisionFeatures,
    VoiceFeatures,
)
from schemas.formula import Baseline, Formula, Policy, Weights
from schemas.language import Language
from streams.scoring.answer import AnswerFold

BEGAN = 1_790_000_000_000


def random_answer(session: str, question: int, choose: random.Random) -> list[Event]:
    """Return the events of one answer from its start on, its scores included."""
    policy = choose.choice((Policy.PRACTICE, Policy.PRACTICE, Policy.HIRING))
    formula = _formula(choose)
    key: dict[str, Any] = {"session": session, "question": question, "attempt": 1}
    started = AnswerStarted(
        **key,
        epoch=1,
        at=BEGAN,
        language=Language.ENGLISH,
        policy=policy,
        formula=choose.choice(
            (formula, formula.for_policy(policy), formula.for_policy(policy).without_camera())
        ),
        baseline=_baseline(choose, policy),
        text="What did you build?",
    )
    epochs = choose.choice(((1,), (1,), (1, 2)))
    evidence: list[Event] = []
    counts = []
    for epoch in epochs:
        frames = choose.choice((0, 1, 7, 40))
        chunks = choose.choice((1, 2, 12))
        counts.append(EpochCounts(epoch=epoch, frames=frames, chunks=chunks))
        seen = choose.choice((0.0, 0.5, 0.9, 1.0))
        loud = choose.choice((0.0, 0.02, 0.08, 0.3))
        evidence += [_frame(key, epoch, seq, seen, policy, choose) for seq in range(frames)]
        evidence += [
            _chunk(key, epoch, seq, loud, seq == chunks - 1, choose) for seq in range(chunks)
        ]
        evidence += [_segment(key, epoch, seq, choose) for seq in range(choose.choice((0, 1, 4)))]
    ended = AnswerEnded(
        **key,
        epoch=epochs[-1],
        at=BEGAN + 9000,
        started_at=BEGAN,
        counts=tuple(counts),
        reason="done",
    )
    final = TranscriptFinal(**key, epoch=epochs[-1], at=BEGAN + 9500, audio_ms=9000)
    choose.shuffle(evidence)
    events: list[Event] = [started, *evidence, ended, final]
    return events + _scores(started, events)


def _scores(started: AnswerStarted, events: list[Event]) -> list[Event]:
    fold = AnswerFold(started)
    scores: list[Event] = []
    for event in events[1:]:
        fold.add(event)
        scores += fold.take()
    stages = [score.stage for score in scores if isinstance(score, QuestionScored)]
    assert stages == ["behaviour", "final"]
    return scores


def _formula(choose: random.Random) -> Formula:
    if choose.random() < 0.5:
        return Formula()
    return Formula(
        weights=Weights(voice=0.0, gaze=round(choose.random(), 3)),
        gaze_yaw=choose.uniform(1, 30),
        posture_steady=choose.uniform(0.5, 20),
        smile_full=choose.uniform(0.05, 1),
        volume_weight=choose.random(),
        min_face_coverage=choose.choice((0.0, 0.5, 1.0)),
        min_audio_coverage=choose.choice((0.0, 0.9)),
        min_speaking_ratio=choose.choice((0.0, 0.2)),
        min_total_coverage=choose.choice((0.0, 0.2, 0.9)),
    )


def _baseline(choose: random.Random, policy: Policy) -> Baseline:
    return Baseline(
        gaze_yaw=choose.choice((0.0, -3.25, 7.1)),
        gaze_pitch=choose.choice((0.0, 2.0)),
        head_yaw=choose.choice((0.0, 4.4)),
        head_pitch=choose.choice((0.0, -6.0)),
        head_roll=choose.choice((0.0, 1.5)),
        smile=choose.choice((0.0, 0.1)),
        tension=choose.choice((0.0, 0.2, None)) if policy.infers_emotion else None,
    )


def _frame(
    key: dict[str, Any],
    epoch: int,
    seq: int,
    seen: float,
    policy: Policy,
    choose: random.Random,
) -> VisionFeatures:
    place = {**key, "epoch": epoch, "seq": seq, "at": BEGAN + 200 * seq}
    if choose.random() > seen:
        failed = choose.random() < 0.3
        return VisionFeatures(**place, failed=failed, reason="broken" if failed else "")
    tense = policy.infers_emotion and choose.random() < 0.9
    return VisionFeatures(
        **place,
        faces=choose.choice((1, 1, 2)),
        # whole degrees meet the thresholds exactly, now and then
        head_yaw=choose.choice((choose.gauss(0, 12), 18.0, 10.0, 0.0)),
        head_pitch=choose.choice((choose.gauss(0, 8), 15.0, 7.0)),
        head_roll=choose.choice((choose.gauss(0, 8), -15.0)),
        gaze_yaw=choose.choice((choose.gauss(0, 10), 12.0, -12.0)),
        gaze_pitch=choose.choice((choose.gauss(0, 10), 12.0)),
        smile=choose.random() ** 2,
        tension=choose.random() if tense else None,
    )


def _chunk(
    key: dict[str, Any],
    epoch: int,
    seq: int,
    loud: float,
    final: bool,
    choose: random.Random,
) -> VoiceFeatures:
    place = {**key, "epoch": epoch, "seq": seq, "at": BEGAN + 500 * seq}
    if choose.random() < 0.1:
        return VoiceFeatures(**place, failed=True, reason="odd length")
    return VoiceFeatures(
        **place,
        samples=choose.choice((0, 1234)) if final else 8000,
        rms=loud * choose.random(),
        speaking_ratio=min(1.0, loud * 5 * choose.random()),
    )


def _segment(
    key: dict[str, Any], epoch: int, number: int, choose: random.Random
) -> TranscriptSegment:
    start = 1000 * number
    return TranscriptSegment(
        **key,
        epoch=epoch,
        seq=16 * start,
        at=BEGAN + start,
        language=Language.ENGLISH,
        text=f"part {number}",
        words=(),
        start_ms=start,
        end_ms=start + 900,
        speech_ms=choose.choice((60, 400)),
        avg_logprob=-0.2,
        no_speech_prob=0.1,
    )
