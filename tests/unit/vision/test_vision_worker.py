from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest

from schemas.events import Event, FaceSeen, VisionFeatures
from schemas.formula import Policy
from schemas.ids import now_ms
from schemas.language import Language
from schemas.media import MAX_FRAME_BYTES, FrameMeta
from schemas.topics import Process, Topic
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.consumer import Partition
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.producer import Producer
from streams.runtime.record import BadRecord, Record
from workers.vision.features import Measures
from workers.vision.jpeg import Undecodable
from workers.vision.pool import Crashed
from workers.vision.sight import Place, Sight
from workers.vision.worker import VisionService

SEEN = Measures(1, 1.0, 2.0, 3.0, 4.0, 5.0, 0.5, 0.1, 0.1, 0.1, "happy")


def meta(seq: int = 0, policy: Policy = Policy.PRACTICE) -> FrameMeta:
    return FrameMeta(
        session="s_a",
        question=1,
        attempt=1,
        epoch=1,
        seq=seq,
        at=1_700_000_000_000 + 200 * seq,
        gw=3,
        language=Language.ENGLISH,
        policy=policy,
    )


def record(offset: int, value: bytes | None = b"frame", about: FrameMeta | None = None) -> Record:
    about = about or meta(offset)
    return Record(Topic.FRAMES, 0, offset, about.session.encode(), value, tuple(about.to_headers()))


class FakePool:
    """Answers a frame when the test says so."""

    def __init__(self) -> None:
        self.waiting: dict[bytes, asyncio.Future[Measures]] = {}
        self.inferred: list[bool] = []
        self.located: list[bool] = []
        self.outcome: Callable[[], Measures] | None = lambda: SEEN

    async def analyse(self, jpeg: bytes, *, infer_emotion: bool, locate: bool = False) -> Measures:
        self.inferred.append(infer_emotion)
        self.located.append(locate)
        if self.outcome is not None:
            return self.outcome()
        self.waiting[jpeg] = asyncio.get_running_loop().create_future()
        return await self.waiting[jpeg]


class FakeBroker:
    """Takes events and dead letters, in one order."""

    def __init__(self) -> None:
        self.log: list[tuple[str, object]] = []
        self.away = 0

    async def publish(self, *events: Event, gw: int) -> None:
        if self.away:
            self.away -= 1
            raise DependencyUnavailable("kafka", "away")
        self.log += [("event", event) for event in events]
        assert gw == 3

    async def put(self, record: Record, reason: str) -> None:
        self.log.append(("dead", (record.offset, reason)))

    @property
    def events(self) -> list[VisionFeatures]:
        return [event for kind, event in self.log if isinstance(event, VisionFeatures)]


class Bench:
    def __init__(self, max_in_flight: int = 8) -> None:
        self.pool, self.broker = FakePool(), FakeBroker()
        self.partition = Partition(Topic.FRAMES, 0)
        self.service = VisionService(
            self.pool,
            producer=cast("Producer", self.broker),
            dead_letters=cast("DeadLetters", self.broker),
            health=Health(Process.VISION, "test"),
            max_in_flight=max_in_flight,
        )

    async def feed(self, each: Record) -> None:
        self.partition.seen(each.offset)
        await self.service.handle(each, self.partition)

    async def settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def fed(self, *records: Record) -> None:
        for each in records:
            await self.feed(each)
        await self.settle()


async def test_one_feature_a_frame_under_the_frames_own_id() -> None:
    bench = Bench()
    await bench.fed(record(4))
    (event,) = bench.broker.events
    assert event.id == "s_a:1:1:1:vision.features:4"
    assert event.at == meta(4).at
    assert (event.smile, event.emotion) == (0.5, "happy")
    assert bench.partition.position == 5


@pytest.mark.parametrize(
    ("question", "attempt", "kinds"),
    [
        (0, 0, ["face.seen"]),
        (0, 1, ["vision.features", "face.seen"]),
        (1, 0, ["vision.features"]),
        (1, 1, ["vision.features"]),
    ],
    ids=["guide", "calibration", "odd", "answer"],
)
async def test_where_a_face_is_is_told_around_the_calibration_only(
    question: int, attempt: int, kinds: list[str]
) -> None:
    bench = Bench()
    bench.pool.outcome = lambda: replace(SEEN, seen=Sight(1, 0.8, Place(0.4, 0.5, 0.6)))
    about = replace(meta(4), question=question, attempt=attempt, at=now_ms())
    await bench.fed(record(4, about=about))
    events = [event for _, event in bench.broker.log if isinstance(event, Event)]
    assert [event.type for event in events] == kinds
    assert bench.pool.located == [question == 0]
    for event in events:
        if isinstance(event, FaceSeen):
            assert event.id == f"s_a:0:{attempt}:1:face.seen:4"
            assert event.face is not None
            assert (event.faces, event.light, event.face.x) == (1, 0.8, 0.4)
    assert bench.partition.position == 5


async def test_a_frame_to_look_at_that_cannot_be_read_is_set_aside() -> None:
    def broken() -> Measures:
        raise Undecodable("not a JPEG")

    bench = Bench()
    bench.pool.outcome = broken
    await bench.fed(record(4, about=replace(meta(4), question=0, attempt=0, at=now_ms())))
    assert bench.broker.log == [("dead", (4, "not a JPEG"))]
    assert bench.partition.position == 5


async def test_a_look_that_guides_nobody_any_more_holds_up_nothing() -> None:
    bench = Bench()
    about = replace(meta(4), question=0, attempt=0, at=now_ms() - 3_000)
    await bench.fed(record(4, about=about))
    assert bench.pool.inferred == []
    assert bench.broker.log == []
    assert bench.partition.position == 5


async def test_frames_finish_in_any_order_and_the_contiguous_prefix_is_committed() -> None:
    bench = Bench()
    bench.pool.outcome = None
    await bench.fed(*(record(offset, b"%d" % offset) for offset in range(4)))
    assert bench.partition.position == 0
    for offset, position in ((2, 0), (0, 1), (1, 3), (3, 4)):
        bench.pool.waiting[b"%d" % offset].set_result(SEEN)
        await bench.settle()
        assert bench.partition.position == position
    assert [event.seq for event in bench.broker.events] == [2, 0, 1, 3]


async def test_frames_are_taken_until_as_many_as_allowed_are_in_work() -> None:
    bench = Bench(max_in_flight=2)
    bench.pool.outcome = None
    frames = [record(offset, b"%d" % offset) for offset in range(3)]
    for each in frames:
        bench.partition.seen(each.offset)
    assert [bench.service.take(each, bench.partition) for each in frames] == [True, True, False]
    await bench.settle()
    assert set(bench.pool.waiting) == {b"0", b"1"}
    bench.pool.waiting[b"0"].set_result(SEEN)
    await bench.settle()
    assert bench.service.take(frames[2], bench.partition)
    with pytest.raises(BadRecord):
        Bench().service.take(frames[2]._replace(key=b"another"), bench.partition)


async def test_hiring_frames_are_not_asked_for_emotion() -> None:
    bench = Bench()
    await bench.fed(record(0), record(1, about=meta(1, Policy.HIRING)))
    assert bench.pool.inferred == [True, False]


@pytest.mark.parametrize("error", [Undecodable("not a JPEG"), Crashed("it crashed twice")])
async def test_a_bad_frame_yields_its_failed_feature_and_a_dead_letter(error: Exception) -> None:
    bench = Bench()

    def fail() -> Measures:
        raise error

    bench.pool.outcome = fail
    await bench.fed(record(7))
    (kind, event), (dead, where) = bench.broker.log
    assert (kind, dead, where) == ("event", "dead", (7, str(error)))
    assert isinstance(event, VisionFeatures)
    assert (event.failed, event.reason, event.seq) == (True, str(error), 7)
    assert bench.partition.position == 8


@pytest.mark.parametrize("value", [None, b"", bytes(MAX_FRAME_BYTES + 1)])
async def test_empty_and_oversized_frames_never_reach_the_model(value: bytes | None) -> None:
    bench = Bench()
    await bench.fed(record(0, value))
    assert bench.pool.inferred == []
    assert bench.broker.events[0].failed
    assert bench.broker.log[1][0] == "dead"


async def test_an_error_of_ours_does_not_hold_the_answer_open() -> None:
    bench = Bench()

    def fail() -> Measures:
        raise ZeroDivisionError("ours")

    bench.pool.outcome = fail
    await bench.fed(record(0))
    assert bench.broker.events[0].failed
    assert "ZeroDivisionError" in bench.broker.events[0].reason
    assert bench.partition.position == 1


async def test_records_that_name_no_frame_are_refused() -> None:
    bench = Bench()
    good = record(0)
    for bad in (
        good._replace(headers=()),
        good._replace(headers=good.headers[1:]),
        good._replace(key=b"s_other"),
        good._replace(key=None),
        good._replace(headers=tuple((k, b"?" if k == "seq" else v) for k, v in good.headers)),
    ):
        with pytest.raises(BadRecord):
            await bench.feed(bad)
    assert bench.broker.log == []


async def test_reading_waits_while_too_many_frames_are_unfinished() -> None:
    bench = Bench(max_in_flight=2)
    bench.pool.outcome = None
    await bench.fed(record(0, b"0"), record(1, b"1"))
    third = asyncio.create_task(bench.feed(record(2, b"2")))
    await bench.settle()
    assert not third.done()
    bench.pool.waiting[b"1"].set_result(SEEN)
    await bench.settle()
    assert third.done()
    await bench.service.stop()


async def test_while_the_broker_is_away_nothing_is_committed_and_nothing_lost() -> None:
    bench = Bench()
    bench.broker.away = 1
    await bench.fed(record(0))
    assert bench.partition.position == 0
    await asyncio.sleep(0.3)
    assert len(bench.broker.events) == 1
    assert bench.partition.position == 1


async def test_a_revoked_partition_gives_its_frames_up() -> None:
    bench = Bench(max_in_flight=1)
    bench.pool.outcome = None
    await bench.fed(record(0, b"0"))
    await bench.service.revoked(bench.partition)
    assert bench.partition.position == 0
    assert bench.broker.events == []
    bench.partition = Partition(Topic.FRAMES, 1)
    bench.pool.outcome = lambda: SEEN
    await bench.fed(record(9))
    assert bench.partition.position == 10
