"""The Faust app: one agent on ``session.events``; ``python -m streams.app``."""

from __future__ import annotations

import asyncio
import functools
import importlib
import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import faust
from aiokafka.errors import OffsetOutOfRangeError

from schemas.settings import KafkaSettings
from schemas.topics import Process, Topic
from streams.agent import ScoringAgent
from streams.offsets import GroupOffsets
from streams.runtime.client import client_arguments
from streams.runtime.consumer import OffsetLost
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.process import Context, main
from streams.runtime.record import Record

_FOR_EVER = 10 * 365 * 86_400.0
"""An answer may be open for long: Faust's own warnings about slow commits mean nothing here."""

_COMMIT_EVERY = 0.5

_BREATH = 50
"""Records after which the event loop gets a turn, when there is always a next one."""


@dataclass(slots=True, weakref_slot=True, eq=False)
class _Done:
    """What Faust's public ``Consumer.ack`` reads of a message; hashed by identity, as it asks."""

    topic: str
    tp: Any
    offset: int
    acked: bool = False


class _AsIs(faust.Schema[bytes, bytes]):
    """Keys and values as the broker has them: decoding is ours, after the headers are seen."""

    def loads_key(self, app: Any, message: Any, **_: Any) -> Any:
        return message.key

    def loads_value(self, app: Any, message: Any, **_: Any) -> Any:
        return message.value


class AgentStopped(Exception):  # noqa: N818 - names what happened
    """Faust gave up; the process ends and its supervisor starts it again."""


def build(settings: KafkaSettings, data_dir: str = ".") -> faust.App:
    """Return the Faust app for ``settings``: no tables, no web server, no topics of its own."""
    session = settings.session_timeout_ms / 1000
    return faust.App(
        settings.group(Process.AGENT.value),
        broker=[f"kafka://{each.strip()}" for each in settings.bootstrap.split(",")],
        broker_credentials=_credentials(settings),
        broker_session_timeout=session,
        broker_heartbeat_interval=session / 4,
        broker_request_timeout=max(40.0, 2 * session),
        broker_commit_interval=_COMMIT_EVERY,
        broker_commit_livelock_soft_timeout=_FOR_EVER,
        stream_processing_timeout=_FOR_EVER,
        stream_wait_empty=False,
        consumer_group_instance_id=settings.instance_id or None,
        consumer_auto_offset_reset="none",
        key_serializer="raw",
        value_serializer="raw",
        store="memory://",
        datadir=data_dir,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        autodiscover=False,
    )


async def serve(context: Context) -> None:
    """Fold session events into scores."""
    kafka, health = context.kafka, context.health
    topic = kafka.physical(Topic.EVENTS)
    offsets = GroupOffsets(kafka, Process.AGENT, Topic.EVENTS)
    await health.persist(offsets.begin_at_the_beginning)
    context.settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = build(kafka, str(context.settings.data_dir / "faust"))

    @functools.cache
    def place(partition: int) -> Any:
        return faust.types.TP(topic, partition)

    done = _Done(topic, None, 0)

    def ack(partition: int, offset: int) -> None:
        done.tp, done.offset, done.acked = place(partition), offset, False
        app.consumer.ack(cast("Any", done))

    async def crash(error: BaseException) -> None:
        # Faust would go on after this record and so lose it: end the process instead, which reads
        # it again, and take no record more until then.
        await app.crash(error)
        await asyncio.Event().wait()

    def fault(error: BaseException) -> None:
        crashes.append(asyncio.create_task(crash(error)))

    crashes: list[asyncio.Task[None]] = []
    letters = DeadLetters(context.producer, Process.AGENT)
    scoring = ScoringAgent(context.producer, letters, health, offsets, ack, fault)

    @app.agent(app.topic(topic, schema=_AsIs()), name="score")
    async def score(stream: Any) -> None:
        # Read from the stream's channel rather than the stream: that would ack what a rebalance
        # makes it skip, and take a turn of the event loop for every record.
        queue = stream.channel.queue
        for number in itertools.count(1):
            event = await queue.get() if queue.empty() else queue.get_nowait()
            message = event.message
            if message.generation_id != app.consumer_generation_id:
                continue  # fetched before a rebalance: it is read again, by us or another
            try:
                await scoring.handle(_record(message))
            except Exception as error:
                await crash(error)
            if number % _BREATH == 0:
                await asyncio.sleep(0)

    def drop(_: Any, revoked: Any, **__: Any) -> None:
        scoring.revoked(tp.partition for tp in revoked)

    def begin(_: Any, assigned: Any, **__: Any) -> None:
        scoring.revoked(tp.partition for tp in assigned)
        health.ready(detail=f"{len(assigned)} partitions")

    app.on_partitions_revoked.connect(cast("Any", drop))
    app.on_partitions_assigned.connect(cast("Any", begin))
    await app.start()
    try:
        await app.wait_first(context.stop.wait())
        if not context.stop.is_set():
            _explain(app.crash_reason)
    finally:
        await app.stop()


def _explain(reason: BaseException | None) -> None:
    if isinstance(reason, OffsetOutOfRangeError | OffsetLost):
        raise OffsetLost(str(reason)) from reason
    raise AgentStopped(f"the Faust agent stopped: {reason!r}") from reason


def _record(message: Any) -> Record:
    return Record(
        topic=Topic.EVENTS,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple(message.headers or ()),
        timestamp=int((message.timestamp or 0) * 1000),
    )


def _credentials(settings: KafkaSettings) -> Any:
    arguments = client_arguments(settings)
    protocol = settings.security_protocol
    if protocol.startswith("SASL"):
        return faust.SASLCredentials(
            mechanism=settings.sasl_mechanism,
            username=settings.username,
            password=settings.password.get_secret_value(),
            ssl_context=arguments.get("ssl_context"),
        )
    if protocol == "SSL":
        return faust.SSLCredentials(context=arguments["ssl_context"])
    return None


def check() -> Sequence[str]:
    """Return what is missing in this environment."""
    problems = []
    for name in ("aiokafka", "faust", "pydantic", "prometheus_client"):
        try:
            importlib.import_module(name)
        except ImportError as error:
            problems.append(f"cannot import {name}: {error}")
    return problems


if __name__ == "__main__":
    sys.exit(main(Process.AGENT, serve, check, sys.argv[1:]))
