"""The consumer loop on a real broker."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import MessageSizeTooLargeError

from deploy.local import kafka
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS, Process, Topic
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.codec import DecodeError
from streams.runtime.consumer import ConsumerLoop, OffsetLost, Partition
from streams.runtime.health import Health
from streams.runtime.producer import Producer, RecordRefused
from streams.runtime.record import BadRecord, Record
from tests.support.broker import Broker
from tests.support.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

Offsets = dict[int, int]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    running = Broker(tmp_path_factory.mktemp("kafka"))
    asyncio.run(running.start())
    yield running
    running.stop()


@pytest.fixture
async def settings(broker: Broker, request: pytest.FixtureRequest) -> KafkaSettings:
    """Topics and groups of this test alone."""
    found = broker.settings(f"t{abs(hash(request.node.name)) % 10**8}-", session_timeout_ms=6_000)
    await kafka.create_topics(found)
    return found


class Keeper:
    """A service that remembers what it was given; ``act`` may do anything with a record."""

    topics = (Topic.EVENTS,)

    def __init__(self, act: Callable[[Record, Partition], object] = lambda *_: None) -> None:
        self.act = act
        self.seen: list[Record] = []
        self.partitions: set[Partition] = set()
        self.dropped: list[Partition] = []

    async def handle(self, record: Record, partition: Partition) -> None:
        self.partitions.add(partition)
        waiting = self.act(record, partition)
        if asyncio.iscoroutine(waiting):
            await waiting
        self.seen.append(record)

    async def revoked(self, partition: Partition) -> None:
        self.dropped.append(partition)

    @property
    def values(self) -> list[bytes]:
        return [record.value or b"" for record in self.seen]


class Running:
    def __init__(self, loop: ConsumerLoop, health: Health, task: asyncio.Task[None]) -> None:
        self.loop, self.health, self.task = loop, health, task
        self.stop = asyncio.Event()


@asynccontextmanager
async def running(
    service: Keeper,
    settings: KafkaSettings,
    process: Process = Process.SINK,
    *,
    notes: bool = False,
) -> AsyncIterator[Running]:
    """Run a loop; leaving stops it cleanly."""
    health = Health(process, "test")
    health.ready()
    async with Producer(settings, process) as producer:
        loop = ConsumerLoop(
            service,
            process=process,
            settings=settings,
            producer=producer,
            health=health,
            notes=notes,
        )
        stop = asyncio.Event()
        found = Running(loop, health, asyncio.create_task(loop.run(stop)))
        found.stop = stop
        try:
            yield found
        finally:
            stop.set()
            await asyncio.wait({found.task}, timeout=15)
            assert found.task.done(), "the loop did not stop"
            with suppress(OffsetLost):
                found.task.result()


async def send(settings: KafkaSettings, values: list[str], partition: int | None = None) -> None:
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap) as producer:
        for value in values:
            await producer.send(
                settings.physical(Topic.EVENTS),
                key=None if partition is not None else value.encode(),
                value=value.encode(),
                partition=partition,
            )


async def committed(settings: KafkaSettings, process: Process = Process.SINK) -> Offsets:
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    await admin.start()
    try:
        found = await admin.list_consumer_group_offsets(settings.group(process.value))
    finally:
        await admin.close()
    return {tp.partition: each.offset for tp, each in found.items() if each.offset >= 0}


async def letters(settings: KafkaSettings, enough: int) -> list[dict[str, bytes]]:
    async with AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap, enable_auto_commit=False
    ) as consumer:
        tp = TopicPartition(settings.physical(Topic.DEAD_LETTERS), 0)
        consumer.assign([tp])
        await consumer.seek_to_beginning(tp)
        found: list[dict[str, bytes]] = []
        async with asyncio.timeout(20):
            while len(found) < enough:
                batch = await consumer.getmany(tp, timeout_ms=200)
                found += [dict(record.headers) for record in batch.get(tp, [])]
    return found


async def seen(service: Keeper, count: int) -> None:
    async def enough() -> bool:
        return len(service.seen) >= count

    await until(enough, f"{count} records", 60)


async def test_a_new_group_begins_at_the_beginning_and_the_next_owner_where_it_ended(
    settings: KafkaSettings,
) -> None:
    await send(settings, [f"a{number}" for number in range(50)])
    first = Keeper()
    async with running(first, settings):
        await seen(first, 50)
    assert sorted(first.values) == sorted(f"a{number}".encode() for number in range(50))
    await send(settings, ["b"])
    second = Keeper()
    async with running(second, settings):
        await seen(second, 1)
    assert second.values == [b"b"]


async def test_an_open_unit_holds_the_commit_and_is_read_again(settings: KafkaSettings) -> None:
    def act(record: Record, partition: Partition) -> None:
        if record.value == b"hold":
            partition.open("unit", record.offset)

    first = Keeper(act)
    await send(settings, ["done", "hold", "later", "last"], partition=3)
    async with running(first, settings):
        await seen(first, 4)
    assert (await committed(settings))[3] == 1
    assert len(first.dropped) == 0 or first.dropped[0].number == 3
    second = Keeper(act)
    async with running(second, settings):
        await seen(second, 3)
        (partition,) = second.partitions
        partition.close("unit")
    assert second.values == [b"hold", b"later", b"last"]
    assert (await committed(settings))[3] == 4


class Taker(Keeper):
    """Takes what it can without waiting: neither every third record nor a faulty one."""

    def __init__(self, act: Callable[[Record, Partition], object]) -> None:
        super().__init__(act)
        self.taken: list[bytes | None] = []

    def take(self, record: Record, partition: Partition) -> bool:
        if record.offset % 3 == 2:
            return False
        self.act(record, partition)
        self.taken.append(record.value)
        self.seen.append(record)
        return True


async def test_records_that_cannot_be_taken_at_once_are_handled_in_their_order(
    settings: KafkaSettings,
) -> None:
    def act(record: Record, partition: Partition) -> None:
        if record.value == b"3":
            raise BadRecord("the picture is no picture")
        if record.value == b"7":
            partition.open("unit", record.offset)

    service = Taker(act)
    await send(settings, [str(number) for number in range(10)], partition=0)
    async with running(service, settings):
        await seen(service, 9)
        (letter,) = await letters(settings, 1)
    assert service.values == [b"%d" % number for number in range(10) if number != 3]
    assert service.taken == [b"0", b"1", b"4", b"6", b"7", b"9"]
    assert letter["dl-offset"] == b"3"
    assert (await committed(settings))[0] == 7


async def test_bad_records_go_to_the_dead_letters_and_nothing_stalls(
    settings: KafkaSettings,
) -> None:
    def act(record: Record, _: Partition) -> None:
        if record.value == b"bad":
            raise BadRecord("the picture is no picture")
        if record.value == b"undecodable":
            raise DecodeError("header 'v' is missing")
        if record.value == b"fault":
            raise ZeroDivisionError("ours")

    guardian, other = Keeper(act), Keeper(act)
    await send(settings, ["bad", "undecodable", "fault", "good"], partition=0)
    async with running(guardian, settings, Process.SINK):
        await seen(guardian, 1)
        found = await letters(settings, 3)
    assert [each["dl-reason"][:30] for each in found] == [
        b"the picture is no picture",
        b"header 'v' is missing",
        b"unexpected error: ZeroDivision",
    ]
    assert [each["dl-offset"] for each in found] == [b"0", b"1", b"2"]
    assert {each["dl-topic"] for each in found} == {b"session.events"}
    assert (await committed(settings))[0] == 4

    async with running(other, settings, Process.QUESTIONS):
        await seen(other, 1)
    assert len(await letters(settings, 5)) == 5  # what does not decode is the guardian's alone
    assert (await committed(settings, Process.QUESTIONS))[0] == 4


async def test_a_dependency_that_is_away_is_waited_for_and_said(settings: KafkaSettings) -> None:
    away = True

    def act(record: Record, _: Partition) -> None:
        if away and record.value == b"needs it":
            raise DependencyUnavailable("clickhouse", "connection refused")

    service = Keeper(act)
    await send(settings, ["first", "needs it", "last"], partition=1)
    async with running(service, settings) as loop:

        async def waits() -> bool:
            return loop.health.report()["waiting_for"] == "clickhouse"

        await until(waits, "the loop to say what it waits for", 30)
        await asyncio.sleep(1)
        assert service.values == [b"first"]
        away = False
        await seen(service, 3)
        assert loop.health.is_ready
    assert service.values == [b"first", b"needs it", b"last"]


async def test_told_to_stop_while_it_waits_it_stops_and_does_not_commit_the_record(
    settings: KafkaSettings,
) -> None:
    def act(record: Record, _: Partition) -> None:
        if record.value == b"never":
            raise DependencyUnavailable("clickhouse", "gone for good")

    service = Keeper(act)
    await send(settings, ["first", "never", "last"], partition=1)
    async with running(service, settings) as loop:
        await seen(service, 1)
        await asyncio.sleep(0.5)
        before = time.monotonic()
        loop.stop.set()
        await asyncio.wait({loop.task}, timeout=10)
        assert time.monotonic() - before < 10
    assert (await committed(settings))[1] == 1


@pytest.mark.parametrize("notes", [False, True])
async def test_no_record_is_lost_while_members_come_and_go(
    settings: KafkaSettings, notes: bool
) -> None:
    """Slow, unit-holding members that rebalance under load; with notes the listener is late."""
    chance = random.Random(4)

    async def slowly(record: Record, partition: Partition) -> None:
        partition.open(record.offset, record.offset)
        await asyncio.sleep(0.3 if chance.random() < 0.02 else 0)
        asyncio.get_running_loop().call_later(chance.random() * 0.3, partition.close, record.offset)

    total = 3_000
    values = [f"r{number}" for number in range(total)]
    everyone: list[Keeper] = []

    async def member(seconds: float) -> None:
        service = Keeper(slowly)
        everyone.append(service)
        async with running(service, settings, notes=notes):
            await asyncio.sleep(seconds)

    async def feed() -> None:
        for start in range(0, total, 250):
            await send(settings, values[start : start + 250])
            await asyncio.sleep(0.4)

    stays = Keeper(slowly)
    everyone.append(stays)
    async with running(stays, settings, notes=notes):
        await asyncio.gather(feed(), *(member(1.0 + 1.5 * each) for each in range(3)))

        async def all_done() -> bool:
            have = {value for service in everyone for value in service.values}
            return len(have) == total and sum((await committed(settings)).values()) == total

        await until(all_done, "all records handled and committed", 60)


async def test_records_that_were_deleted_unread_stop_the_process(settings: KafkaSettings) -> None:
    await send(settings, [f"x{number}" for number in range(20)], partition=2)
    first = Keeper()
    async with running(first, settings):
        await seen(first, 20)
    await send(settings, [f"y{number}" for number in range(20)], partition=2)
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    await admin.start()
    tp = TopicPartition(settings.physical(Topic.EVENTS), 2)
    await admin.delete_records({tp: RecordsToDelete(before_offset=30)})
    await admin.close()
    second = Keeper()
    async with running(second, settings) as loop:
        await asyncio.wait({loop.task}, timeout=30)
        with pytest.raises(OffsetLost):
            loop.task.result()
    assert second.seen == []


async def test_the_producer_says_what_the_broker_refuses(settings: KafkaSettings) -> None:
    async with Producer(settings, Process.GATEWAY) as producer:
        with pytest.raises(RecordRefused):
            await producer.publish_raw(Topic.FRAMES, b"s", b"x" * (3 << 20), [])
        await producer.publish_raw(Topic.FRAMES, b"s", b"x", [])


async def test_a_batch_that_the_broker_refuses_keeps_none_after_it_from_being_taken(
    settings: KafkaSettings,
) -> None:
    """A failed batch leaves a hole in the numbers of an idempotent producer."""
    await take_only_small_records(settings, Topic.FRAMES)
    async with Producer(settings, Process.GATEWAY) as producer:
        await producer.publish_raw(Topic.FRAMES, b"s", b"before", [])
        for number in range(3):
            with pytest.raises(RecordRefused):
                await producer.publish_raw(Topic.FRAMES, b"s", b"x" * 5_000, [])
            async with asyncio.timeout(20):
                await producer.publish_raw(Topic.FRAMES, b"s", b"after %d" % number, [])
    assert await values_of(settings, Topic.FRAMES) == [
        b"before",
        b"after 0",
        b"after 1",
        b"after 2",
    ]


async def test_records_on_their_way_when_a_batch_fails_arrive_in_order(
    settings: KafkaSettings,
) -> None:
    await take_only_small_records(settings, Topic.FRAMES)
    health = Health(Process.GATEWAY, "test")
    names = [f"s{number}" for number in range(20)]

    async def session(producer: Producer, name: str) -> None:
        for number in range(15):
            value = f"{name} {number}".encode()
            while True:
                with suppress(RecordRefused):  # it was in one batch with what is too large
                    await health.persist(
                        lambda v=value: producer.publish_raw(Topic.FRAMES, name.encode(), v, [])
                    )
                    break

    async def disturb(producer: Producer) -> None:
        for number in range(4):
            with suppress(DependencyUnavailable, RecordRefused):
                await producer.publish_raw(Topic.FRAMES, b"%d" % number, b"x" * 5_000, [])
            await asyncio.sleep(0.05)

    async with Producer(settings, Process.GATEWAY, linger_ms=0) as producer, asyncio.timeout(60):
        await asyncio.gather(disturb(producer), *(session(producer, name) for name in names))
    found = await values_of(settings, Topic.FRAMES)
    for name in names:
        mine = [int(value.split()[1]) for value in found if value.startswith(name.encode() + b" ")]
        assert list(dict.fromkeys(mine)) == list(range(15)), "in order, some perhaps twice"


async def take_only_small_records(settings: KafkaSettings, topic: Topic) -> None:
    """Set a limit of 1,000 bytes and wait until the broker keeps to it."""
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    await admin.start()
    name, limit = settings.physical(topic), {"max.message.bytes": "1000"}
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, limit)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap) as probe:
        async with asyncio.timeout(20):
            for number in itertools.cycle(range(TOPICS[topic].partitions)):
                try:
                    await probe.send_and_wait(name, b"y" * 5_000, partition=number)
                except MessageSizeTooLargeError:
                    if number == TOPICS[topic].partitions - 1:
                        return


async def values_of(settings: KafkaSettings, topic: Topic) -> list[bytes]:
    """Return the small values on all partitions of ``topic``, in order within each."""
    found: list[bytes] = []
    async with AIOKafkaConsumer(bootstrap_servers=settings.bootstrap) as consumer:
        numbers = range(TOPICS[topic].partitions)
        places = [TopicPartition(settings.physical(topic), each) for each in numbers]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(each) < ends[each] for each in places]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                found += [record.value for record in batch if len(record.value) < 1_000]
    return found


async def test_the_producer_survives_a_broker_that_crashes(tmp_path: Path) -> None:
    async with Broker(tmp_path / "kafka") as own:
        found = own.settings()
        await kafka.create_topics(found)
        async with Producer(found, Process.GATEWAY) as producer:
            await producer.publish_raw(Topic.FRAMES, b"s", b"before", [])
            await asyncio.to_thread(own.stop, kill=True)
            during = asyncio.create_task(producer.publish_raw(Topic.FRAMES, b"s", b"during", []))
            await asyncio.sleep(2)
            assert not during.done()
            await own.start()
            async with asyncio.timeout(60):
                await during
                for number in range(20):
                    await producer.publish_raw(Topic.FRAMES, b"s", b"%d" % number, [])
        topic = found.physical(Topic.FRAMES)
        async with AIOKafkaConsumer(bootstrap_servers=found.bootstrap) as consumer:
            numbers = range(TOPICS[Topic.FRAMES].partitions)
            ends = await consumer.end_offsets([TopicPartition(topic, each) for each in numbers])
        assert sum(ends.values()) == 22  # each once: the producer is idempotent
