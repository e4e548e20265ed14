"""What four streams of frames cost a question: the model has its share of the processor."""

from __future__ import annotations

import asyncio
from statistics import median

import clickhouse_connect
import pytest

from deploy.local.recording import Recorded
from deploy.local.stack import Stack
from schemas.topics import Process
from streams.runtime.producer import Producer
from tests.bench.conftest import Report, Row
from tests.bench.support.follow_ups import EVERY_S, FOLLOW_UPS, follow_ups
from tests.bench.test_vision_throughput import pictures, records
from tests.support.waiting import until

STREAMS = 4
FRAMES_A_SECOND = 5
ROUNDS = 3
REACH = 1.25
SEEN = "SELECT count() FROM viva.vision_features FINAL WHERE session LIKE 'seen%'"

pytestmark = pytest.mark.timeout(600)


async def test_vision_does_not_starve_questions(report: Report) -> None:
    alone: list[int] = []
    beside: list[int] = []
    sent = 0
    env = {"questions": {"VIVA_QUESTIONS_ENGINE": "openai"}}
    parts = ["kafka", "clickhouse", "vision", "llm", "questions", "sink"]
    async with Stack(only=parts, env=env) as stack, Producer(stack.kafka, Process.GATEWAY) as out:
        await follow_ups(stack, out, "warm")
        for number in range(ROUNDS):
            alone += await follow_ups(stack, out, f"alone{number}")
            streams = asyncio.create_task(stream(out, f"seen{number}"))
            try:
                await asyncio.sleep(2)
                beside += await follow_ups(stack, out, f"beside{number}")
            finally:
                sent += await streams
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())

        async def analysed() -> bool:
            return int(str(await asyncio.to_thread(reader.command, SEEN))) == sent

        await until(analysed, "the frames' features", 60)
    ratio = median(beside) / median(alone)
    report(
        Row(
            "a follow-up beside four streams of frames, against one asked alone",
            "≤ 1.25 times",
            f"{ratio:.2f} times ({median(beside):.0f} of {median(alone):.0f} ms)",
            ratio <= REACH,
            [
                f"{ROUNDS} times {FOLLOW_UPS} requests, {EVERY_S} s apart, none drafted ahead; "
                f"{sent:,} frames, all analysed",
            ],
        )
    )


async def stream(out: Producer, name: str) -> int:
    """Publish what four cameras would while the follow-ups are asked; return how many frames."""
    ticks = round((2 + FOLLOW_UPS * EVERY_S) * FRAMES_A_SECOND)
    cameras = [records(f"{name}_{number}", pictures(ticks)) for number in range(STREAMS)]
    loop = asyncio.get_running_loop()
    began = loop.time()
    for tick, frames in enumerate(zip(*cameras, strict=True)):
        await asyncio.sleep(max(0.0, began + tick / FRAMES_A_SECOND - loop.time()))
        await asyncio.gather(*(sent(out, frame) for frame in frames))
    return ticks * STREAMS


async def sent(out: Producer, frame: Recorded) -> None:
    await out.publish_raw(frame.topic, frame.key, frame.value, frame.headers)
