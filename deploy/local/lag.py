"""How far consumer groups are behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from schemas.settings import KafkaSettings
from streams.runtime.client import client_arguments


async def group_lags(
    settings: KafkaSettings, groups: Sequence[str]
) -> Mapping[str, Mapping[str, int] | None]:
    """Return records committed to end, by group and topic; None where nothing is committed.

    Raises:
        KafkaError: the broker does not answer.
    """
    committed: dict[str, dict[TopicPartition, int]] = {}
    admin = AIOKafkaAdminClient(**client_arguments(settings), request_timeout_ms=5_000)
    try:
        await admin.start()
        for group in groups:
            offsets = await admin.list_consumer_group_offsets(group)
            committed[group] = {part: max(0, each.offset) for part, each in offsets.items()}
    finally:
        await admin.close()
    every = sorted({part for offsets in committed.values() for part in offsets})
    ends = await _ends(settings, every) if every else {}
    lags: dict[str, dict[str, int] | None] = {}
    for group, offsets in committed.items():
        behind: dict[str, int] = {}
        for part, offset in offsets.items():
            behind[part.topic] = behind.get(part.topic, 0) + max(0, ends[part] - offset)
        lags[group] = behind or None
    return lags


async def _ends(
    settings: KafkaSettings, partitions: Sequence[TopicPartition]
) -> Mapping[TopicPartition, int]:
    consumer = AIOKafkaConsumer(**client_arguments(settings), enable_auto_commit=False)
    await consumer.start()
    try:
        ends: Mapping[TopicPartition, int] = await consumer.end_offsets(partitions)
        return ends
    finally:
        await consumer.stop()
