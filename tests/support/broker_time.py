"""Letting a day pass on a broker, for what is given up only then."""

from __future__ import annotations

import time

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.local.kafka import TIMESTAMPS
from schemas.events import SessionConnected
from schemas.formula import Policy
from schemas.language import Language
from schemas.media import AudioMeta
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS, Topic
from streams.runtime.client import client_arguments
from streams.runtime.codec import encode

_AHEAD_MS = 25 * 3600 * 1000


async def a_day_later(settings: KafkaSettings) -> None:
    """Write one harmless record, dated a day ahead, to each partition of events and of audio."""
    for topic in (Topic.EVENTS, Topic.AUDIO):
        kept = _configured(topic)
        free = {"message.timestamp.type": "CreateTime"}
        free["message.timestamp.after.max.ms"] = str(2 * _AHEAD_MS)
        await _configure(settings, topic, kept | free)
        try:
            await _write(settings, topic)
        finally:
            await _configure(settings, topic, kept)


def _configured(topic: Topic) -> dict[str, str]:
    """Return what ``create_topics`` configures."""
    spec = TOPICS[topic]
    mine = {"retention.ms": str(spec.retention_ms), "message.timestamp.type": TIMESTAMPS}
    return mine | spec.config


async def _configure(settings: KafkaSettings, topic: Topic, values: dict[str, str]) -> None:
    resource = ConfigResource(ConfigResourceType.TOPIC, settings.physical(topic), configs=values)
    admin = AIOKafkaAdminClient(**client_arguments(settings))
    await admin.start()
    try:
        await admin.alter_configs([resource])
    finally:
        await admin.close()


async def _write(settings: KafkaSettings, topic: Topic) -> None:
    key, value, headers = _harmless(topic)
    ahead = int(time.time() * 1000) + _AHEAD_MS
    async with AIOKafkaProducer(**client_arguments(settings), acks="all") as producer:
        for partition in range(TOPICS[topic].partitions):
            await producer.send_and_wait(
                settings.physical(topic), value, key=key, partition=partition, headers=headers,
                timestamp_ms=ahead,
            )  # fmt: skip


def _harmless(topic: Topic) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    if topic is Topic.EVENTS:
        return encode(SessionConnected(session="a-day-later", epoch=1, seq=1, at=1), 0)
    meta = AudioMeta(
        session="a-day-later", question=1, attempt=1, epoch=1, seq=5, at=1, gw=0,
        language=Language.ENGLISH, policy=Policy.PRACTICE,
    )  # fmt: skip
    return b"a-day-later", b"", meta.to_headers()
