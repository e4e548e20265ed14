from __future__ import annotations

import pytest

from schemas.events import Event, SessionConnected
from schemas.formula import Formula
from schemas.topics import Topic
from streams.runtime.codec import DecodeError
from streams.runtime.record import Record
from streams.scoring.open_answers import (
    CONSUMED,
    KEPT_OPEN_MS,
    Due,
    FoldError,
    OpenAnswers,
)
from tests.support import evidence as make

A, B = make.place("a"), make.place("b")


def short(key: dict[str, object]) -> list[Event]:
    """The shortest answer that is scored: a frame, a chunk, the end, the transcript."""
    return [
        make.started(key),
        make.frame(key, 0),
        make.chunk(key, 0),
        make.ended(key, (1, 1, 1)),
        make.final(key),
    ]


def read(partition: OpenAnswers, events: list[Event], first: int = 0) -> list[Due]:
    found = [partition.read(record) for record in make.records(events, first)]
    return [each for each in found if each is not None]


def test_the_types_that_are_decoded() -> None:
    assert {
        "answer.started",
        "answer.typed",
        "answer.ended",
        "answer.abandoned",
        "calibration.started",
        "calibration.ended",
        "vision.features",
        "voice.features",
        "transcript.segment",
        "transcript.final",
    } == CONSUMED


def test_the_oldest_open_answer_holds_the_commit_until_it_is_closed() -> None:
    partition = OpenAnswers()
    a, b = short(A), short(B)
    read(partition, [a[0], *b])  # b is complete at offset 5, a is open since 0
    assert partition.position == 0
    assert partition.held == 6
    (behaviour, final) = read(partition, a[1:], 6)
    assert not behaviour.closed
    assert final.closed
    assert partition.position == 0  # published, not acknowledged yet
    partition.close(final.key)
    assert partition.position == 1  # b was never closed by us
    assert len(partition) == 1


def test_closing_out_of_order_releases_only_the_contiguous_prefix() -> None:
    partition = OpenAnswers()
    a, b = short(A), short(B)
    due = read(partition, [a[0], b[0], *b[1:]])
    partition.close(due[-1].key)
    assert partition.position == 0
    due = read(partition, a[1:], 6)
    partition.close(due[-1].key)
    assert partition.position == 10


def test_evidence_of_an_answer_whose_start_was_not_seen_is_released() -> None:
    """Rule 2: it was scored before the partition was assigned."""
    partition = OpenAnswers()
    assert read(partition, short(A)[1:], 100) == []
    assert partition.position == 104
    assert len(partition) == 0


def test_other_types_pass_by_their_header_alone() -> None:
    partition = OpenAnswers()
    connected = make.record(SessionConnected(**make.place(question=0), at=make.BEGAN), 0)
    assert partition.read(connected._replace(value=b"\xff not read at all")) is None
    assert partition.position == 1


def test_duplicates_after_closing_open_nothing() -> None:
    partition = OpenAnswers()
    due = read(partition, short(A))
    partition.close(due[-1].key)
    assert read(partition, [*short(A), make.segment(A, 0, "late")], 5) == []
    assert len(partition) == 0
    assert partition.position == 11


def test_an_abandoned_answer_or_calibration_is_dropped() -> None:
    partition = OpenAnswers()
    calibration = make.place("c", question=0)
    read(partition, [make.started(A), make.frame(A, 0), make.calibration_started(calibration)])
    assert len(partition) == 2
    assert read(partition, [make.abandoned(A), make.abandoned(calibration)], 3) == []
    assert len(partition) == 0
    assert partition.position == 5
    assert read(partition, short(A)[1:], 5) == []


def test_the_next_attempt_is_an_answer_of_its_own() -> None:
    partition = OpenAnswers()
    again = make.place("a", attempt=2, epoch=2)
    due = read(partition, [*short(A)[:2], make.abandoned(A), *short(again)])
    assert [each.key.attempt for each in due] == [2, 2]


def test_an_answer_of_a_gateway_that_died_is_dropped_when_the_session_goes_on() -> None:
    partition = OpenAnswers()
    later = make.place("a", attempt=2, epoch=2)
    read(partition, [make.started(A), make.frame(A, 0), make.started(later)])
    assert len(partition) == 1
    assert partition.position == 2


def test_an_ended_answer_still_waits_for_its_evidence_when_the_session_goes_on() -> None:
    partition = OpenAnswers()
    following = make.place("a", question=2, epoch=2)
    read(partition, [*short(A)[:4], make.started(following)])
    assert len(partition) == 2
    (final,) = read(partition, [make.final(A)], 5)
    assert final.closed


def test_results_go_to_the_gateway_that_ended_the_answer() -> None:
    partition = OpenAnswers()
    events = short(A)
    for offset, event in enumerate(events):
        due = partition.read(make.record(event, offset, gw=offset))
        if due is not None:
            assert due.gw == 3  # answer.ended is the fourth record


def bad(offset: int, **changes: object) -> Record:
    return make.record(make.frame(A, 1), offset)._replace(**changes)


def test_undecodable_records_are_seen_and_skipped() -> None:
    partition = OpenAnswers()
    read(partition, [make.started(A)])
    good = make.record(make.frame(A, 1), 1)
    headers = dict(good.headers)
    for number, record in enumerate(
        (
            bad(1, value=b"\xff\xfe"),
            bad(2, value=None),
            bad(3, key=None),
            bad(4, headers=()),
            bad(5, headers=tuple((headers | {"v": b"99"}).items())),
            bad(6, headers=tuple((headers | {"id": b"x"}).items())),
            bad(7, headers=tuple((headers | {"id": b"a:\xd9\xa3:1:1:vision.features:1"}).items())),
            bad(8, headers=tuple((headers | {"gw": b"-1"}).items())),
            bad(9, value=b"[" * 100_000),
        ),
        start=1,
    ):
        with pytest.raises(DecodeError):
            partition.read(record)
        assert partition.position == 0
        assert partition.held == number + 1
    assert read(partition, short(A)[1:], 10) != []


def test_a_fold_that_fails_drops_its_answer_and_lets_go() -> None:
    partition = OpenAnswers()
    impossible = Formula(volume_floor=0.1, volume_full=0.1)  # a division by zero
    events = [make.started(A, formula=impossible), *short(A)[1:3]]
    read(partition, events)
    with pytest.raises(FoldError, match="a:1:1"):
        partition.read(make.record(make.ended(A, (1, 1, 1)), 3))
    assert len(partition) == 0
    assert partition.position == 4
    assert partition.read(make.record(make.final(A), 4)) is None
    assert Topic.EVENTS in {record.topic for record in make.records(events)}


def test_an_answer_that_never_ended_is_dropped_when_the_session_begins_the_next() -> None:
    partition = OpenAnswers()
    second = make.place("a", question=2)
    read(partition, [make.started(A), make.frame(A, 0), make.started(second)])
    assert len(partition) == 1
    assert partition.position == 2


def test_a_start_that_comes_late_drops_nothing() -> None:
    """One of an earlier answer, written by a gateway that was frozen, is dropped by the next."""
    partition = OpenAnswers()
    second, third = make.place("a", question=2), make.place("a", question=3)
    read(partition, [make.started(second), make.started(A)])
    (behaviour, final) = read(partition, short(second)[1:], 2)
    assert (behaviour.closed, final.closed) == (False, True)
    partition.close(final.key)
    read(partition, [make.started(third)], 6)
    assert len(partition) == 1
    assert partition.position == 6


def test_what_waits_in_vain_is_given_up_when_its_media_is_gone() -> None:
    """A lie about counts, or evidence that was lost: it must not hold the commit for ever."""
    partition = OpenAnswers()
    read(partition, [make.started(A), make.ended(A, (1, 5, 5)), make.started(B)])
    assert partition.position == 0
    later = [
        each._replace(timestamp=make.BEGAN + KEPT_OPEN_MS + wait)
        for each, wait in zip(make.records([make.frame(A, 0)] * 2, 3), (0, 1), strict=True)
    ]
    partition.read(later[0])
    assert (len(partition), partition.position) == (2, 0)
    partition.read(later[1])
    assert (len(partition), partition.position) == (0, 5)


def test_counts_that_no_answer_can_have_are_a_fault() -> None:
    partition = OpenAnswers()
    read(partition, [make.started(A)])
    with pytest.raises(FoldError, match="at most"):
        read(partition, [make.ended(A, (1, 2**32 - 1, 1))], 1)
    assert partition.position == 2
