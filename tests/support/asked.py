"""Reading questions off a topic."""

from __future__ import annotations

from collections.abc import Collection

from aiokafka import AIOKafkaConsumer

from deploy.local.stack import Stack
from schemas.events import QuestionAsked
from schemas.topics import Topic
from streams.runtime.client import client_arguments
from streams.runtime.codec import decode
from tests.support.waiting import until


async def asked(stack: Stack, topic: Topic, sessions: Collection[str]) -> dict[str, QuestionAsked]:
    """Return the one question of each of ``sessions``, as soon as all are on ``topic``."""
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
                    event = decode(record.key, record.value, record.headers)
                    assert isinstance(event, QuestionAsked)
                    assert event.session not in found, "asked twice"
                    found[event.session] = event
        return found.keys() >= set(sessions)

    try:
        await until(all_asked, f"{len(sessions)} questions on {topic}", 60)
    finally:
        await consumer.stop()
    return {session: found[session] for session in sessions}
