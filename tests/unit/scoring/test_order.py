"""The same evidence makes the same result, whatever the order, the copies and the neighbours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.events import AnswerStarted, Event, QuestionScored
from schemas.formula import Baseline, Policy
from streams.scoring.open_answers import OpenAnswers
from tests.support import evidence as make

UNIT = st.floats(0, 1)
ANGLE = st.floats(-60, 60)


@st.composite
def frames(draw: st.DrawFn, key: dict[str, Any], seq: int, policy: Policy) -> Event:
    what = draw(st.sampled_from(["seen", "seen", "seen", "unseen", "failed"]))
    if what != "seen":
        return make.unseen(key, seq, failed=what == "failed")
    return make.frame(
        key,
        seq,
        faces=draw(st.integers(1, 2)),
        head_yaw=draw(ANGLE),
        head_pitch=draw(ANGLE),
        head_roll=draw(ANGLE),
        gaze_yaw=draw(ANGLE),
        gaze_pitch=draw(ANGLE),
        smile=draw(UNIT),
        tension=draw(UNIT) if policy.infers_emotion and draw(st.booleans()) else None,
    )


@st.composite
def chunks(draw: st.DrawFn, key: dict[str, Any], seq: int) -> Event:
    if draw(st.integers(0, 5)) == 0:
        return make.broken_chunk(key, seq)
    return make.chunk(
        key, seq, rms=draw(UNIT), speaking_ratio=draw(UNIT), samples=draw(st.integers(0, 8000))
    )


@st.composite
def answers(draw: st.DrawFn, session: str) -> tuple[AnswerStarted, list[Event]]:
    """A start and all that may follow it in any order: evidence, end, transcript."""
    policy = draw(st.sampled_from(Policy))
    epochs = draw(st.sampled_from([(1,), (1, 2)]))
    first = make.place(session, epoch=1)
    body: list[Event] = []
    counts = []
    for epoch in epochs:
        key = make.place(session, epoch=epoch)
        seen, heard = draw(st.integers(0, 5)), draw(st.integers(0, 4))
        counts.append((epoch, seen, heard))
        body += [draw(frames(key, seq, policy)) for seq in range(seen)]
        body += [draw(chunks(key, seq)) for seq in range(heard)]
        texts = draw(st.lists(st.sampled_from(["um hello", "I built it", "well"]), max_size=3))
        body += [make.segment(key, 16_000 * at, text) for at, text in enumerate(texts)]
    last = make.place(session, epoch=epochs[-1])
    body.append(make.ended(last, *counts))
    baseline = Baseline(gaze_yaw=draw(ANGLE), head_yaw=draw(ANGLE), smile=draw(UNIT))
    return make.started(first, policy, baseline=baseline), [*body, make.final(last)]


def scores(events: list[Event]) -> list[str]:
    """What one partition publishes for ``events``, as JSON: equal means equal to the last bit."""
    partition = OpenAnswers()
    published: list[str] = []
    for record in make.records(events):
        due = partition.read(record)
        if due is not None:
            published += [event.model_dump_json() for event in due.events]
            if due.closed:
                partition.close(due.key)
    assert len(partition) == 0
    assert partition.position == len(events)
    return published


def transcript_last(body: list[Event]) -> list[Event]:
    """The order that stt promises: the final after every segment."""
    finals = [event for event in body if event.type == "transcript.final"]
    return [event for event in body if event.type != "transcript.final"] + finals


def interleave(data: st.DataObject, queues: list[list[Event]]) -> list[Event]:
    """One event after the other from any of the queues, each in its own order."""
    together: list[Event] = []
    while any(queues):
        queue = data.draw(st.sampled_from([queue for queue in queues if queue]))
        together.append(queue.pop(0))
    return together


@pytest.mark.requirement("score-per-question")
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_order_across_kinds_and_duplicates_change_nothing(data: st.DataObject) -> None:
    start, body = data.draw(answers("s"))
    expected = scores([start, *transcript_last(body)])
    assert len(expected) == 2

    segments = [event for event in body if event.type == "transcript.segment"]
    others = [event for event in body if event.type != "transcript.segment"]
    shuffled = data.draw(st.permutations(others))
    before = next(at for at, event in enumerate(shuffled) if event.type == "transcript.final")
    places = sorted(data.draw(st.lists(st.integers(0, before), min_size=len(segments),
                                       max_size=len(segments))), reverse=True)  # fmt: skip
    arranged = list(shuffled)
    for place, segment in zip(places, data.draw(st.permutations(segments)), strict=True):
        arranged.insert(place, segment)
    copies: list[Event] = []
    for event in arranged:
        copies += [event] * data.draw(st.integers(1, 3))
    again = data.draw(st.lists(st.sampled_from([start, *copies]), max_size=5))
    assert scores([start, *copies, *again]) == expected


@pytest.mark.requirement("score-per-question")
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_two_interleaved_sessions_equal_each_alone(data: st.DataObject) -> None:
    queues: list[list[Event]] = []
    alone: list[str] = []
    for session in ("one", "two"):
        start, body = data.draw(answers(session))
        events = [start, *transcript_last(body)]
        queues.append(events)
        alone += scores(events)
    together = interleave(data, queues)
    assert sorted(scores(together)) == sorted(alone)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_reading_again_from_the_watermark_makes_the_same_scores(data: st.DataObject) -> None:
    """Killed anywhere: what was read after the committed offset is read again by a new owner."""
    queues: list[list[Event]] = []
    for session in ("one", "two", "three"):
        start, body = data.draw(answers(session))
        queues.append([start, *transcript_last(body)])
    events = interleave(data, queues)
    killed_after = data.draw(st.integers(1, len(events)))
    expected = set(scores(events))
    first = OpenAnswers()
    published: set[str] = set()
    for record in make.records(events)[:killed_after]:
        due = first.read(record)
        if due is not None:
            published |= {event.model_dump_json() for event in due.events}
            if due.closed:
                first.close(due.key)
    committed = first.position or 0
    second = OpenAnswers()
    for record in make.records(events)[committed:]:
        due = second.read(record)
        if due is not None:
            published |= {event.model_dump_json() for event in due.events}
            if due.closed:
                second.close(due.key)
    assert published == expected
    assert len(second) == 0


def test_more_evidence_has_the_higher_version() -> None:
    key = make.place()
    body: list[Event] = [make.frame(key, 0), make.chunk(key, 0), make.ended(key, (1, 1, 1))]
    published = [
        QuestionScored.model_validate_json(each)
        for each in scores([make.started(key), *body, make.final(key)])
    ]
    assert [score.evidence for score in published] == [2, 3]
