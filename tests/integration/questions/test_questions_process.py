"""The questions worker as a process on a real broker."""

from __future__ import annotations

import aiohttp
import pytest
from aiokafka import AIOKafkaConsumer

from deploy.local.stack import Stack
from schemas.events import Event, QuestionAsked, QuestionRequested
from schemas.ids import now_ms
from schemas.language import Language
from schemas.topics import Process, Topic
from streams.runtime.client import client_arguments
from streams.runtime.codec import decode, encode
from streams.runtime.producer import Producer
from tests.support.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

SESSIONS = 20


def request(number: int) -> QuestionRequested:
    return QuestionRequested(
        session=f"q_{number:02}",
        question=1,
        epoch=1,
        at=now_ms(),
        language=list(Language)[number % 2],
        total=3,
    )


async def test_each_request_is_answered_and_a_broken_one_harms_none() -> None:
    async with Stack(only=["kafka", "questions"]) as stack:
        url = stack.health_url("questions")
        async with aiohttp.ClientSession() as http, http.get(f"{url}/readyz") as answer:
            said = await answer.json()
            assert said["ready"] is True
            assert said["device"] == "cpu"
            assert said["detail"].startswith("questions: ")

        requests = [request(number) for number in range(SESSIONS)]
        async with Producer(stack.kafka, Process.GATEWAY) as producer:
            key, _, headers = encode(requests[0], gw=0)
            await producer.publish_raw(Topic.EVENTS, key, b"{", headers)
            await producer.publish_raw(Topic.EVENTS, key, b"{}", [])
            await producer.publish(*requests, gw=2)
        asked = await _asked(stack, Topic.EVENTS)
        live = await _asked(stack, Topic.INBOX)

    assert sorted(asked) == [each.session for each in requests]
    assert live == asked  # each was told to its gateway too
    assert len({event.text for event in asked.values()}) > 3
    for each in requests:
        assert asked[each.session].language is each.language


async def _asked(stack: Stack, topic: Topic) -> dict[str, QuestionAsked]:
    consumer = AIOKafkaConsumer(
        stack.kafka.physical(topic),
        **client_arguments(stack.kafka),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    found: dict[str, QuestionAsked] = {}

    async def all_asked() -> bool:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            for record in records:
                if b"question.asked" in dict(record.headers).values():
                    event: Event = decode(record.key, record.value, record.headers)
                    assert isinstance(event, QuestionAsked)
                    assert event.session not in found, "asked twice"
                    found[event.session] = event
        return len(found) == SESSIONS

    try:
        await until(all_asked, f"{SESSIONS} questions on {topic}", 60)
        return found
    finally:
        await consumer.stop()
