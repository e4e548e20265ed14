from __future__ import annotations

import asyncio

import pytest

from schemas import metrics
from schemas.events import Component, QuestionScored
from schemas.ids import now_ms
from schemas.topics import Topic
from streams.runtime.codec import DecodeError
from streams.runtime.consumer import Partition
from streams.runtime.metrics import counter, histogram
from streams.runtime.record import Record
from tests.contract.examples import load_all
from tests.unit.sink.fakes import Bench, chunks, connections
from workers.sink.shapes import TABLES


async def test_nothing_may_be_committed_before_the_store_has_acknowledged() -> None:
    bench = Bench()
    await bench.feed(*chunks(3))
    assert bench.partition.position == 0
    bench.store.gate.clear()
    flushing = asyncio.create_task(bench.sink.flush())
    await asyncio.sleep(0)
    assert bench.partition.position == 0
    bench.store.gate.set()
    await flushing
    assert bench.partition.position == 3
    assert len(bench.store.rows) == 3


async def test_records_that_come_during_an_insert_wait_for_their_own() -> None:
    bench = Bench()
    await bench.feed(*chunks(2))
    bench.store.gate.clear()
    flushing = asyncio.create_task(bench.sink.flush())
    await asyncio.sleep(0)
    await bench.feed(*chunks(2))
    bench.store.gate.set()
    await flushing
    assert bench.partition.position == 2
    await bench.sink.flush()
    assert bench.partition.position == 4


async def test_records_are_taken_without_waiting_while_there_is_room() -> None:
    bench = Bench(rows=2)
    taken = []
    for event in chunks(3):
        record = bench.record(event)
        bench.partition.seen(record.offset)
        taken.append(bench.sink.take(record, bench.partition))
    assert taken == [True, True, False]
    assert bench.partition.position == 0
    await bench.sink.flush()
    assert len(bench.store.rows) == 2
    with pytest.raises(DecodeError):
        bench.sink.take(record._replace(value=b""), bench.partition)


async def test_a_batch_holds_every_partition_it_has_records_of() -> None:
    bench = Bench()
    other = Partition(Topic.SCORES, 1)
    await bench.feed(*chunks(2))
    await bench.feed(*chunks(2), partition=other)
    assert (bench.partition.position, other.position) == (0, 2)
    await bench.sink.flush()
    assert (bench.partition.position, other.position) == (2, 4)


async def test_a_full_batch_is_inserted_before_it_is_old() -> None:
    bench = Bench(rows=4, ms=60_000)
    flushing = asyncio.create_task(bench.sink.flush_forever())
    await bench.feed(*chunks(4))
    await bench.store.inserted.wait()
    flushing.cancel()
    assert bench.store.calls == [("voice_features", 4)]


async def test_an_old_batch_is_inserted_before_it_is_full() -> None:
    bench = Bench(ms=1)
    flushing = asyncio.create_task(bench.sink.flush_forever())
    await bench.feed(*chunks(2))
    await bench.store.inserted.wait()
    flushing.cancel()
    assert bench.store.calls == [("voice_features", 2)]


async def test_a_full_batch_makes_the_next_record_wait_for_room() -> None:
    bench = Bench(rows=2)
    await bench.feed(*chunks(2))
    third = asyncio.create_task(bench.feed(*chunks(1)))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not third.done()
    await bench.sink.flush()
    await third
    await bench.sink.flush()
    assert len(bench.store.rows) == 3


async def test_a_score_is_inserted_after_its_evidence() -> None:
    bench = Bench()
    await bench.feed(*reversed(load_all()))
    await bench.sink.flush()
    order = list(dict.fromkeys(table for table, _ in bench.store.calls))
    assert order[-1] == "question_scores"
    assert order == list(dict.fromkeys(TABLES.values()))


async def test_only_the_refused_row_is_set_aside() -> None:
    bench = Bench()
    await bench.feed(*chunks(1000))
    bench.store.bad = lambda row: row[5] == 700  # by seq
    await bench.sink.flush()
    ((record, reason),) = bench.letters.letters
    assert record.offset == 700
    assert reason == "a row does not fit"
    assert len(bench.store.rows) == 999
    assert len(bench.store.calls) <= 1 + 2 * 10  # halving, not one by one
    assert bench.partition.position == 1000


async def test_all_rows_refused_are_all_set_aside() -> None:
    bench = Bench()
    await bench.feed(*chunks(5), *connections(2))
    bench.store.bad = lambda _: True
    await bench.sink.flush()
    assert sorted(record.offset for record, _ in bench.letters.letters) == list(range(7))
    assert bench.partition.position == 7


async def test_while_the_store_is_away_it_says_so_and_nothing_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) == 3:
            assert bench.health.report()["waiting_for"] == "clickhouse"
            assert not bench.health.is_ready
            assert bench.partition.position == 0
            bench.store.away = False

    monkeypatch.setattr("streams.runtime.health.asyncio.sleep", nap)
    await bench.feed(*chunks(3))
    bench.store.away = True
    await bench.sink.flush()
    assert len(naps) == 3
    assert naps[0] < naps[1] < naps[2]  # backing off
    assert bench.health.is_ready
    assert bench.letters.letters == []
    assert bench.partition.position == 3


@pytest.mark.parametrize(
    ("value", "headers"),
    [
        (b"not json", [("type", b"voice.features"), ("v", b"1")]),
        (b"{}", []),
        (b"{}", [("type", b"no.such"), ("v", b"1")]),
        (b"{}", [("type", b"voice.features"), ("v", b"2")]),
    ],
)
async def test_what_is_no_event_is_refused(value: bytes, headers: list[tuple[str, bytes]]) -> None:
    bench = Bench()
    record = Record(Topic.EVENTS, 0, 0, b"s", value, tuple(headers))
    with pytest.raises(DecodeError):
        await bench.sink.handle(record, bench.partition)


async def test_rows_and_lag_are_measured_once_acknowledged() -> None:
    bench = Bench()
    rows = counter(metrics.ROWS, table="question_scores")
    lag = histogram(metrics.SCORING_LAG, stage="final")
    rows_before, sum_before = _value(rows), _value(lag, "_sum")
    ended = now_ms() - 2000
    await bench.feed(_score(ended))
    assert _value(rows) == rows_before
    await bench.sink.flush()
    assert _value(rows) == rows_before + 1
    assert 2.0 <= _value(lag, "_sum") - sum_before < 60.0


async def test_the_lag_of_written_answers_is_measured_apart() -> None:
    bench = Bench()
    spoken, typed = (histogram(metrics.SCORING_LAG, stage=stage) for stage in ("final", "typed"))
    before = _value(spoken, "_sum"), _value(typed, "_sum")
    await bench.feed(_score(now_ms() - 2000).model_copy(update={"typed": True}))
    await bench.sink.flush()
    assert _value(spoken, "_sum") == before[0]
    assert _value(typed, "_sum") >= before[1] + 2.0


def _value(metric: object, suffix: str = "_total") -> float:
    samples = metric.collect()[0].samples  # type: ignore[attr-defined]
    return sum(float(each.value) for each in samples if each.name.endswith(suffix))


def _score(ended_at: int) -> QuestionScored:
    nothing = Component(value=None, coverage=0.0)
    return QuestionScored(
        session="s",
        question=1,
        attempt=1,
        epoch=1,
        seq=1,
        at=ended_at,
        stage="final",
        language="en",
        policy="practice",
        formula_version="f1-0",
        evidence=1,
        gaze=nothing,
        voice=nothing,
        smile=nothing,
        posture=nothing,
        emotion=nothing,
        total=nothing,
        started_at=ended_at - 1000,
        ended_at=ended_at,
        question_text="?",
    )
