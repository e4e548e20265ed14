"""The agent's handling of records, without Faust and without Kafka."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import cast

from schemas.events import Event
from schemas.formula import Formula
from schemas.topics import Process
from streams.agent import ScoringAgent
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.record import Record
from tests.support import evidence as make

A, B = make.place("a"), make.place("b")


@dataclass
class Broker:
    """Publishes and acks into lists; ``away`` makes publishing fail until it is cleared."""

    published: list[tuple[str, int]] = field(default_factory=list)
    acked: list[tuple[int, int]] = field(default_factory=list)
    letters: list[tuple[int, str]] = field(default_factory=list)
    away: bool = False

    async def publish(self, *events: Event, gw: int) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise DependencyUnavailable("kafka", "away")
        self.published += [(event.id, gw) for event in events]

    def ack(self, partition: int, offset: int) -> None:
        self.acked.append((partition, offset))

    async def put(self, record: Record, reason: str) -> None:
        self.letters.append((record.offset, reason))


def agent(broker: Broker, health: Health | None = None) -> ScoringAgent:
    return ScoringAgent(
        broker, cast("DeadLetters", broker), health or Health(Process.AGENT, "test"), broker.ack
    )


def short(key: dict[str, object]) -> list[Event]:
    return [
        make.started(key),
        make.frame(key, 0),
        make.chunk(key, 0),
        make.ended(key, (1, 1, 1)),
        make.final(key),
    ]


async def test_acks_are_the_contiguous_prefix_in_order_each_offset_once() -> None:
    broker = Broker()
    scoring = agent(broker)
    a, b = short(A), short(B)
    for record in make.records([a[0], b[0], *b[1:]], first=40):
        await scoring.handle(record)
    assert broker.acked == []  # a is open since the first record
    for record in make.records(a[1:], first=46):
        await scoring.handle(record)
    assert broker.acked == [(0, offset) for offset in range(40, 50)]
    assert scoring.open_answers == 0
    assert [each for each, _ in broker.published] == [
        f"{session}:1:1:1:question.scored:{seq}" for session in "ba" for seq in (0, 1)
    ]
    assert {gw for _, gw in broker.published} == {3}


async def test_partitions_do_not_hold_each_other() -> None:
    broker = Broker()
    scoring = agent(broker)
    await scoring.handle(make.record(make.started(A), 0))
    for record in make.records(short(B)):
        await scoring.handle(replace(record, partition=1))
    assert broker.acked == [(1, offset) for offset in range(5)]


async def test_nothing_is_acked_before_the_broker_has_the_score() -> None:
    broker = Broker(away=True)
    health = Health(Process.AGENT, "test")
    health.ready()
    scoring = agent(broker, health)
    records = make.records(short(A))
    for record in records[:3]:
        await scoring.handle(record)
    waiting = asyncio.create_task(scoring.handle(records[3]))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    assert health.report()["waiting_for"] == "kafka"
    assert broker.acked == []
    broker.away = False
    await waiting
    assert health.is_ready
    await scoring.handle(records[4])
    assert [offset for _, offset in broker.acked] == [0, 1, 2, 3, 4]


async def test_revoked_while_it_waited_it_acks_nothing_and_starts_afresh() -> None:
    broker = Broker(away=True)
    scoring = agent(broker)
    records = make.records(short(A))
    for record in records[:3]:
        await scoring.handle(record)
    waiting = asyncio.create_task(scoring.handle(records[3]))
    await asyncio.sleep(0.01)
    scoring.revoked([0])
    assert scoring.open_answers == 0
    broker.away = False
    await waiting
    assert broker.acked == []
    for record in records:  # the next assignment reads from the committed offset
        await scoring.handle(record)
    assert [offset for _, offset in broker.acked] == [0, 1, 2, 3, 4]
    assert [each for each, _ in broker.published].count("a:1:1:1:question.scored:1") == 1


async def test_undecodable_records_are_skipped_and_acked() -> None:
    broker = Broker()
    scoring = agent(broker)
    good = make.record(make.frame(A, 0), 1)
    await scoring.handle(make.record(make.started(B), 0))
    await scoring.handle(replace(good, headers=()))
    await scoring.handle(replace(good, offset=2, value=b"{"))
    assert broker.letters == []
    scoring.revoked([0])
    await scoring.handle(replace(good, headers=()))
    assert broker.acked == [(0, 1)]


async def test_what_does_not_fold_goes_to_the_dead_letters_and_is_acked() -> None:
    broker = Broker()
    scoring = agent(broker)
    impossible = make.started(A, formula=Formula(volume_floor=0.1, volume_full=0.1))
    for record in make.records([impossible, *short(A)[1:]]):
        await scoring.handle(record)
    ((offset, reason),) = broker.letters
    assert offset == 3
    assert "a:1:1 does not fold" in reason
    assert [each for _, each in broker.acked] == [0, 1, 2, 3, 4]
    assert broker.published == []
