"""Records carry the broker's time: a producer's wrong clock makes none old, and none of the future.

With the producers' times a worker a day behind had unread records deleted, and one an hour ahead
was refused by the broker.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.local import kafka
from schemas.topics import Topic
from tests.support.broker import Broker

_DAYS = 86_400_000


@pytest.mark.integration
async def test_a_producers_clock_dates_no_record(tmp_path: Path) -> None:
    async with Broker(tmp_path) as broker:
        settings = broker.settings()
        await kafka.create_topics(settings)
        topic, now = settings.physical(Topic.EVENTS), round(time.time() * 1000)
        async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
            for days in (-30, 0, 30):
                await producer.send_and_wait(
                    topic, b"x", partition=0, timestamp_ms=now + days * _DAYS
                )
        async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap) as consumer:
            place = TopicPartition(topic, 0)
            consumer.assign([place])
            await consumer.seek_to_beginning(place)
            times = [(await consumer.getone(place)).timestamp for _ in range(3)]
    assert all(abs(each - now) < 60_000 for each in times)
