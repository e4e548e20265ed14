from __future__ import annotations

import asyncio
from collections import defaultdict

import pytest

from schemas.events import Event, QuestionAsked, QuestionRequested, SessionConnected
from schemas.language import Language
from schemas.topics import Process, Topic
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.codec import DecodeError, encode
from streams.runtime.consumer import Partition, PromptService
from streams.runtime.health import Health
from streams.runtime.record import Record
from workers.questions.bank import BankEngine
from workers.questions.service import QuestionService
from workers.questions.together import QuestionsTogether


class Broker:
    """A producer and dead letters that keep what they are given."""

    def __init__(self) -> None:
        self.sessions: list[str] = []
        self.done: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.aside: list[tuple[int, str]] = []
        self.away = 0

    async def publish(self, event: Event, *, gw: int) -> None:
        if self.away:
            self.away -= 1
            raise DependencyUnavailable("kafka", "away")
        self.sessions.append(event.session)
        self.done[event.session].set()

    async def put(self, record: Record, reason: str) -> None:
        self.aside.append((record.offset, reason))
        self.done[(record.key or b"").decode()].set()


class Slow(BankEngine):
    """Waits until it is let go, one session after another."""

    def __init__(self) -> None:
        self.gates: dict[str, asyncio.Event] = {}

    async def ask(self, request: QuestionRequested, *, spent_s: float = 0.0) -> QuestionAsked:
        gate = self.gates.setdefault(request.session, asyncio.Event())
        await gate.wait()
        if request.session == "broken":
            raise ValueError("a fault of ours")
        return await super().ask(request)


class Setup:
    def __init__(self, max_in_flight: int = 8) -> None:
        self.broker, self.engine = Broker(), Slow()
        self.partition = Partition(Topic.EVENTS, 0)
        self.service = QuestionsTogether(
            QuestionService(self.engine, self.broker),  # type: ignore[arg-type]
            dead_letters=self.broker,  # type: ignore[arg-type]
            health=Health(Process.QUESTIONS, "test"),
            max_in_flight=max_in_flight,
        )

    async def read(self, session: str, offset: int, seq: int = 0) -> None:
        self.partition.seen(offset)
        await self.service.handle(record(session, offset, seq=seq), self.partition)
        await asyncio.sleep(0)

    async def let_go(self, session: str) -> None:
        self.engine.gates[session].set()
        await asyncio.wait_for(self.broker.done[session].wait(), 5)


def record(session: str, offset: int, value: bytes | None = None, seq: int = 0) -> Record:
    event = QuestionRequested(
        session=session, question=1, seq=seq, at=0, language=Language.ENGLISH, total=3
    )
    key, encoded, headers = encode(event, gw=1)
    return Record(Topic.EVENTS, 0, offset, key, value or encoded, tuple(headers))


async def test_a_request_that_waits_holds_no_other_up() -> None:
    setup = Setup()
    for offset, session in enumerate(("a", "b", "c")):
        await setup.read(session, offset)
    for session in ("c", "b"):
        await setup.let_go(session)
    assert setup.broker.sessions == ["c", "b"]
    assert setup.partition.position == 0, "a is not answered: nothing may be committed"
    await setup.let_go("a")
    await asyncio.sleep(0)
    assert setup.partition.position == 3


@pytest.mark.parametrize("newer", [0, 2], ids=["the question", "a newer draft"])
async def test_a_draft_is_given_up_for_what_its_session_asks_next(newer: int) -> None:
    setup = Setup()
    await setup.read("a", 0, seq=1)
    await setup.read("b", 1, seq=1)
    await setup.read("a", 2, seq=newer)
    await settled()
    assert setup.partition.position == 1, "the draft that was given up holds no commit"
    for session in ("a", "b"):
        await setup.let_go(session)
    await settled()
    assert setup.broker.sessions == ["a", "b"], "each once"
    assert setup.partition.position == 3


async def test_a_draft_in_work_is_given_up_with_its_partition() -> None:
    setup = Setup()
    await setup.read("a", 0, seq=1)
    await setup.service.revoked(setup.partition)
    assert setup.partition.position == 0, "its next owner reads it again"
    setup.engine.gates["a"].set()
    await settled()
    assert setup.broker.sessions == []


async def test_a_fault_in_a_draft_sets_its_record_aside() -> None:
    setup = Setup()
    await setup.read("broken", 4, seq=1)
    await settled()
    await setup.let_go("broken")
    await settled()
    assert [offset for offset, _ in setup.broker.aside] == [4]
    assert setup.partition.position == 5


async def settled() -> None:
    """Let every task run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_only_so_many_are_in_work_at_once() -> None:
    setup = Setup(max_in_flight=1)
    await setup.read("a", 0)
    waiting = asyncio.create_task(setup.read("b", 1))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    await setup.let_go("a")
    await waiting
    await setup.let_go("b")
    assert setup.broker.sessions == ["a", "b"]


async def test_a_fault_of_ours_sets_the_record_aside_and_holds_no_commit() -> None:
    setup = Setup()
    await setup.read("broken", 4)
    await setup.let_go("broken")
    await asyncio.sleep(0)
    ((offset, reason),) = setup.broker.aside
    assert offset == 4
    assert "a fault of ours" in reason
    assert setup.partition.position == 5


async def test_a_broker_that_is_away_is_waited_for() -> None:
    setup = Setup()
    setup.broker.away = 1
    await setup.read("a", 0)
    await setup.let_go("a")
    assert setup.broker.sessions == ["a"]


async def test_what_is_revoked_is_given_up_and_not_committed() -> None:
    setup = Setup()
    await setup.read("a", 0)
    await setup.service.revoked(setup.partition)
    setup.engine.gates["a"].set()
    await asyncio.sleep(0)
    assert setup.broker.sessions == []
    assert setup.partition.position == 0
    await setup.service.stop()


async def test_other_types_are_passed_over_and_broken_requests_refused() -> None:
    setup = Setup()
    assert isinstance(setup.service, PromptService)
    key, value, headers = encode(SessionConnected(session="s", at=0), gw=0)
    other = Record(Topic.EVENTS, 0, 0, key, value, tuple(headers))
    assert setup.service.take(other, setup.partition)
    await setup.service.handle(other, setup.partition)
    assert not setup.service.take(record("a", 1), setup.partition)
    with pytest.raises(DecodeError):
        await setup.service.handle(record("a", 1, b"{}"), setup.partition)
    with pytest.raises(DecodeError):
        setup.service.take(Record(Topic.EVENTS, 0, 2, b"s", b"{}", ()), setup.partition)
    assert setup.partition.units == 0
