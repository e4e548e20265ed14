"""Recordings of interviews, published again as other sessions'."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from deploy.local.recording import Recorded
from schemas.topics import Topic


def renamed(record: Recorded, old: str, new: str) -> Recorded:
    """Return ``record`` of session ``old`` as session ``new``'s."""
    before, after = old.encode(), new.encode()
    is_event = record.topic is Topic.EVENTS
    return replace(
        record,
        key=after,
        value=record.value.replace(before, after) if is_event else record.value,
        headers=tuple((name, data.replace(before, after)) for name, data in record.headers),
    )


def one_answer(
    records: Sequence[Recorded],
    session: str,
    question: int,
    new: str,
    *,
    delay_ms: float = 0.0,
    pace: float = 1.0,
) -> list[Recorded]:
    """Return one answer of ``session`` with its calibration, as session ``new``.

    The rest of the interview is cut out: the answer follows its calibration at once.

    Args:
        records: what was captured, of any sessions.
        session: whose answer.
        question: which answer, counted from 1.
        new: the session it becomes.
        delay_ms: how much later it begins than the recording did.
        pace: how many times as long it takes.
    """
    kept = [
        renamed(record, session, new)
        for record in records
        if record.key.decode() == session and question_of(record) in (0, question)
    ]
    first = min(each.timestamp for each in records)
    calibrated = max(each.timestamp for each in kept if _media(each) and question_of(each) == 0)
    opens = min(each.timestamp for each in kept if question_of(each) == question)
    cut = max(0, opens - calibrated)

    def when(timestamp: int) -> int:
        kept_at = timestamp - (cut if timestamp >= opens else 0)
        return round(first + (kept_at - first) * pace + delay_ms)

    return [replace(each, timestamp=when(each.timestamp)) for each in kept]


def with_frame(records: Sequence[Recorded], picture: bytes) -> list[Recorded]:
    """Return one answer's ``records`` with ``picture`` in the place of its middle frame."""
    frames = [
        at
        for at, each in enumerate(records)
        if each.topic is Topic.FRAMES and question_of(each) > 0
    ]
    middle = frames[len(frames) // 2]
    return [
        replace(each, value=picture) if at == middle else each for at, each in enumerate(records)
    ]


def question_of(record: Recorded) -> int:
    """Return the number of the question that ``record`` belongs to; 0 for the calibration."""
    if _media(record):
        return int(dict(record.headers)["question"])
    return int(json.loads(record.value)["question"])


def _media(record: Recorded) -> bool:
    return record.topic is not Topic.EVENTS
