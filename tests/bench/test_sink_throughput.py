"""Rows a second of the sink, against bare inserts of the same rows in batches as large."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import clickhouse_connect
import pytest

from deploy.local.recording import Recorded, write
from deploy.local.stack import Stack
from schemas import metrics
from schemas.topics import Process
from tests.bench.conftest import Report, Row
from tests.bench.support.candidates import interleaved
from tests.bench.support.pinned import OTHERS, Pinned, bare, on_cores, running
from tests.bench.support.topics import fill, rate
from tests.bench.test_agent_throughput import folded
from tests.support.answers import event_record
from tests.support.waiting import until
from workers.sink.shapes import SHAPES

CANDIDATES = 600
ROUNDS = 7
REACH = 0.90
BARE = "tests.bench.support.bare_sink"
TABLES = sorted({shape.table for shape in SHAPES.values()})

pytestmark = pytest.mark.timeout(600)


async def test_rows_a_second(tmp_path: Path, report: Report) -> None:
    records = everything()
    loop: list[float] = []
    sink_rate: list[float] = []
    used: list[float] = []
    bare_us: list[float] = []
    with on_cores(OTHERS):
        async with Stack(only=["kafka", "clickhouse"]) as stack:
            reader = clickhouse_connect.get_client(**stack.clickhouse_client())
            where = clickhouse(stack)
            async with running("workers.sink", stack.kafka, where) as sink:
                await fill(stack.kafka, named(records, "w")[:5_000])
                await sink.ready()
                await acknowledged(sink, 5_000)
                for number in range(ROUNDS):
                    cpu, batches = sink.cpu_s(), await flushes(sink)
                    before = await sink.count(metrics.ROWS)
                    with sink.frozen():
                        await fill(stack.kafka, named(records, f"a{number}"))
                    sink_rate.append(await rate(since(sink, before), len(records), 90))
                    used.append((sink.cpu_s() - cpu) / len(records) * 1e6)
                    batches = await flushes(sink) - batches
                    file = tmp_path / "records.gz"
                    write(file, named(records, f"b{number}"))
                    with sink.frozen():
                        found = await asyncio.to_thread(
                            bare, BARE, str(file), str(int(batches)), settings=where
                        )
                    loop.append(found["rate"])
                    bare_us.append(found["cpu_us"])
            scored = "SELECT count() FROM viva.scores WHERE stage = 'final' AND session < 's_w'"
            assert int(str(reader.command(scored))) == 2 * CANDIDATES * ROUNDS
    ratio = statistics.median(ours / its for ours, its in zip(sink_rate, loop, strict=True))
    report(
        Row(
            "sink rows/s: against a bare insert of the same batches",
            "≥ 0.90",
            f"{ratio:.3f} ({statistics.median(sink_rate):,.0f} of {statistics.median(loop):,.0f})",
            ratio >= REACH,
            [
                f"{len(records):,} records of {CANDIDATES} candidates on {len(TABLES)} tables; "
                f"about {len(records) / batches:,.0f} rows a batch; rounds: "
                + ", ".join(f"{s:,.0f}/{b:,.0f}" for s, b in zip(sink_rate, loop, strict=True)),
                f"processor time a row: {statistics.median(used):.0f} µs in the sink, "
                f"{statistics.median(bare_us):.0f} µs bare: reading, validating and taking apart "
                "come on top of inserting, and go on while ClickHouse works on the batch before",
            ],
        )
    )


def clickhouse(stack: Stack) -> dict[str, str]:
    """Return where the stack's ClickHouse is, as settings."""
    found = stack.clickhouse(writer=True)
    return {
        "VIVA_CLICKHOUSE_HOST": found.host,
        "VIVA_CLICKHOUSE_PORT": str(found.port),
        "VIVA_CLICKHOUSE_USER": found.user,
        "VIVA_CLICKHOUSE_PASSWORD": found.password.get_secret_value(),
    }


async def acknowledged(sink: Pinned, rows: float) -> None:
    """Wait until ClickHouse has taken ``rows`` from the sink since it was started.

    The sink counts a row when its insert is acknowledged. Counting the tables' rows would not do:
    merging replaces rows of one key.
    """
    taken = since(sink, 0)

    async def are_there() -> bool:
        return await taken() >= rows

    await until(are_there, f"{rows:.0f} rows", 60)


def since(sink: Pinned, before: float) -> Callable[[], Awaitable[float]]:
    """Return what counts the rows acknowledged beyond ``before``."""

    async def count() -> float:
        return await sink.count(metrics.ROWS) - before

    return count


async def flushes(sink: Pinned) -> float:
    return await sink.count(metrics.WORK_SECONDS, process=Process.SINK)


def everything() -> list[Recorded]:
    """Return the events of all candidates and their scores, in time order."""
    events = interleaved(CANDIDATES)
    scores, _ = folded(events)
    return [event_record(e) for e in sorted([*events, *scores.values()], key=lambda e: e.at)]


def named(records: Sequence[Recorded], name: str) -> list[Recorded]:
    """Return ``records`` of other sessions, which have ``name`` in their names."""
    old, new = b"s_00000", f"s_{name:0<5}".encode()
    return [
        replace(
            each,
            key=each.key.replace(old, new),
            value=each.value.replace(old, new),
            headers=tuple((header, value.replace(old, new)) for header, value in each.headers),
        )
        for each in records
    ]
