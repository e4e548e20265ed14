"""The SQL view works every score out again from the raw features."""

from __future__ import annotations

import asyncio

import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.replay import play
from deploy.local.stack import Stack
from schemas.topics import Process
from streams.runtime.producer import Producer
from tests.support.scored import Rows, all_final, recording
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


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
