"""The agent as a process of its own, and reading what it makes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.ports import free_port
from schemas.events import Event
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS, Process, Topic
from streams.runtime.codec import decode, encode
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[2]


class AgentProcess:
    """``python -m streams.app`` against ``settings``; its log is in ``folder``.

    ``supervised`` starts it again when it ends by itself, as ``viva up`` and compose do.
    """

    def __init__(self, settings: KafkaSettings, folder: Path, instance: str = "agent-0") -> None:
        self.log = folder / f"{instance}.log"
        self._port = free_port()
        self._environment = os.environ | {
            "VIVA_KAFKA_BOOTSTRAP": settings.bootstrap,
            "VIVA_KAFKA_INSTANCE_ID": instance,
            "VIVA_KAFKA_SESSION_TIMEOUT_MS": str(settings.session_timeout_ms),
            "VIVA_DATA_DIR": str(folder),
            "VIVA_HEALTH_PORT": str(self._port),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self.restarts = 0

    @asynccontextmanager
    async def supervised(self) -> AsyncIterator[None]:
        """Start it and keep it running until the block is left, which kills it."""
        self.start()
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            self.kill()

    async def _watch(self) -> None:
        while True:
            if self._process is not None and self._process.poll() is not None:
                self.restarts += 1
                self.start()
            await asyncio.sleep(0.2)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "streams.app"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """End it with -9, as a crash would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(10)

    def terminate(self, seconds: float = 10.0) -> int:
        """Ask it to stop and return its exit status."""
        # Let go first: the watcher would take its end for a crash and start another one.
        process, self._process = self._process, None
        assert process is not None
        process.terminate()
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise

    async def health(self) -> dict[str, Any]:
        """What /readyz says; empty while nothing answers."""
        return await asyncio.to_thread(self._readyz)

    async def ready(self, seconds: float = 60.0) -> None:
        async def is_ready() -> bool:
            return bool((await self.health()).get("ready"))

        await until(is_ready, f"the agent to be ready, see {self.log}", seconds)

    def _readyz(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/readyz", timeout=2) as it:
                return dict(json.load(it))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))
        except OSError:
            return {}


async def send(settings: KafkaSettings, events: Iterable[Event], pause: float = 0.0) -> None:
    """Publish ``events`` in order on ``session.events``, with ``pause`` seconds between them."""
    async with AIOKafkaProducer(bootstrap_servers=settings.bootstrap, acks="all") as producer:
        for event in events:
            key, value, headers = encode(event, 0)
            await producer.send(
                settings.physical(Topic.EVENTS), key=key, value=value, headers=headers
            )
            if pause:
                await asyncio.sleep(pause)


async def read_until(
    settings: KafkaSettings, topic: Topic, kind: str, enough: int, seconds: float = 90.0
) -> list[Event]:
    """Return all events of ``kind`` on ``topic`` once ``enough`` different ones are there."""
    name = settings.physical(topic)
    found: list[Event] = []
    async with AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap, enable_auto_commit=False
    ) as consumer:
        consumer.assign([TopicPartition(name, each) for each in range(TOPICS[topic].partitions)])
        await consumer.seek_to_beginning()
        try:
            async with asyncio.timeout(seconds):
                while len({event.id for event in found}) < enough:
                    for batch in (await consumer.getmany(timeout_ms=200)).values():
                        wanted = [each for each in batch if ("type", kind.encode()) in each.headers]
                        found += [decode(each.key, each.value, each.headers) for each in wanted]
        except TimeoutError:
            have = len({event.id for event in found})
            raise AssertionError(f"{have} of {enough} {kind} after {seconds:.0f} s") from None
    return found


async def uncommitted(settings: KafkaSettings, topic: Topic, process: Process) -> int:
    """Records of ``topic`` that the group of ``process`` has not committed."""
    partitions = [
        TopicPartition(settings.physical(topic), each) for each in range(TOPICS[topic].partitions)
    ]
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    await admin.start()
    try:
        committed = await admin.list_consumer_group_offsets(settings.group(process.value))
    finally:
        await admin.close()
    async with AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap, enable_auto_commit=False
    ) as consumer:
        ends = await consumer.end_offsets(partitions)
    return sum(end - (committed[tp].offset if tp in committed else 0) for tp, end in ends.items())
