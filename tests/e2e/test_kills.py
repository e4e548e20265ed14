"""Recorded interviews replayed while agent, vision, stt and sink are killed: nothing may change."""

from __future__ import annotations

import asyncio
import itertools
import random
import secrets

import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.recording import Recorded
from deploy.local.replay import play
from deploy.local.stack import Stack
from schemas.topics import Process
from streams.runtime.producer import Producer
from tests.e2e.conftest import Held
from tests.support.recorded import one_answer
from tests.support.scored import Rows, assert_same, rows_of
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

COPIES = 7
KILLED = ("agent", "vision", "stt", "sink")
KILLS = 12


@pytest.mark.requirement("score-insufficient")
@pytest.mark.requirement("score-stored")
async def test_kills_change_no_score_and_no_transcript(
    stack: Stack, held: Held, reader: Client
) -> None:
    choose = random.Random(7)
    originals = sorted(each.session for each in held.interviews)
    live = rows_of(reader, originals)
    replayed: list[tuple[int, str]] = []
    answers: list[list[Recorded]] = []
    for copy, (place, session) in itertools.product(range(COPIES), enumerate(originals)):
        name, question = f"k_{secrets.token_hex(12)}", copy % 3 + 1
        replayed.append((place * 3 + question - 1, name))
        delay, pace = choose.uniform(0, 8_000), choose.uniform(0.4, 1.2)
        answers.append(one_answer(held.records, session, question, name, delay_ms=delay, pace=pace))
    assert out_of_order(answers) > len(answers)

    restarts = {name: stack.process(name).restarts for name in KILLED}
    records = sorted(itertools.chain.from_iterable(answers), key=lambda each: each.timestamp)
    async with Producer(stack.kafka, Process.REPLAY) as producer:
        playing = asyncio.create_task(play(records, producer, speed=1.0))
        for number in range(KILLS):
            await asyncio.sleep(choose.uniform(0.5, 2.5))
            stack.kill(KILLED[number % len(KILLED)])
            await asyncio.sleep(0.2)
        await playing
    names = [name for _, name in replayed]

    async def finals() -> Rows | None:
        rows = await asyncio.to_thread(rows_of, reader, names)
        return rows if sum(row["stage"] == "final" for row in rows) >= len(names) else None

    again = await until(finals, "the final scores of the replayed answers", 240)
    for name in KILLED:
        assert stack.process(name).restarts - restarts[name] == KILLS // len(KILLED), name
    expected = [{**live[row], "session": number} for number, (row, _) in enumerate(replayed)]
    assert_same(expected, again)
    assert sum(bool(row["transcript"]) for row in again) >= COPIES, "the fluent were understood"
    assert sum(row["total"] is None for row in again) == COPIES, "the absent have no total"


def out_of_order(answers: list[list[Recorded]]) -> int:
    """Return how many pairs of answers close in another order than they open."""
    times = [
        [next(r.timestamp for r in answer if r.type == kind) for answer in answers]
        for kind in ("answer.started", "answer.ended")
    ]
    opened, closed = times
    return sum(
        (opened[a] - opened[b]) * (closed[a] - closed[b]) < 0
        for a, b in itertools.combinations(range(len(answers)), 2)
    )
