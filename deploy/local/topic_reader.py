"""Reading whole topics, up to where they end now."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import ConsumerRecord

from schemas.settings import KafkaSettings
from schemas.topics import Topic
from streams.runtime.client import client_arguments


async def read_whole(settings: KafkaSettings, topics: Sequence[Topic]) -> list[ConsumerRecord]:
    """Return all records of ``topics``, in the order of the broker's timestamps."""
    consumer = AIOKafkaConsumer(
        *(settings.physical(topic) for topic in topics),
        **client_arguments(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    found: list[ConsumerRecord] = []
    try:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                batch = await consumer.getmany(partition, timeout_ms=1000)
                found += [record for record in batch.get(partition, ()) if record.offset < end]
    finally:
        await consumer.stop()
    return sorted(found, key=lambda record: record.timestamp)
