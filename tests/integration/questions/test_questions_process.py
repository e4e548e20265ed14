"""The questions worker as a process on a real broker."""

from __future__ import annotations

import aiohttp
import pytest

from deploy.local.stack import Stack
from schemas.events import QuestionRequested
from schemas.ids import now_ms
from schemas.language import Language
from schemas.topics import Process, Topic
from streams.runtime.codec import encode
from streams.runtime.producer import Producer
from tests.support.asked import asked

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
        sessions = [each.session for each in requests]
        told = await asked(stack, Topic.EVENTS, sessions)
        live = await asked(stack, Topic.INBOX, sessions)

    assert live == told  # each was told to its gateway too
    assert len({event.text for event in told.values()}) > 3
    for each in requests:
        assert told[each.session].language is each.language
