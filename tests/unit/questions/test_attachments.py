from __future__ import annotations

import asyncio

import pytest

from schemas.events import Event, QuestionRequested, ResumeAttached, ResumeEmbedded, ResumeLine
from schemas.language import Language
from schemas.resume import SectionKind
from schemas.topics import Process, Topic
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.codec import DecodeError, encode
from streams.runtime.consumer import Partition
from streams.runtime.health import Health
from streams.runtime.record import Record
from tests.support.waiting import until
from tests.unit.questions.embedding.embedders import Letters
from workers.questions import attachments as module
from workers.questions.attachments import Attachments
from workers.questions.bank import BankEngine
from workers.questions.embedding.cache import CachedEmbedder
from workers.questions.resumes import Resumes
from workers.questions.service import QuestionService
from workers.questions.together import QuestionsTogether

TEXTS = ("Built the parcel tracker", "Python, Kafka", "BSc in Physics", "Led four people", "Chess")


class Broker:
    """A producer and dead letters that keep what they are given."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.aside: list[tuple[int, str]] = []
        self.away = 0

    async def publish(self, *events: Event, gw: int) -> None:
        if self.away:
            self.away -= 1
            raise DependencyUnavailable("kafka", "away")
        self.events += events

    async def put(self, record: Record, reason: str) -> None:
        self.aside.append((record.offset, reason))


class Setup:
    def __init__(self) -> None:
        self.engine, self.broker, self.resumes = Letters(batch=2), Broker(), Resumes()
        self.partition = Partition(Topic.EVENTS, 0)
        self.attachments = Attachments(
            CachedEmbedder(self.engine),
            self.resumes,
            self.broker,  # type: ignore[arg-type]
        )
        self.service = self.together(self.attachments)

    def together(self, attachments: Attachments | None) -> QuestionsTogether:
        return QuestionsTogether(
            QuestionService(BankEngine(), self.broker),  # type: ignore[arg-type]
            dead_letters=self.broker,  # type: ignore[arg-type]
            health=Health(Process.QUESTIONS, "test"),
            attachments=attachments,
        )

    async def read(self, found: Record) -> None:
        self.partition.seen(found.offset)
        await self.service.handle(found, self.partition)

    async def until_committed(self, position: int) -> None:
        async def is_there() -> bool:
            return self.partition.position == position

        await until(is_there, f"the commit of {position}", 10, pause=0.005)


def attached(session: str = "s") -> ResumeAttached:
    lines = tuple(ResumeLine(kind=SectionKind.OTHER, text=text) for text in TEXTS)
    return ResumeAttached(session=session, at=7, lines=lines)


def record(event: Event, offset: int, value: bytes | None = None) -> Record:
    key, encoded, headers = encode(event, gw=1)
    return Record(Topic.EVENTS, 0, offset, key, value or encoded, tuple(headers))


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "delays", lambda **_: iter([0.0] * 9))


async def test_every_line_is_published_with_its_vector() -> None:
    setup = Setup()
    await setup.read(record(attached(), 3))
    await setup.until_committed(4)
    found = [each for each in setup.broker.events if isinstance(each, ResumeEmbedded)]
    assert [(each.seq, each.text) for each in found] == list(enumerate(TEXTS))
    assert {(each.lines, each.model, each.at, len(each.vector)) for each in found} == {
        (len(TEXTS), "letters", 7, 26)
    }
    assert found[1].id == "s:0:0:0:resume.embedded:1"
    assert setup.resumes.of("s") == TEXTS


async def test_a_resume_read_twice_gives_the_same_events() -> None:
    setup = Setup()
    for offset in (0, 1):
        await setup.read(record(attached(), offset))
        await setup.until_committed(offset + 1)
    first, second = setup.broker.events[: len(TEXTS)], setup.broker.events[len(TEXTS) :]
    assert first == second


async def test_a_broker_that_is_away_is_waited_for_and_nothing_embedded_again() -> None:
    setup = Setup()
    setup.broker.away = 2
    await setup.read(record(attached(), 0))
    await setup.until_committed(1)
    assert len(setup.broker.events) == len(TEXTS)
    assert sum(len(texts) for _, texts in setup.engine.asked) == len(TEXTS)


@pytest.mark.usefixtures("_at_once")
async def test_an_engine_that_stumbles_is_asked_again() -> None:
    setup = Setup()
    setup.engine.fail_after = 1
    setup.engine.recovers = True
    await setup.attachments.answer(attached(), 0)
    assert len(setup.engine.asked) == 4, "the batch that failed is asked again, no other"
    assert len(setup.broker.events) == len(TEXTS)


@pytest.mark.usefixtures("_at_once")
async def test_lines_that_cannot_be_embedded_are_set_aside_and_still_remembered() -> None:
    setup = Setup()
    setup.engine.fail_after = 0
    await setup.read(record(attached(), 5))
    await setup.until_committed(6)
    assert setup.broker.aside == [(5, "the lines could not be embedded: unreachable")]
    assert setup.broker.events == []
    assert len(setup.engine.asked) == 4
    assert setup.resumes.of("s") == TEXTS


async def test_questions_are_asked_while_lines_are_embedded() -> None:
    setup = Setup()
    gate = asyncio.Event()

    async def wait(*_: object, **__: object) -> None:
        await gate.wait()

    setup.attachments.answer = wait  # type: ignore[method-assign]
    await setup.read(record(attached(), 0))
    asking = QuestionRequested(session="s", question=1, at=0, language=Language.ENGLISH, total=3)
    await setup.read(record(asking, 1))

    async def is_asked() -> bool:
        return bool(setup.broker.events)

    await until(is_asked, "the question", 5, pause=0.005)
    assert setup.partition.position == 0, "the résumé is not done with"
    gate.set()
    await setup.until_committed(2)


async def test_a_resume_that_is_none_is_refused_and_holds_nothing() -> None:
    setup = Setup()
    assert not setup.service.take(record(attached(), 0), setup.partition)
    for value in (b"{}", b"{", attached("other").model_dump_json().encode()):
        with pytest.raises(DecodeError):
            await setup.read(record(attached(), 0, value))
    assert setup.partition.units == 0


async def test_where_nothing_is_embedded_resumes_are_passed_over() -> None:
    setup = Setup()
    setup.service = setup.together(None)
    assert setup.service.take(record(attached(), 0), setup.partition)
    await setup.read(record(attached(), 0))
    assert setup.partition.position == 1
    assert setup.broker.events == []


async def test_what_is_revoked_is_given_up_and_not_committed() -> None:
    setup = Setup()
    await setup.read(record(attached(), 0))
    await setup.service.revoked(setup.partition)
    assert setup.partition.position == 0
    assert setup.broker.events == []
