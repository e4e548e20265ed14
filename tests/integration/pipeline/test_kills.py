"""Recorded answers replayed while agent, vision, stt and sink are killed: nothing may change."""

from __future__ import annotations

import asyncio
import random

import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.replay import play
from deploy.local.stack import Stack
from schemas.topics import Process
from streams.runtime.producer import Producer
from tests.support.scored import Rows, all_final, assert_same, recording
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

SESSIONS = 21
KILLED = ("agent", "vision", "stt", "sink")
KILLS = 12


@pytest.mark.requirement("score-insufficient")
@pytest.mark.requirement("score-stored")
async def test_kills_change_no_score_and_no_transcript(stack: Stack, reader: Client) -> None:
    restarts = {name: stack.process(name).restarts for name in KILLED}
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        await play(recording("calm", SESSIONS), producer)
        calm = await all_final(reader, "calm", SESSIONS)

        choose = random.Random(7)
        playing = asyncio.create_task(play(recording("storm", SESSIONS), producer, speed=1.0))
        for number in range(KILLS):
            await asyncio.sleep(choose.uniform(0.3, 1.5))
            stack.kill(KILLED[number % len(KILLED)])
            await asyncio.sleep(0.2)
        await playing
        storm = await all_final(reader, "storm", SESSIONS)

    for name in KILLED:
        assert stack.process(name).restarts - restarts[name] == KILLS // len(KILLED), name
    assert_same(calm, storm)
    assert any(row["transcript"] for row in calm), "the fluent candidates were understood"
    assert any(row["total"] is not None for row in calm)
    assert any(row["total"] is None for row in calm), "the absent candidates have no total"


@pytest.mark.requirement("score-total")
async def test_the_view_recomputes_every_score(stack: Stack, reader: Client) -> None:
    sessions = 6
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        await play(recording("sql", sessions), producer)
        await all_final(reader, "sql", sessions)

    async def compared() -> Rows | None:
        # Features and scores are inserted in batches of their own: wait for the last of them.
        query = "SELECT * FROM viva.recomputed_scores WHERE startsWith(session, 'sql_')"
        rows = list((await asyncio.to_thread(reader.query, query)).named_results())
        equal = all(row["difference"] <= 1e-6 for row in rows)
        return rows if len(rows) == sessions and equal else None

    await until(compared, "a recomputed score for every published one, equal to 1e-6", 60)
