"""From a request on Kafka to judgements in ClickHouse, with a model server that comes and goes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import clickhouse_connect
import pytest

from deploy.local.ports import free_port
from deploy.local.stack import Stack
from schemas import rubric
from schemas.events import AssessmentRequested, Utterance
from schemas.ids import now_ms
from schemas.language import Language
from schemas.topics import Process, Topic
from streams.runtime.codec import encode
from streams.runtime.producer import Producer
from tests.support.chat_server import ChatServer, serving
from tests.support.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


def request(session: str, language: Language, said: str) -> AssessmentRequested:
    return AssessmentRequested(
        session=session,
        question=1,
        attempt=1,
        epoch=1,
        at=now_ms(),
        language=language,
        text="What did you build?",
        rubric=rubric.default(language),
        utterances=(Utterance(text=said, start_ms=400, end_ms=3_000),) if said else (),
    )


REQUESTS = (
    request("a_en", Language.ENGLISH, "I rebuilt the parcel tracker from scratch."),
    request("a_ko", Language.KOREAN, "배송 추적 시스템을 다시 만들었습니다."),
    request("a_silent", Language.ENGLISH, ""),
)


def judge(body: dict[str, Any]) -> str:
    """Judge as a model might: one level rests on words that nobody said."""
    said = body["messages"][-1]["content"].partition("<answer>")[2].partition("</answer>")[0]
    quote = " ".join(said.split()[:3])
    found = {"quote": quote, "reason": "Named.", "level": 3}
    made_up = {"quote": "I led a team of forty", "reason": "Leads.", "level": 5}
    return json.dumps({"structure": found, "relevance": found, "depth": made_up, "clarity": found})


async def test_an_answer_is_judged_by_its_own_words_or_not_at_all() -> None:
    port = free_port()
    env = {
        "VIVA_ASSESSMENT_ENGINE": "openai",
        "VIVA_ASSESSMENT_URL": f"http://127.0.0.1:{port}/v1",
        "VIVA_ASSESSMENT_MODEL": "judge",
    }
    names = ["kafka", "clickhouse", "sink", "assessment"]
    async with Stack(only=names, env={"assessment": env}) as stack:
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())

        async def judgements() -> list[Any]:
            query = (
                "SELECT session, criterion, level, quote, start_ms, end_ms, gap, model "
                "FROM viva.judgements ORDER BY session, criterion"
            )
            return list(await asyncio.to_thread(lambda: reader.query(query).result_rows))

        async def complete() -> bool:
            return len(await judgements()) == 4 * len(REQUESTS)

        async with Producer(stack.kafka, Process.GATEWAY) as producer:
            key, _, headers = encode(REQUESTS[0], gw=0)
            await producer.publish_raw(Topic.EVENTS, key, b"{", headers)
            await producer.publish(*REQUESTS, gw=0)
            await asyncio.sleep(2)  # the model server is away
            assert all(row[0] == "a_silent" for row in await judgements())
            async with serving(ChatServer(judge), port=port):
                await until(complete, "every judgement", 60)
            await producer.publish(*REQUESTS, gw=0)  # twice is once
        rows = await judgements()
        assert stack.process("assessment").restarts == 0

    found = {(row[0], row[1]): row[2:] for row in rows}
    assert len(found) == len(rows) == 12
    assert found["a_en", "clarity"] == (3, "I rebuilt the", 400, 3000, "", "judge")
    assert found["a_ko", "clarity"] == (3, "배송 추적 시스템을", 400, 3000, "", "judge")
    for session in ("a_en", "a_ko"):
        assert found[session, "depth"] == (None, "", 0, 0, "quote_not_found", "judge")
    assert {found["a_silent", name][4] for name in ("structure", "depth")} == {"no_speech"}


async def test_without_a_model_each_criterion_says_so() -> None:
    async with Stack(only=["kafka", "clickhouse", "sink", "assessment"]) as stack:
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())

        async def gaps() -> set[str]:
            query = "SELECT gap FROM viva.judgements WHERE session = 'a_en' AND level IS NULL"
            rows = await asyncio.to_thread(lambda: reader.query(query).result_rows)
            return {row[0] for row in rows}

        async def there() -> bool:
            return bool(await gaps())

        async with Producer(stack.kafka, Process.GATEWAY) as producer:
            await producer.publish(REQUESTS[0], gw=0)
            await until(there, "the assessment", 60)
        assert await gaps() == {"no_model"}
