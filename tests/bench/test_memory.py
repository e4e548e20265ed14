"""Whether any process grows while answers keep coming in.

``VIVA_BENCH_MINUTES=30 make bench`` measures for half an hour; a run of a few minutes cannot tell
one per cent an hour from noise and says so.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from statistics import linear_regression, mean

import clickhouse_connect
import pytest

from deploy.demo.media import CandidateMedia, build
from deploy.demo.run import DEFAULT_ORDER, Gateway, interviews
from deploy.local.recording import Recorded, capture
from deploy.local.replay import play
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from schemas.topics import Process
from streams.runtime.producer import Producer
from tests.bench.conftest import Report, Row
from tests.bench.support.load import Weight, pids, weight
from tests.support.recorded import renamed
from tests.support.waiting import until

MINUTES = float(os.environ.get("VIVA_BENCH_MINUTES", "3"))
LONG = 30.0
WARM_UP = max(1.0, MINUTES / 2)
"""Minutes; free memory that is not given back takes a quarter of an hour to be used up."""
EVERY_S = 5.0
ANSWERS = 3
RECORDED = ("attentive", "absent")
"""Played again and again beside one live candidate: more than a machine that is also busy with
something else can bear would measure its backlog."""

pytestmark = pytest.mark.timeout((MINUTES + WARM_UP + 6) * 60)

Samples = list[tuple[float, dict[str, Weight]]]


async def test_no_process_grows(report: Report) -> None:
    media = await asyncio.to_thread(build, LocalSettings().cache_dir, lambda _: None)
    async with Stack() as stack, Producer(stack.kafka, Process.REPLAY) as producer:
        gateway = Gateway(stack.gateway_url, stack.api_key)
        try:
            held = await interviews(gateway, media, RECORDED)
            records = await capture(stack.kafka, frozenset(each.session for each in held))
            stop = time.monotonic() + (WARM_UP + MINUTES) * 60
            player = asyncio.create_task(replaying(records, producer, stop))
            live = asyncio.create_task(interviewing(gateway, media, stop))
            samples = await sampled(stack, stop)
            played = await player
            await live
        finally:
            await gateway.close()
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())

        async def finals() -> bool:
            query = (
                "SELECT count() FROM viva.scores WHERE stage = 'final' AND session LIKE 'memory%'"
            )
            (row,) = await asyncio.to_thread(lambda: reader.query(query).result_rows)
            return int(row[0]) >= played * ANSWERS

        await until(finals, f"the scores of {played} replayed interviews", 180)
        assert all(stack.process(name).restarts == 0 for name in stack.names)

    report(growth_row(samples, played))


def growth_row(samples: Samples, played: int) -> Row:
    """Return the row of the table: the process that grew most, and all of them below it."""
    grown = {name: growth([(t, w[name].anonymous) for t, w in samples]) for name in samples[0][1]}
    worst = max(grown, key=lambda name: grown[name])
    is_long = MINUTES >= LONG
    return Row(
        f"resident memory growth over {MINUTES:.0f} minutes of replayed load",
        "< 1 % an hour a process after warm-up",
        f"most: {worst} {grown[worst]:+.1f} % an hour"
        + ("" if is_long else f" (a run of {MINUTES:.0f} minutes is too short to tell)"),
        is_long and grown[worst] < 1,
        [
            f"{played} recorded interviews at the speed they were held and one live candidate "
            f"after the other, after {WARM_UP:.0f} minutes of warm-up; "
            f"resident memory that no file backs every {EVERY_S:.0f} s, slope by least squares",
            *(
                f"{name}: {mean(w[name].anonymous for _, w in samples) / 1e6:.1f} MB, "
                f"{grown[name]:+.2f} % an hour; with its share of mapped files "
                f"{growth([(t, w[name].proportional) for t, w in samples]):+.2f} % an hour"
                for name in grown
            ),
        ],
    )


def growth(samples: Sequence[tuple[float, float]]) -> float:
    """Return the slope of (seconds, bytes), in per cent of their mean an hour."""
    seconds, sizes = zip(*samples, strict=True)
    return linear_regression(seconds, sizes).slope * 3600 / mean(sizes) * 100


async def sampled(stack: Stack, stop: float) -> Samples:
    """Weigh every process until ``stop``, from the end of the warm-up on."""
    await asyncio.sleep(WARM_UP * 60)
    samples: Samples = []
    while time.monotonic() < stop:
        running = pids(stack)
        weights = await asyncio.to_thread(lambda r=running: {n: weight(p) for n, p in r.items()})
        samples.append((time.monotonic(), weights))
        await asyncio.sleep(EVERY_S)
    return samples


async def replaying(records: Sequence[Recorded], producer: Producer, stop: float) -> int:
    """Publish the recording again and again as other sessions; return how many interviews."""
    sessions = sorted({record.key.decode() for record in records})
    played = 0
    while time.monotonic() < stop:
        names = {session: f"memory{secrets.token_hex(11)}" for session in sessions}
        await play(list(as_others(records, names)), producer, speed=1.0)
        played += len(sessions)
    return played


def as_others(records: Sequence[Recorded], names: dict[str, str]) -> Iterator[Recorded]:
    """Yield ``records`` in order of time, each as the session that takes the place of its own."""
    for record in sorted(records, key=lambda each: each.timestamp):
        session = record.key.decode()
        yield renamed(record, session, names[session])


async def interviewing(gateway: Gateway, media: dict[str, CandidateMedia], stop: float) -> None:
    """Hold one interview after the other over WebRTC."""
    for name in itertools.cycle(DEFAULT_ORDER):
        if time.monotonic() >= stop:
            return
        await interviews(gateway, media, [name])
