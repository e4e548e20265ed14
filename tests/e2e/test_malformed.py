"""Malformed records on every topic: all of them in the dead letters, no score harmed."""

from __future__ import annotations

import random

import pytest
from aiokafka import AIOKafkaProducer
from clickhouse_connect.driver.client import Client

from deploy.local.replay import dead_letters, play
from deploy.local.stack import Stack
from schemas.events import SessionConnected
from schemas.formula import Policy
from schemas.language import Language
from schemas.media import AudioMeta, FrameMeta
from schemas.topics import Process, Topic
from streams.runtime.client import client_arguments
from streams.runtime.codec import encode
from streams.runtime.producer import Producer
from tests.support.scored import all_final, assert_same, recording
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

EACH = 100
SESSIONS = 6
CONSUMED = (Topic.FRAMES, Topic.AUDIO, Topic.EVENTS, Topic.SCORES, Topic.INBOX)

Raw = tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]


def malformed(topic: Topic, choose: random.Random) -> Raw:
    """Return one record that no consumer of ``topic`` can accept."""
    junk = choose.randbytes(choose.randint(1, 400) | 1)
    if topic is Topic.FRAMES:
        key, value, headers = b"bad_1", junk, _headers(FrameMeta, choose)
    elif topic is Topic.AUDIO:
        key, value, headers = b"bad_1", junk, _headers(AudioMeta, choose)
    else:
        event = SessionConnected(session="bad_1", epoch=1, seq=1, at=choose.randrange(2**40))
        key, value, headers = encode(event, gw=0)
    fault = choose.randrange(6)
    if fault == 0:
        return key, value, []
    if fault == 1:
        return key, value, [h for h in headers if h[0] != "id"]
    if fault == 2:
        return key, value, [("v", b"999") if h[0] == "v" else h for h in headers]
    if fault == 3:
        return key, value, [("type", b"no.such.type") if h[0] == "type" else h for h in headers]
    if fault == 4:
        return key, value, [("id", b"\xff\xfe") if h[0] == "id" else h for h in headers]
    return key, junk, headers


def _headers(
    kind: type[FrameMeta] | type[AudioMeta], choose: random.Random
) -> list[tuple[str, bytes]]:
    return kind(
        session="bad_1",
        question=1,
        attempt=1,
        epoch=1,
        seq=choose.randrange(10**9),
        at=1,
        gw=0,
        language=Language.ENGLISH,
        policy=Policy.PRACTICE,
    ).to_headers()


async def test_malformed_records_harm_nothing(stack: Stack, reader: Client) -> None:
    choose = random.Random(3)
    sent: set[str] = set()
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        await play(recording("clean", SESSIONS), producer)
        clean = await all_final(reader, "clean", SESSIONS)

        raw = AIOKafkaProducer(**client_arguments(stack.kafka))
        await raw.start()
        try:
            records = recording("dirty", SESSIONS)
            step = max(1, len(records) // EACH)
            for at in range(EACH):
                await play(records[at * step : (at + 1) * step], producer)
                for topic in CONSUMED:
                    key, value, headers = malformed(topic, choose)
                    where = await raw.send_and_wait(
                        stack.kafka.physical(topic), value, key=key, headers=headers,
                        partition=0 if topic is Topic.INBOX else None,
                    )  # fmt: skip
                    sent.add(f"{topic.value}[{where.partition}]@{where.offset}")
            await play(records[EACH * step :], producer)
        finally:
            await raw.stop()
        dirty = await all_final(reader, "dirty", SESSIONS)

    async def set_aside() -> bool:
        return sent <= {letter.place for letter in await dead_letters(stack.kafka)}

    await until(set_aside, f"{len(sent)} dead letters", 60)
    assert len(sent) == EACH * len(CONSUMED)
    assert all(
        letter.reason and letter.process != "unknown"
        for letter in await dead_letters(stack.kafka)
        if letter.place in sent
    )
    assert_same(clean, dirty)
