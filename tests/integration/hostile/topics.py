"""Hostile records between honest ones, on every topic of a whole stack."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httpx
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.structs import RecordMetadata
from clickhouse_connect.driver.client import Client

from deploy.local.lag import group_lags
from deploy.local.replay import play
from deploy.local.stack import Stack
from schemas.topics import TOPICS, Process, Topic
from streams.runtime.client import client_arguments
from streams.runtime.producer import Producer
from tests.support.broker_time import a_day_later
from tests.support.fuzz import CONSUMED, Raw, as_text, damaged, lie, valid
from tests.support.fuzz_oracle import (
    Letter,
    Outcome,
    Sent,
    Verdict,
    faults_in_log,
    judge_letters,
    read_letters,
    verdict,
)
from tests.support.raw_batch import send_bad_batch
from tests.support.scored import all_final, assert_same, recording
from tests.support.waiting import until

SESSIONS = 6
GROUPS = (
    Process.VISION, Process.VOICE, Process.STT, Process.QUESTIONS, Process.TTS, Process.AGENT,
    Process.SINK,
)  # fmt: skip
_TABLES = ("vision_features", "voice_features", "transcript_segments", "question_scores")
_LARGEST = 4 * 1024 * 1024
_REPORTED = 1_000


@dataclass(frozen=True)
class Before:
    """A stack before the attack: how often processes were started, how long their logs are."""

    restarts: Mapping[str, int]
    logs: Mapping[str, int]
    letters: int


async def fuzz_topics(stack: Stack, reader: Client, each: int, seed: int) -> Outcome:
    """Send ``each`` hostile records a topic between the records of honest sessions."""
    outcome, choose = Outcome(), random.Random(seed)
    sent: dict[str, Sent] = {}
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        await play(recording("clean", SESSIONS), producer)
        clean = await all_final(reader, "clean", SESSIONS)
        before = Before(
            {name: stack.process(name).restarts for name in stack.names},
            {name: stack.log_path(name).stat().st_size for name in stack.names},
            len(await read_letters(stack.kafka)),
        )
        honest = recording("dirty", SESSIONS)
        at = 0
        async for done in _attack(stack, choose, each, sent):
            if done % _REPORTED == 0:
                print(f"{done:,} of {each:,} records a topic", flush=True)
            upto = len(honest) * done // each
            await play(honest[at:upto], producer)
            at = upto
    patience = 60 + each / 20
    dirty = await all_final(reader, "dirty", SESSIONS, 120 + patience)
    try:
        assert_same(clean, dirty)
    except AssertionError as error:
        outcome.findings.append(f"an honest session has another score: {error}")
    await a_day_later(stack.kafka)
    await _caught_up(stack, outcome, patience)
    # a score may be stored before its evidence, which comes on another topic: only now
    outcome.findings += await asyncio.to_thread(_mixed_up, reader)
    letters: list[Letter] = (await read_letters(stack.kafka))[before.letters :]
    outcome.findings += judge_letters(sent, letters) + await _changed(stack, before)
    outcome.records = len(sent)
    outcome.dead_letters = len(letters)
    outcome.accepted = sum(one.verdict is Verdict.ACCEPTED for one in sent.values())
    return outcome


async def _attack(
    stack: Stack, choose: random.Random, each: int, sent: dict[str, Sent]
) -> AsyncIterator[int]:
    """Send ``each`` records to every topic, and yield from time to time how many it were."""
    raw = AIOKafkaProducer(**client_arguments(stack.kafka), max_request_size=_LARGEST, linger_ms=5)
    await raw.start()
    try:
        pending: list[tuple[Raw, asyncio.Future[RecordMetadata]]] = []
        for number in range(1, each + 1):
            for topic in CONSUMED:
                made = _hostile(choose, topic)
                try:
                    pending.append((made, await _send(raw, stack, made)))
                except MessageSizeTooLargeError:
                    continue
            if number % 100 == 0:
                await _send_unreadable(raw, stack, choose, sent)
            if number % 20 == 0 or number == each:
                await _note(pending, sent)
                pending.clear()
                yield number
    finally:
        await raw.stop()


async def _send(raw: AIOKafkaProducer, stack: Stack, made: Raw) -> asyncio.Future[RecordMetadata]:
    value = b"" if made.key is None and made.value is None else made.value
    sent: asyncio.Future[RecordMetadata] = await raw.send(
        stack.kafka.physical(made.topic),
        value,
        key=made.key,
        headers=list(made.headers),
        partition=0 if made.topic is Topic.INBOX else None,
    )
    return sent


async def _note(
    pending: list[tuple[Raw, asyncio.Future[RecordMetadata]]], sent: dict[str, Sent]
) -> None:
    """Wait until the broker has taken what is ``pending``, and remember where it lies."""
    for made, future in pending:
        try:
            where = await future
        except MessageSizeTooLargeError:
            continue
        place = f"{made.topic.value}[{where.partition}]@{where.offset}"
        sent[place] = Sent(verdict(made), as_text(made))


async def _send_unreadable(
    raw: AIOKafkaProducer, stack: Stack, choose: random.Random, sent: dict[str, Sent]
) -> None:
    """Send a batch to every topic that the client library itself cannot read."""
    for topic in CONSUMED:
        partition = 0 if topic is Topic.INBOX else choose.randrange(TOPICS[topic].partitions)
        values = [b"{}", choose.randbytes(30), b""]
        first = await send_bad_batch(raw, stack.kafka.physical(topic), partition, values)
        for offset in range(first, first + len(values)):
            place = f"{topic.value}[{partition}]@{offset}"
            sent[place] = Sent(Verdict.SET_ASIDE, "a batch with header names that are no text")


def _hostile(choose: random.Random, topic: Topic) -> Raw:
    way = choose.random()
    if way < 0.65:
        return damaged(choose, topic)
    return lie(choose, topic) if way < 0.9 else valid(choose, topic)


def _mixed_up(reader: Client) -> list[str]:
    """Return where an honest session has more or less than its undisturbed twin."""
    findings = []
    for table in _TABLES:
        rows = {}
        for prefix in ("clean", "dirty"):
            query = (
                f"SELECT replaceOne(session, '{prefix}_', ''), count() FROM viva.{table} FINAL "
                f"WHERE startsWith(session, '{prefix}_') GROUP BY 1 ORDER BY 1"
            )
            rows[prefix] = reader.query(query).result_rows
        if rows["clean"] != rows["dirty"]:
            findings.append(f"{table} of honest sessions: {rows}")
    return findings


async def _caught_up(stack: Stack, outcome: Outcome, seconds: float) -> None:
    behind: dict[str, object] = {}

    async def none_is_behind() -> bool:
        lags = await group_lags(stack.kafka, [stack.kafka.group(each.value) for each in GROUPS])
        behind.clear()
        behind.update({name: lag for name, lag in lags.items() if lag is None or any(lag.values())})
        return not behind

    try:
        await until(none_is_behind, "every consumer to have committed everything", seconds)
    except AssertionError:
        outcome.findings.append(f"a consumer stands still: {behind}")


async def _changed(stack: Stack, before: Before) -> list[str]:
    """Return which processes were started again, are not ready, or tell of a fault of ours."""
    findings = []
    async with httpx.AsyncClient(timeout=10) as http:
        for name in stack.names:
            times = stack.process(name).restarts - before.restarts[name]
            if times:
                findings.append(f"{name} was started again {times} times")
            findings += faults_in_log(stack.log_path(name), before.logs[name])
            url = stack.health_url(name)
            if url and (reply := await http.get(f"{url}/readyz")).status_code != 200:
                findings.append(f"{name} is not ready: {reply.text[:300]}")
    return findings
