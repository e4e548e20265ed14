"""Reading spoken questions off a topic."""

from __future__ import annotations

from collections.abc import Collection

from aiokafka import AIOKafkaConsumer

from deploy.local.stack import Stack
from schemas.events import QuestionSpoken
from schemas.topics import Topic
from streams.runtime.client import client_arguments
from streams.runtime.codec import decode
from tests.support.waiting import until


async def spoken(
    stack: Stack, topic: Topic, sessions: Collection[str], within_s: float = 90
) -> dict[str, QuestionSpoken]:
    """Return the first ``question.spoken`` of each of ``sessions``, as soon as all are there."""
    consumer = AIOKafkaConsumer(
        stack.kafka.physical(topic),
        **client_arguments(stack.kafka),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    found: dict[str, QuestionSpoken] = {}

    async def all_spoken() -> bool:
        for records in (await consumer.getmany(timeout_ms=500)).values():
            for record in records:
                if b"question.spoken" in dict(record.headers).values():
                    event = decode(record.key, record.value, record.headers)
                    assert isinstance(event, QuestionSpoken)
                    found.setdefault(event.session, event)
        return found.keys() >= set(sessions)

    try:
        await until(all_spoken, f"{len(sessions)} spoken questions on {topic}", within_s)
    finally:
        await consumer.stop()
    return {session: found[session] for session in sessions}
