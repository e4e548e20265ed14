"""Interviews made from the simulated candidates' clips, where none can be held over WebRTC."""

from __future__ import annotations

from itertools import count

from deploy.demo.run import DEFAULT_ORDER
from deploy.local.recording import Recorded
from schemas.events import CalibrationEnded, CalibrationStarted, EpochCounts
from schemas.formula import Formula, Policy
from schemas.language import Language
from schemas.media import MAX_CHUNK_SAMPLES, AudioMeta, FrameMeta
from schemas.topics import Topic
from tests.support.answers import CHUNK_MS, FRAME_MS, AnswerMedia, answer_records, event_record
from tests.support.clips import answer_media, candidates

_BEGAN = 1_790_000_000_000
_PAUSE_MS = 2_000
_CALIBRATION_S = 4.0
_ANSWERS_S = (9.0, 6.0, 12.0)


def interviews() -> list[Recorded]:
    """Return what a gateway would publish of one interview of each of the demo's candidates."""
    people = candidates()
    found: list[Recorded] = []
    for number, name in zip(count(1), DEFAULT_ORDER, strict=False):
        session, at = f"s_{number:024}", _BEGAN
        found += _calibration(session, answer_media(people[name].calibration, _CALIBRATION_S), at)
        at += round(_CALIBRATION_S * 1000) + _PAUSE_MS
        for question, (clip, seconds) in enumerate(
            zip(people[name].answers, _ANSWERS_S, strict=True), start=1
        ):
            found += answer_records(session, question, answer_media(clip, seconds), at=at)
            at += round(seconds * 1000) + _PAUSE_MS
    return found


def _calibration(session: str, media: AnswerMedia, at: int) -> list[Recorded]:
    common = {"session": session, "question": 0, "attempt": 1, "epoch": 1}
    meta = {**common, "gw": 0, "language": Language.ENGLISH, "policy": Policy.PRACTICE}
    chunks = media.chunks
    started = CalibrationStarted(
        **common, at=at, language=Language.ENGLISH, policy=Policy.PRACTICE, formula=Formula()
    )
    counts = EpochCounts(epoch=1, frames=len(media.frames), chunks=len(chunks))
    ended = CalibrationEnded(**common, at=at + round(_CALIBRATION_S * 1000), counts=(counts,))
    body: list[Recorded] = []
    for seq, jpeg in enumerate(media.frames):
        frame = FrameMeta(**meta, seq=seq, at=at + seq * FRAME_MS)
        body.append(Recorded(Topic.FRAMES, session.encode(), jpeg, _tuple(frame), frame.at))
    for seq, pcm in enumerate(chunks):
        chunk = AudioMeta(
            **meta,
            seq=seq,
            at=min(ended.at, at + (seq + 1) * CHUNK_MS),
            first_sample=seq * MAX_CHUNK_SAMPLES if pcm else len(media.pcm) // 2,
            final=not pcm,
        )
        body.append(Recorded(Topic.AUDIO, session.encode(), pcm, _tuple(chunk), chunk.at))
    body.sort(key=lambda record: record.timestamp)
    return [event_record(started), *body, event_record(ended)]


def _tuple(meta: FrameMeta | AudioMeta) -> tuple[tuple[str, bytes], ...]:
    return tuple(meta.to_headers())
