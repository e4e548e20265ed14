"""Follow-ups that a language model is asked for, and how long the worker takes for each."""

from __future__ import annotations

import asyncio

import clickhouse_connect

from deploy.local.stack import Stack
from schemas.events import Exchange, QuestionRequested
from schemas.ids import now_ms
from schemas.language import Language
from streams.runtime.producer import Producer
from tests.support.waiting import until

FOLLOW_UPS = 12
EVERY_S = 1.5
ANSWER = "I rewrote the scheduler because jobs were starving, and queues fell to two seconds."


async def follow_ups(stack: Stack, producer: Producer, name: str) -> list[int]:
    """Return the milliseconds that the worker took for each of some follow-ups."""
    sessions = [f"{name}_{number}" for number in range(FOLLOW_UPS)]
    for session in sessions:
        request = QuestionRequested(
            session=session,
            question=2,
            epoch=1,
            at=now_ms(),
            language=Language.ENGLISH,
            total=3,
            position="backend engineer",
            history=(Exchange(question="What did you do?", answer=f"{session}. {ANSWER}"),),
        )
        await producer.publish(request, gw=0)
        await asyncio.sleep(EVERY_S)
    reader = clickhouse_connect.get_client(**stack.clickhouse_client())
    found: list[int] = []

    async def stored() -> bool:
        query = (
            "SELECT took_ms FROM viva.questions FINAL "
            "WHERE type = 'question.asked' AND session IN {sessions:Array(String)}"
        )
        rows = await asyncio.to_thread(
            lambda: reader.query(query, parameters={"sessions": sessions}).result_rows
        )
        found[:] = [int(row[0]) for row in rows]
        return len(found) == FOLLOW_UPS

    await until(stored, "the follow-ups", 60)
    return found
