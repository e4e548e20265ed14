"""Kafka away, and rubbish in the inbox: waited for, named, survived."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.events import AnswerEnded
from schemas.media import SAMPLE_RATE
from schemas.settings import KafkaSettings
from schemas.topics import Process, Topic
from streams.runtime.producer import Producer
from tests.support.broker import Broker
from tests.support.candidate import Candidate
from tests.support.gateway import (
    Backend,
    RunningGateway,
    asked,
    create_topics,
    gateway_settings,
    services_of,
)

pytestmark = pytest.mark.integration


@pytest.fixture
async def own_broker(tmp_path: Path) -> AsyncIterator[Broker]:
    folder = tmp_path / "kafka"
    folder.mkdir()
    broker = Broker(folder)
    await broker.start()
    await create_topics(broker.settings())
    yield broker
    await asyncio.to_thread(broker.stop)


async def readiness(gateway: RunningGateway) -> httpx.Response:
    async with httpx.AsyncClient(base_url=gateway.url) as http:
        return await http.get("/readyz")


async def until_not_ready(gateway: RunningGateway) -> httpx.Response:
    async with asyncio.timeout(30):
        while (reply := await readiness(gateway)).status_code == 200:  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    return reply


async def test_an_answer_survives_a_broker_that_goes_and_comes_back(
    own_broker: Broker, tmp_path: Path
) -> None:
    kafka = own_broker.settings()
    async with (
        Backend(kafka) as backend,
        RunningGateway(services_of(kafka, gateway_settings(), tmp_path)) as gateway,
    ):
        await gateway.wait_ready()
        candidate = Candidate(gateway.url, await gateway.create())
        await candidate.connect()
        await candidate.calibrate()
        assert (await candidate.command("answer.start"))["ok"]
        await asyncio.sleep(1)

        await asyncio.to_thread(own_broker.stop)
        reply = await until_not_ready(gateway)
        assert (reply.status_code, reply.json()["waiting_for"]) == (503, "kafka")
        other = Candidate(gateway.url, {"session": candidate.session, "token": candidate.token})
        refused = await other.offer(candidate.pc.localDescription.sdp)
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "waiting")
        assert "Retry-After" in refused.headers
        candidate.seq += 1
        candidate.send(candidate.seq, "answer.end")
        await asyncio.sleep(1)
        assert not candidate.acks(candidate.seq), "nothing is acknowledged that Kafka does not have"

        await own_broker.start()
        await candidate.until(lambda: bool(candidate.acks(candidate.seq)), 60)
        assert candidate.acks(candidate.seq)[0]["ok"]
        await gateway.wait_ready(60)
        await candidate.until(lambda: candidate.snapshot["question"] == 2)
        await backend.until(lambda: bool(backend.of(AnswerEnded, candidate.session)), 60)
        (ended,) = {each.id: each for each in backend.of(AnswerEnded, candidate.session)}.values()
        await backend.settled(ended)
        (counts,) = ended.counts
        chunks = {m.seq: (m, pcm) for m, pcm in backend.audio if m.answer == ended.answer}
        frames = {m.seq for m, _ in backend.frames if m.answer == ended.answer}
        assert (counts.chunks, counts.frames) == (len(chunks), len(frames))
        samples = 0
        for _, (meta, pcm) in sorted(chunks.items()):
            assert meta.first_sample == samples, "no chunk is missing in between"
            samples += len(pcm) // 2
        seconds = (ended.at - ended.started_at) / 1000
        assert samples / SAMPLE_RATE > seconds - 1, "nor a second at the end"
        await candidate.answer()
        await candidate.close()


async def test_without_kafka_the_gateway_starts_and_says_what_it_waits_for(tmp_path: Path) -> None:
    kafka = KafkaSettings(bootstrap="127.0.0.1:1")
    async with RunningGateway(services_of(kafka, gateway_settings(), tmp_path)) as gateway:
        reply = await readiness(gateway)
        assert (reply.status_code, reply.json()["waiting_for"]) == (503, "kafka")
        async with httpx.AsyncClient(base_url=gateway.url) as http:
            assert (await http.get("/healthz")).status_code == 200


async def test_bad_inbox_records_become_dead_letters_and_stop_nothing(
    gateway: RunningGateway, backend: Backend, kafka: KafkaSettings
) -> None:
    candidate = Candidate(gateway.url, await gateway.create())
    await candidate.connect()
    bad: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]] = [
        (b"s", None, []),
        (b"s", b"{", [("type", b"question.asked"), ("v", b"1")]),
        (b"s", b"{}", [("type", b"nonsense"), ("v", b"1")]),
        (b"s", b"{}", [("type", b"question.asked"), ("v", b"9")]),
        (b"s", b"\xff" * 100, [("type", b"question.asked"), ("v", b"1")]),
    ] * 4
    async with Producer(kafka, Process.REPLAY) as producer:
        for key, value, headers in bad:
            await producer.publish_raw(Topic.INBOX, key, value, headers, partition=0)
    assert (await candidate.command("ready"))["ok"]
    await candidate.until(lambda: candidate.snapshot["question_text"] == "Question 1?")
    await candidate.close()

    letters = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap)
    await letters.start()
    partition = TopicPartition(kafka.physical(Topic.DEAD_LETTERS), 0)
    letters.assign([partition])
    await letters.seek_to_beginning(partition)
    found = []
    async with asyncio.timeout(10):
        while len(found) < len(bad):
            for records in (await letters.getmany(timeout_ms=500)).values():
                found += records
    await letters.stop()
    assert [record.value for record in found] == [value for _, value, _ in bad]
    for record in found:
        headers = dict(record.headers)
        assert headers["dl-topic"] == b"gateway.inbox"
        assert headers["dl-partition"] == b"0"
        assert headers["dl-offset"].isdigit()
        assert headers["dl-reason"]


async def test_the_inbox_is_read_on_after_a_restart(
    kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    """A question that was asked while the gateway was away is there when it is back."""
    backend.asks = False
    settings = gateway_settings()
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        first = Candidate(gateway.url, await gateway.create())
        await first.connect()
        assert (await first.command("ready"))["ok"]
        await first.close()
    await backend.until(lambda: bool(backend.requests(first.session)))
    request = backend.requests(first.session)[0]
    await backend.publish(Process.QUESTIONS, asked(request))
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        second = Candidate(gateway.url, {"session": first.session, "token": first.token})
        await second.connect()
        await second.until(lambda: second.snapshot["question_text"] == "Question 1?")
        await second.close()
