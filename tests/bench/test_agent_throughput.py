"""How many session events the scoring agent folds a second on one core."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from schemas import metrics
from schemas.events import Event
from schemas.settings import KafkaSettings
from schemas.topics import Process, Topic
from streams.runtime.codec import encode
from streams.runtime.record import Record
from streams.scoring.open_answers import OpenAnswers
from tests.bench.conftest import Report, Row
from tests.bench.support.candidates import interleaved
from tests.bench.support.pinned import OTHERS, Pinned, on_cores, running
from tests.bench.support.topics import filled, rate
from tests.support.agent_process import read_until, uncommitted
from tests.support.answers import event_record
from tests.support.broker import Broker
from tests.support.waiting import until

CANDIDATES = 400
ROUNDS = 3
REACH = 7_000

pytestmark = pytest.mark.timeout(300)


async def test_events_a_second(tmp_path: Path, report: Report) -> None:
    events = interleaved(CANDIDATES)
    expected, folded_s = folded(events)
    measured: list[float] = []
    used: list[float] = []
    with on_cores(OTHERS):
        async with Broker(tmp_path / "kafka") as broker:
            records = [event_record(event) for event in events]
            for number in range(ROUNDS):
                settings = await filled(broker, f"r{number}-", records)
                async with running("streams.app", settings) as agent:
                    await agent.ready()
                    before = agent.cpu_s()
                    measured.append(await events_a_second(agent, len(events)))
                    await all_scored(settings, expected)
                    used.append((agent.cpu_s() - before) / len(events))
    found = statistics.median(measured)
    report(
        Row(
            "agent events/s on one core",
            "≥ 7,000",
            f"{found:,.0f}",
            found >= REACH,
            [
                f"{len(events):,} events of {CANDIDATES} candidates, interleaved; rounds: "
                + ", ".join(f"{each:,.0f}" for each in measured),
                f"processor time an event: {statistics.median(used) * 1e6:.0f} µs; "
                f"{folded_s / len(events) * 1e6:.0f} µs of it are reading, validating and folding "
                "without Kafka; the rest is Faust handing over a record",
            ],
        )
    )


async def events_a_second(agent: Pinned, total: int) -> float:
    async def handled() -> float:
        return await agent.count(metrics.RECORDS, process=Process.AGENT, topic=Topic.EVENTS)

    return await rate(handled, total, 90)


async def all_scored(settings: KafkaSettings, expected: dict[str, Event]) -> None:
    scores = await read_until(settings, Topic.SCORES, "question.scored", len(expected))
    assert {score.id: score for score in scores} == expected

    async def committed() -> bool:
        return await uncommitted(settings, Topic.EVENTS, Process.AGENT) == 0

    await until(committed, "everything to be committed", 15)


def folded(events: Sequence[Event]) -> tuple[dict[str, Event], float]:
    """Return the scores by id, and the seconds that the fold alone takes."""
    records = []
    for offset, event in enumerate(events):
        key, value, headers = encode(event, 0)
        records.append(Record(Topic.EVENTS, 0, offset, key, value, tuple(headers)))
    answers = OpenAnswers()
    found: dict[str, Event] = {}
    began = time.process_time()
    for record in records:
        due = answers.read(record)
        if due is not None:
            found |= {event.id: event for event in due.events}
            if due.closed:
                answers.close(due.key)
    return found, time.process_time() - began
