"""The agent as a process on a real broker: killed, stopped, cut off, fed with rubbish."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from schemas.events import CalibrationCompleted, Event, QuestionScored
from schemas.topics import Process, Topic
from streams.scoring.open_answers import OpenAnswers
from tests.support import evidence as make
from tests.support.agent_process import AgentProcess, read_until, send, uncommitted
from tests.support.broker import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

SESSIONS = 24


@pytest.fixture
async def agent(broker: Broker, tmp_path: Path) -> AsyncIterator[AgentProcess]:
    process = AgentProcess(broker.settings(session_timeout_ms=6_000), tmp_path)
    async with process.supervised():
        yield process


def answer(session: str, chance: random.Random) -> list[Event]:
    """One answer of any length, its evidence in the order in which workers would be done."""
    key = make.place(session)
    frames, chunks = chance.randint(5, 60), chance.randint(2, 25)
    evidence: list[Event] = [
        make.frame(
            key,
            seq,
            gaze_yaw=chance.uniform(-25, 25),
            head_yaw=chance.uniform(-25, 25),
            smile=chance.random(),
            tension=chance.random(),
        )
        if chance.random() < 0.9
        else make.unseen(key, seq, failed=chance.random() < 0.3)
        for seq in range(frames)
    ]
    evidence += [
        make.chunk(key, seq, rms=chance.random() * 0.2, speaking_ratio=chance.random())
        for seq in range(chunks)
    ]
    chance.shuffle(evidence)
    said: list[Event] = [
        make.segment(key, 16_000 * at, f"sentence {at} um of {session}")
        for at in range(chance.randint(0, 3))
    ]
    tail = [make.ended(key, (1, frames, chunks)), *said, make.final(key)]
    late = chance.randint(0, min(4, len(evidence)))  # features that come after the answer ended
    return [
        make.started(key),
        *evidence[late:],
        tail[0],
        *evidence[:late],
        *tail[1:],
    ]


def calibration(session: str) -> list[Event]:
    key = make.place(session, question=0)
    return [
        make.calibration_started(key),
        *(make.frame(key, seq, gaze_yaw=2.0) for seq in range(5)),
        *(make.chunk(key, seq) for seq in range(3)),
        make.calibration_ended(key, (1, 5, 3)),
    ]


def interleaved(groups: list[list[Event]], chance: random.Random) -> list[Event]:
    """All answers open at once; they close in another order than they opened."""
    events = [group.pop(0) for group in groups]
    while groups := [group for group in groups if group]:
        events.append(chance.choice(groups).pop(0))
    return events


def expected(events: list[Event]) -> dict[str, Event]:
    """What one undisturbed fold of ``events`` concludes, by id."""
    fold = OpenAnswers()
    due = [fold.read(record) for record in make.records(events)]
    return {event.id: event for each in due if each is not None for event in each.events}


def by_id(events: list[Event]) -> dict[str, Event]:
    """Events by id; two with one id must say the same."""
    found: dict[str, Event] = {}
    for event in events:
        assert found.setdefault(event.id, event) == event
    return found


async def all_committed(broker: Broker, seconds: float = 30.0) -> None:
    async def done() -> bool:
        return await uncommitted(broker.settings(), Topic.EVENTS, Process.AGENT) == 0

    await until(done, "everything to be committed", seconds)


@pytest.mark.requirement("score-per-question")
async def test_killed_again_and_again_while_answers_close_out_of_order(
    broker: Broker, agent: AgentProcess
) -> None:
    chance = random.Random(20)
    events = interleaved([answer(f"s{number}", chance) for number in range(SESSIONS)], chance)
    wanted = expected(events)
    assert len(wanted) == 2 * SESSIONS
    await agent.ready()

    sending = asyncio.create_task(send(broker.settings(), events, pause=0.01))
    for _ in range(4):
        await asyncio.sleep(chance.uniform(0.5, 3.5))
        agent.kill()
        agent.start()
    await sending

    scored = await read_until(broker.settings(), Topic.SCORES, "question.scored", len(wanted))
    assert by_id(scored) == wanted
    await all_committed(broker)
    live = await read_until(broker.settings(), Topic.INBOX, "question.scored", len(wanted))
    assert by_id(live) == wanted


@pytest.mark.requirement("vision-calibration")
async def test_scores_come_quickly_calibrations_go_back_and_it_stops_cleanly(
    broker: Broker, agent: AgentProcess
) -> None:
    await agent.ready()
    chance = random.Random(3)
    await send(broker.settings(), [*calibration("s"), *answer("s", chance)])
    (zero,) = await read_until(broker.settings(), Topic.EVENTS, "calibration.completed", 1)
    assert isinstance(zero, CalibrationCompleted)
    assert zero.ok
    assert zero.baseline.gaze_yaw == 2.0
    scored = await read_until(broker.settings(), Topic.SCORES, "question.scored", 2)
    assert [each.stage for each in scored if isinstance(each, QuestionScored)] == [
        "behaviour",
        "final",
    ]
    await all_committed(broker)
    before = time.monotonic()
    assert agent.terminate() == 0
    assert time.monotonic() - before < 10

    agent.start()  # nothing is scored twice by a new owner that starts at the committed offset
    await agent.ready()
    await send(broker.settings(), answer("t", chance))
    scored = await read_until(broker.settings(), Topic.SCORES, "question.scored", 4)
    assert len(scored) == 4


async def test_rubbish_on_the_topic_changes_no_score(broker: Broker, agent: AgentProcess) -> None:
    chance = random.Random(9)
    events = interleaved([answer(f"r{number}", chance) for number in range(4)], chance)
    wanted = expected(events)
    settings = broker.settings()
    topic = settings.physical(Topic.EVENTS)
    real = make.record(events[-1], 0)
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap) as producer:
        for number in range(100):
            key = f"r{number % 4}".encode()
            headers = [("type", b"vision.features"), ("v", b"1"), ("id", b"r0:1:1:1:x:1")]
            kinds: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]] = [
                (key, None, []),
                (None, b"\xff", headers),
                (key, b"{}", headers),
                (key, b"not json", [("type", b"answer.ended")]),
                (key, real.value, [*headers, ("gw", b"x")]),
                (key, b"", [("type", b"\xff\xfe")]),
            ]
            bad_key, value, wrong = kinds[number % len(kinds)]
            await producer.send(topic, key=bad_key, value=value, headers=wrong)
    half = len(events) // 2
    await send(settings, events[:half])
    await send(settings, events[half:])
    scored = await read_until(settings, Topic.SCORES, "question.scored", len(wanted))
    assert by_id(scored) == wanted
    await all_committed(broker)


async def test_it_says_that_it_waits_for_kafka_and_goes_on_when_it_is_back(
    broker: Broker, agent: AgentProcess
) -> None:
    await agent.ready()
    chance = random.Random(5)
    events = answer("w", chance)
    wanted = expected(events)
    half = len(events) // 2
    await send(broker.settings(), events[:half])
    await asyncio.to_thread(broker.stop)

    async def waits() -> bool:
        health = await agent.health()
        return health.get("ready") is False and health.get("waiting_for") == "kafka"

    await until(waits, "the agent to say that Kafka is away", 20)
    await broker.start()
    await agent.ready()
    await send(broker.settings(), events[half:])
    scored = await read_until(broker.settings(), Topic.SCORES, "question.scored", len(wanted))
    assert by_id(scored) == wanted


async def test_it_stops_while_kafka_is_away(broker: Broker, agent: AgentProcess) -> None:
    await agent.ready()
    await send(broker.settings(), answer("q", random.Random(1))[:10])
    await asyncio.sleep(1)
    await asyncio.to_thread(broker.stop, kill=True)
    await asyncio.sleep(2)
    before = time.monotonic()
    await asyncio.to_thread(agent.terminate, 12)
    assert time.monotonic() - before < 11


@pytest.mark.requirement("score-per-question")
async def test_agents_that_come_and_go_share_the_sessions_and_lose_none(
    broker: Broker, agent: AgentProcess, tmp_path: Path
) -> None:
    chance = random.Random(77)
    settings = broker.settings(session_timeout_ms=6_000)
    others = [AgentProcess(settings, tmp_path, f"agent-{number}") for number in (1, 2)]
    events = interleaved([answer(f"m{number}", chance) for number in range(SESSIONS)], chance)
    wanted = expected(events)
    await agent.ready()
    sending = asyncio.create_task(send(broker.settings(), events, pause=0.012))
    async with AsyncExitStack() as stack:
        stack.callback(sending.cancel)
        for other in others:
            await asyncio.sleep(2)
            await stack.enter_async_context(other.supervised())
        await others[0].ready()
        await asyncio.sleep(3)
        others[0].kill()  # its partitions are another's after the session timeout
        await asyncio.sleep(2)
        agent.kill()
        agent.start()
        await sending
        scored = await read_until(settings, Topic.SCORES, "question.scored", len(wanted))
        assert by_id(scored) == wanted
        await all_committed(broker)
