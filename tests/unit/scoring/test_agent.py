"""The agent's handling of records, without Faust and without Kafka."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import pytest

from schemas.events import Event
from schemas.formula import Formula
from schemas.topics import Process
from streams.agent import PassedOver, ScoringAgent
from streams.runtime import health as health_module
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.producer import RecordRefused
from streams.runtime.record import Record
from tests.support import evidence as make

A, B = make.place("a"), make.place("b")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_module, "delays", lambda: iter([0.01] * 1000))


@dataclass
class Broker:
    """Publishes and acks into lists; ``away`` makes publishing fail until it is cleared."""

    published: list[tuple[str, int]] = field(default_factory=list)
    acked: list[tuple[int, int]] = field(default_factory=list)
    letters: list[tuple[int, str]] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)
    away: bool = False
    refuses: Exception | None = None
    offsets: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})
    missing: frozenset[int] = frozenset()

    async def committed(self) -> dict[int, int]:
        await asyncio.sleep(0)
        return self.offsets

    async def next_offset(self, partition: int, offset: int) -> int:
        await asyncio.sleep(0)
        return next(each for each in count(offset) if each not in self.missing)

    async def publish(self, *events: Event, gw: int) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise DependencyUnavailable("kafka", "away")
        if self.refuses is not None:
            raise self.refuses
        self.published += [(event.id, gw) for event in events]

    def ack(self, partition: int, offset: int) -> None:
        self.acked.append((partition, offset))

    async def put(self, record: Record, reason: str) -> None:
        self.letters.append((record.offset, reason))


def agent(broker: Broker, health: Health | None = None) -> ScoringAgent:
    return ScoringAgent(
        broker,
        cast("DeadLetters", broker),
        health or Health(Process.AGENT, "test"),
        broker,
        broker.ack,
        broker.faults.append,
    )


def short(key: dict[str, object]) -> list[Event]:
    return [
        make.started(key),
        make.frame(key, 0),
        make.chunk(key, 0),
        make.ended(key, (1, 1, 1)),
        make.final(key),
    ]


async def settle() -> None:
    """Let what is being published be acknowledged."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_acks_are_the_contiguous_prefix_in_order_each_offset_once() -> None:
    broker = Broker(offsets={0: 40})
    scoring = agent(broker)
    a, b = short(A), short(B)
    for record in make.records([a[0], b[0], *b[1:]], first=40):
        await scoring.handle(record)
    await settle()
    assert broker.acked == []  # a is open since the first record
    for record in make.records(a[1:], first=46):
        await scoring.handle(record)
    await settle()
    assert broker.acked == [(0, offset) for offset in range(40, 50)]
    assert scoring.open_answers == 0
    assert [each for each, _ in broker.published] == [
        f"{session}:1:1:1:question.scored:{seq}" for session in "ba" for seq in (0, 1)
    ]
    assert {gw for _, gw in broker.published} == {3}
    assert broker.faults == []


async def test_partitions_do_not_hold_each_other() -> None:
    broker = Broker()
    scoring = agent(broker)
    await scoring.handle(make.record(make.started(A), 0))
    for record in make.records(short(B)):
        await scoring.handle(record._replace(partition=1))
    await settle()
    assert broker.acked == [(1, offset) for offset in range(5)]


async def test_nothing_is_acked_before_the_broker_has_the_score() -> None:
    broker = Broker(away=True)
    health = Health(Process.AGENT, "test")
    health.ready()
    scoring = agent(broker, health)
    for record in make.records(short(A)):
        await scoring.handle(record)
    await settle()
    assert health.report()["waiting_for"] == "kafka"
    assert broker.acked == []
    broker.away = False
    await asyncio.sleep(0.3)
    assert health.is_ready
    assert [offset for _, offset in broker.acked] == [0, 1, 2, 3, 4]
    assert [each for each, _ in broker.published] == [
        "a:1:1:1:question.scored:0",
        "a:1:1:1:question.scored:1",
    ]


async def test_reading_waits_when_too_much_is_on_its_way() -> None:
    broker = Broker(away=True)
    scoring = agent(broker)
    for number in range(64):
        for record in make.records(short(make.place(f"s{number}"))[:4], first=4 * number):
            await scoring.handle(record)
    *most, last = make.records(short(make.place("more"))[:4], first=256)
    for record in most:
        await scoring.handle(record)
    waiting = asyncio.create_task(scoring.handle(last))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    broker.away = False
    await asyncio.wait_for(waiting, 5)
    await asyncio.sleep(0.3)
    assert len(broker.published) == 65


async def test_revoked_while_it_published_it_acks_nothing_and_starts_afresh() -> None:
    broker = Broker(away=True)
    scoring = agent(broker)
    records = make.records(short(A))
    for record in records:
        await scoring.handle(record)
    await settle()
    scoring.revoked([0])
    assert scoring.open_answers == 0
    broker.away = False
    await asyncio.sleep(0.3)
    assert broker.acked == []
    for record in records:  # the next assignment reads from the committed offset
        await scoring.handle(record)
    await settle()
    assert [offset for _, offset in broker.acked] == [0, 1, 2, 3, 4]
    assert [each for each, _ in broker.published].count("a:1:1:1:question.scored:1") == 2


async def test_a_score_that_the_broker_refuses_is_set_aside_and_a_fault_ends_the_process() -> None:
    broker = Broker(refuses=RecordRefused("too large"))
    scoring = agent(broker)
    for record in make.records(short(A)):
        await scoring.handle(record)
    await settle()
    assert [offset for offset, _ in broker.letters] == [3, 4]
    assert [offset for _, offset in broker.acked] == [0, 1, 2, 3, 4]
    broker.refuses = ZeroDivisionError()
    for record in make.records(short(B), first=5):
        await scoring.handle(record)
    await settle()
    assert isinstance(broker.faults[0], ZeroDivisionError)
    assert len(broker.acked) == 5


async def test_undecodable_records_are_skipped_and_acked() -> None:
    broker = Broker()
    scoring = agent(broker)
    good = make.record(make.frame(A, 0), 1)
    await scoring.handle(make.record(make.started(B), 0))
    await scoring.handle(good._replace(headers=()))
    await scoring.handle(good._replace(offset=2, value=b"{"))
    assert broker.letters == []
    assert broker.acked == []
    scoring.revoked([0])
    broker.offsets = {0: 1}
    await scoring.handle(good._replace(headers=()))
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


async def test_a_record_that_was_passed_over_is_noticed_before_anything_is_acked() -> None:
    broker = Broker()
    scoring = agent(broker)
    a = make.records(short(A))
    await scoring.handle(a[0])
    with pytest.raises(PassedOver, match="handed over 2 where 1 was due"):
        await scoring.handle(a[2])
    assert broker.acked == []


async def test_the_first_record_of_an_assignment_must_be_the_committed_one() -> None:
    broker = Broker(offsets={0: 7})
    scoring = agent(broker)
    with pytest.raises(PassedOver, match="handed over 9 where 7 was due"):
        await scoring.handle(make.record(make.started(A), 9))


async def test_offsets_that_the_broker_does_not_have_are_no_loss() -> None:
    broker = Broker(missing=frozenset({0, 3, 4}))
    scoring = agent(broker)
    a = make.records(short(A))
    for record, offset in zip(a, (1, 2, 5, 6, 7), strict=True):
        await scoring.handle(record._replace(offset=offset))
    await settle()
    assert [offset for _, offset in broker.acked] == list(range(8))


async def test_what_is_handed_over_again_is_folded_once() -> None:
    broker = Broker()
    scoring = agent(broker)
    a = make.records(short(A))
    for record in [*a[:3], *a[1:3], *a[2:]]:
        await scoring.handle(record)
    await settle()
    assert [offset for _, offset in broker.acked] == [0, 1, 2, 3, 4]
    assert len(broker.published) == 2


async def test_revoked_while_it_asks_for_the_committed_offset_it_keeps_no_state() -> None:
    broker = Broker()
    scoring = agent(broker)
    asking = asyncio.create_task(scoring.handle(make.record(make.started(A), 0)))
    await asyncio.sleep(0)
    scoring.revoked([0])
    await asking
    assert scoring.open_answers == 0
    assert broker.acked == []
