"""Answers as a gateway would publish them, made from clips without WebRTC in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from deploy.local.recording import Recorded
from schemas.events import AnswerEnded, AnswerStarted, EpochCounts, Event
from schemas.formula import Baseline, Formula, Policy
from schemas.language import Language
from schemas.media import MAX_CHUNK_SAMPLES, SAMPLE_RATE, AudioMeta, FrameMeta
from schemas.topics import Topic, route
from streams.runtime.codec import encode

FRAME_MS = 200
CHUNK_MS = MAX_CHUNK_SAMPLES * 1000 // SAMPLE_RATE


@dataclass(frozen=True)
class AnswerMedia:
    """JPEG frames at five a second and PCM16 at 16 kHz."""

    frames: Sequence[bytes]
    pcm: bytes

    @property
    def chunks(self) -> list[bytes]:
        """The PCM in chunks of 500 ms and the empty final marker."""
        size = MAX_CHUNK_SAMPLES * 2
        return [self.pcm[at : at + size] for at in range(0, len(self.pcm), size)] + [b""]


def event_record(event: Event, gw: int = 0) -> Recorded:
    """Return ``event`` as a record of its topic."""
    key, value, headers = encode(event, gw)
    return Recorded(route(event).topic, key, value, tuple(headers), event.at)


def answer_records(
    session: str,
    question: int,
    media: AnswerMedia,
    *,
    at: int,
    attempt: int = 1,
    epoch: int = 1,
    language: Language = Language.ENGLISH,
    policy: Policy = Policy.PRACTICE,
    baseline: Baseline | None = None,
    formula: Formula | None = None,
) -> list[Recorded]:
    """Return every record of one answer that begins at ``at`` (UTC ms), in time order."""
    common = {"session": session, "question": question, "attempt": attempt, "epoch": epoch}
    chunks = media.chunks
    ended_at = at + max(len(media.frames) * FRAME_MS, (len(chunks) - 1) * CHUNK_MS)
    started = AnswerStarted(
        **common,
        at=at,
        language=language,
        policy=policy,
        formula=(formula or Formula()).for_policy(policy),
        baseline=baseline or Baseline(),
        text="Tell us about something that you built.",
    )
    ended = AnswerEnded(
        **common,
        at=ended_at,
        started_at=at,
        counts=(EpochCounts(epoch=epoch, frames=len(media.frames), chunks=len(chunks)),),
        reason="done",
    )
    meta = {**common, "gw": 0, "language": language, "policy": policy}
    frames = [
        _media(Topic.FRAMES, FrameMeta(**meta, seq=seq, at=at + seq * FRAME_MS), jpeg)
        for seq, jpeg in enumerate(media.frames)
    ]
    audio = [
        _media(
            Topic.AUDIO,
            AudioMeta(
                **meta,
                seq=seq,
                at=at + (seq + 1) * CHUNK_MS if pcm else ended_at,
                first_sample=seq * MAX_CHUNK_SAMPLES if pcm else len(media.pcm) // 2,
                final=not pcm,
            ),
            pcm,
        )
        for seq, pcm in enumerate(chunks)
    ]
    body = sorted([*frames, *audio], key=lambda record: record.timestamp)
    return [event_record(started), *body, event_record(ended)]


def interleaved(groups: Sequence[Sequence[Recorded]]) -> Iterator[Recorded]:
    """Yield one record of each group in turn, so that all answers are open at once.

    Shorter answers end first: they close in another order than they opened.
    """
    rounds = zip_longest(*groups)
    return (record for record in chain.from_iterable(rounds) if record is not None)


def _media(topic: Topic, meta: FrameMeta | AudioMeta, value: bytes) -> Recorded:
    return Recorded(topic, meta.session.encode(), value, tuple(meta.to_headers()), meta.at)
