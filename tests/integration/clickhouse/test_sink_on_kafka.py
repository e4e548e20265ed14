"""The sink as a process between a real broker and a real engine."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from typing import Any

import aiohttp
import clickhouse_connect
import psutil
import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.replay import DeadLetter, dead_letters
from deploy.local.stack import Stack
from schemas.events import Event, QuestionScored, VisionFeatures, VoiceFeatures
from schemas.topics import Process, Topic, route
from streams.runtime.codec import encode
from streams.runtime.producer import Producer, acknowledged
from tests.contract.examples import load_all
from tests.integration.clickhouse.interview import score
from tests.support.waiting import until
from workers.sink.shapes import SHAPES

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]


async def publish(stack: Stack, *events: Event) -> None:
    """Publish in the name of whoever produces each."""
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        pending = []
        for event in events:
            key, value, headers = encode(event, gw=0)
            pending.append(await producer.send(route(event).topic, key, value, headers))
        await acknowledged(pending)


def chunk(session: str, seq: int) -> VoiceFeatures:
    return VoiceFeatures(
        session=session, question=1, attempt=1, epoch=1, seq=seq, at=1_790_000_000_000 + seq
    )


async def count(reader: Client, table: str, session: str) -> int:
    sql = f"SELECT count() FROM viva.{table} FINAL WHERE session = '{session}'"
    return int(str(await asyncio.to_thread(reader.command, sql)))


async def arrived(reader: Client, table: str, session: str, rows: int) -> None:
    async def enough() -> bool:
        return await count(reader, table, session) >= rows

    await until(enough, f"{rows} rows of {session} in {table}", 60)
    assert await count(reader, table, session) == rows


async def health(stack: Stack) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{stack.health_url('sink')}/readyz") as answer,
    ):
        found: dict[str, Any] = await answer.json()
        return found


async def test_every_example_arrives_in_its_table(stack: Stack, reader: Client) -> None:
    events = load_all()
    await publish(stack, *events)
    expected = Counter((SHAPES[type(event)].table, event.session) for event in events)
    for (table, session), rows in expected.items():
        await arrived(reader, table, session, rows)


async def test_stored_values_are_the_published_ones(stack: Stack, reader: Client) -> None:
    event = score("k_values", 1)
    await publish(stack, event)
    await arrived(reader, "question_scores", "k_values", 1)
    shape = SHAPES[QuestionScored]
    found = reader.query(
        f"SELECT {', '.join(shape.columns[:-1])}, id FROM viva.question_scores FINAL "
        "WHERE session = 'k_values'",
        query_formats={"DateTime64": "int"},
    )
    (row,) = found.named_results()
    assert row.pop("id") == event.id
    assert tuple(row.values()) == shape.row(event, 0)[:-1]


async def test_a_record_read_twice_is_one_row(stack: Stack, reader: Client) -> None:
    await publish(stack, *(chunk("k_twice", seq) for seq in range(5)))
    await arrived(reader, "voice_features", "k_twice", 5)
    await publish(stack, *(chunk("k_twice", seq) for seq in range(6)))
    await arrived(reader, "voice_features", "k_twice", 6)


async def test_a_row_the_table_refuses_is_set_aside_alone(stack: Stack, reader: Client) -> None:
    def frame(seq: int, faces: int) -> VisionFeatures:
        return VisionFeatures(session="k_refused", seq=seq, at=seq, failed=True, faces=faces)

    good = [frame(seq, 0) for seq in range(29)]
    await publish(stack, *good[:11], frame(29, 2**17), *good[11:])
    await arrived(reader, "vision_features", "k_refused", len(good))

    async def letters() -> list[DeadLetter] | None:
        found = await dead_letters(stack.kafka)
        return [each for each in found if each.key == b"k_refused"] or None

    (letter,) = await until(letters, "the dead letter", 30)
    assert letter.process == "sink"
    assert "faces" in letter.reason


async def test_garbage_is_set_aside_and_nothing_stalls(stack: Stack, reader: Client) -> None:
    key, value, headers = encode(chunk("k_garbage", 0), gw=0)
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        for topic in (Topic.EVENTS, Topic.SCORES):
            await producer.publish_raw(topic, key, b"\xff not json", headers)
            await producer.publish_raw(topic, key, value, [])
    await publish(stack, chunk("k_garbage", 1))
    await arrived(reader, "voice_features", "k_garbage", 1)

    async def all_four() -> bool:
        found = await dead_letters(stack.kafka)
        return sum(each.key == b"k_garbage" for each in found) == 4

    await until(all_four, "four dead letters", 30)


async def test_clickhouse_away_is_said_and_waited_for() -> None:
    async with Stack(only=["kafka", "clickhouse", "sink"]) as stack:
        await stack.stop_process("clickhouse")
        await publish(stack, *(chunk("k_away", seq) for seq in range(50)))

        async def says_so() -> bool:
            return (await health(stack))["waiting_for"] == "clickhouse"

        await until(says_so, "the sink to say that ClickHouse is away", 30)
        assert (await health(stack))["ready"] is False
        await stack.start_process("clickhouse")
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())
        await arrived(reader, "voice_features", "k_away", 50)

        async def ready_again() -> bool:
            return bool((await health(stack))["ready"])

        await until(ready_again, "the sink to be ready again", 30)

        # a server that hangs does not keep the sink from ending
        stack.kill("clickhouse", signal.SIGSTOP)
        try:
            await publish(stack, *(chunk("k_hangs", seq) for seq in range(5)))
            await asyncio.sleep(1)
            sink = psutil.Process(stack.process("sink").pid)
            sink.terminate()
            await asyncio.to_thread(sink.wait, 10)
        finally:
            stack.kill("clickhouse", signal.SIGCONT)
        await arrived(reader, "voice_features", "k_hangs", 5)


async def test_kill_9_loses_nothing(stack: Stack, reader: Client) -> None:
    for turn in range(3):
        await publish(stack, *(chunk("k_killed", 400 * turn + seq) for seq in range(400)))
        await asyncio.sleep(0.05 * turn)
        stack.kill("sink", signal.SIGKILL)
    await publish(stack, *(score("k_killed", question) for question in (1, 2, 3)))
    await arrived(reader, "voice_features", "k_killed", 1200)
    await arrived(reader, "question_scores", "k_killed", 3)
