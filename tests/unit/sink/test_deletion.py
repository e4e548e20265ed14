"""What becomes of the rows of a session that was deleted."""

from __future__ import annotations

import asyncio
from typing import Literal

from schemas import metrics
from schemas.events import SessionDeleted
from schemas.topics import Topic
from streams.runtime.consumer import Partition
from streams.runtime.metrics import counter
from tests.unit.sink.fakes import Bench, chunks


def deleted(session: str, by: Literal["candidate", "owner"] = "candidate") -> SessionDeleted:
    return SessionDeleted(session=session, at=1, by=by)


def stored(bench: Bench) -> list[str]:
    return [table for table, _ in bench.store.rows]


async def test_a_deleted_session_leaves_nothing_but_that_it_was_deleted() -> None:
    bench = Bench()
    await bench.feed(*chunks(3), *chunks(2, "other"))
    await bench.sink.flush()
    await bench.feed(*chunks(5)[3:], deleted("s"))
    await bench.sink.flush()
    assert sorted(stored(bench)) == ["deleted_sessions", "voice_features", "voice_features"]
    assert bench.partition.position == 8


async def test_what_comes_later_is_not_stored_and_does_not_hold_the_commit() -> None:
    bench = Bench()
    dropped = counter(metrics.DELETED_ROWS)
    before = dropped.collect()[0].samples[0].value
    await bench.feed(deleted("s"))
    await bench.sink.flush()
    await bench.feed(*chunks(3))
    assert bench.partition.position == 4
    await bench.sink.flush()
    assert stored(bench) == ["deleted_sessions"]
    assert dropped.collect()[0].samples[0].value == before + 3


async def test_a_sink_that_starts_knows_what_was_deleted() -> None:
    bench = Bench(deleted={"s"})
    await bench.feed(*chunks(3), *chunks(1, "other"))
    await bench.sink.flush()
    assert [row[1] for _, row in bench.store.rows] == ["other"]


async def test_a_deletion_that_is_replayed_is_stored_again() -> None:
    bench = Bench(deleted={"s"})
    await bench.feed(deleted("s"))
    await bench.sink.flush()
    assert stored(bench) == ["deleted_sessions"]


async def test_what_another_sink_took_the_deletion_of_is_deleted_after_the_insert() -> None:
    bench = Bench()
    scores = Partition(Topic.SCORES, 0)
    await bench.feed(*chunks(2), partition=scores)
    bench.store.tombstones.add("s")
    await bench.sink.flush()
    assert stored(bench) == []
    assert scores.position == 2
    await bench.feed(*chunks(2), partition=scores)
    assert scores.position == 4  # not even inserted any more


async def test_nothing_is_committed_before_the_rows_are_gone() -> None:
    bench = Bench()
    await bench.feed(*chunks(1), deleted("s"))
    held = asyncio.Event()
    erase = bench.store.erase

    async def late(sessions: set[str]) -> set[str]:
        await held.wait()
        return await erase(sessions)

    bench.store.erase = late  # type: ignore[method-assign, assignment]
    flushing = asyncio.create_task(bench.sink.flush())
    for _ in range(5):
        await asyncio.sleep(0)
    assert bench.partition.position == 0
    held.set()
    await flushing
    assert bench.partition.position == 2
