"""What many candidates' sessions put on ``session.events``: made, not recorded."""

from __future__ import annotations

import random
from collections.abc import Iterator

from schemas.events import (
    AnswerEnded,
    AnswerStarted,
    EpochCounts,
    Event,
    QuestionAsked,
    QuestionRequested,
    SessionConnected,
    SessionStarted,
    TranscriptFinal,
    TranscriptSegment,
    VisionFeatures,
    VoiceFeatures,
    Word,
)
from schemas.formula import Baseline, Formula, Policy
from schemas.language import Language

_BEGAN = 1_790_000_000_000
_TEXT = "we moved the service to a queue and the delays fell by half within two weeks"


def candidate(number: int, seconds: int) -> list[Event]:
    """Return one session with one answer of ``seconds``, in time order.

    Five frames and two chunks a second, an utterance every seven, and what is around an answer,
    some of which the agent passes over.
    """
    chance = random.Random(number)
    session = f"s_{number:024x}"
    key = {"session": session, "question": 1, "attempt": 1, "epoch": 1}
    at = _BEGAN + chance.randrange(30_000)
    end = at + seconds * 1000
    around: list[Event] = [
        SessionStarted(
            session=session, at=at, language=Language.ENGLISH, policy=Policy.PRACTICE, questions=1
        ),
        SessionConnected(session=session, epoch=1, seq=1, at=at),
        *_question(session, at),
        AnswerStarted(
            **key,
            at=at,
            language=Language.ENGLISH,
            policy=Policy.PRACTICE,
            formula=Formula(),
            baseline=Baseline(),
            text="Tell us about something that you built.",
        ),
    ]
    body: list[Event] = [
        *(_frame(key, seq, at, chance) for seq in range(5 * seconds)),
        *(_chunk(key, seq, at, chance) for seq in range(2 * seconds)),
        *(_segment(key, first, at) for first in range(0, seconds - 6, 7)),
    ]
    after: list[Event] = [
        AnswerEnded(
            **key,
            at=end,
            started_at=at,
            counts=(EpochCounts(epoch=1, frames=5 * seconds, chunks=2 * seconds),),
            reason="done",
        ),
        TranscriptFinal(**key, at=end, audio_ms=seconds * 1000),
    ]
    return [*around, *sorted(body, key=lambda event: event.at), *after]


def interleaved(candidates: int, shortest: int = 20, longest: int = 40) -> list[Event]:
    """Return the events of many candidates at once: answers close in another order than opened."""
    chance = random.Random(0)
    everything = [
        event
        for number in range(candidates)
        for event in candidate(number, chance.randint(shortest, longest))
    ]
    return sorted(everything, key=lambda event: event.at)


def _question(session: str, at: int) -> Iterator[Event]:
    about = {"session": session, "question": 1, "epoch": 1, "at": at}
    language, text = Language.ENGLISH, "Tell us about something that you built."
    yield QuestionRequested(**about, language=language, total=1, position="engineer")
    yield QuestionAsked(**about, language=language, text=text, engine="bank", source="bank")


def _frame(key: dict[str, object], seq: int, at: int, chance: random.Random) -> VisionFeatures:
    def angle() -> float:
        return round(chance.gauss(0, 5), 4)

    def amplitude() -> float:
        return round(chance.random() / 2, 4)

    if chance.random() < 0.03:
        return VisionFeatures(**key, seq=seq, at=at + 200 * seq)
    return VisionFeatures(
        **key,
        seq=seq,
        at=at + 200 * seq,
        faces=1,
        head_yaw=angle(),
        head_pitch=angle(),
        head_roll=angle(),
        gaze_yaw=angle(),
        gaze_pitch=angle(),
        smile=amplitude(),
        brow=amplitude(),
        mouth=amplitude(),
        tension=amplitude(),
        emotion=chance.choice(("neutral", "neutral", "happy", "anxious")),
    )


def _chunk(key: dict[str, object], seq: int, at: int, chance: random.Random) -> VoiceFeatures:
    rms = abs(chance.gauss(0.03, 0.01))
    return VoiceFeatures(
        **key,
        seq=seq,
        at=at + 500 * (seq + 1),
        samples=8000,
        rms=rms,
        peak=min(1.0, 6 * rms),
        speaking_ratio=chance.random() / 2,
        pitch_hz=chance.uniform(90, 220),
        pause_ms=chance.randrange(300),
    )


def _segment(key: dict[str, object], second: int, at: int) -> TranscriptSegment:
    start = second * 1000
    words = _TEXT.split()
    step = 5_000 // len(words)
    return TranscriptSegment(
        **key,
        seq=second * 16_000,
        at=at + start + 6_500,
        language=Language.ENGLISH,
        text=_TEXT,
        words=tuple(
            Word(
                text=word,
                start_ms=start + index * step,
                end_ms=start + (index + 1) * step,
                probability=0.9,
            )
            for index, word in enumerate(words)
        ),
        start_ms=start,
        end_ms=start + 5_000,
        speech_ms=4_800,
        avg_logprob=-0.2,
        no_speech_prob=0.02,
    )
