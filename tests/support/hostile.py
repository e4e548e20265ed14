"""What the hostile tests of the gateway share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from gateway import server
from schemas.events import Event
from schemas.settings import KafkaSettings
from schemas.topics import Process, Topic
from streams.runtime.producer import Producer
from tests.support.gateway import RunningGateway, gateway_settings, services_of


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


class Memory(Producer):
    """Takes everything and keeps it: what asks a gateway for nonsense needs no broker behind it."""

    def __init__(self, settings: KafkaSettings) -> None:
        super().__init__(settings, Process.GATEWAY)
        self.events: list[Event] = []
        self.media: list[tuple[Topic, bytes | None]] = []

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    async def publish(self, *events: Event, gw: int) -> None:
        await asyncio.sleep(0)
        self.events += events

    async def publish_raw(
        self,
        topic: Topic,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        partition: int | None = None,
    ) -> None:
        await asyncio.sleep(0)
        self.media.append((topic, key))


class NoInbox:
    """Nobody answers."""

    def __init__(self, *_: object) -> None: ...

    async def run(self) -> None:
        await asyncio.Event().wait()


@asynccontextmanager
async def gateway_alone(folder: Path, **more: object) -> AsyncIterator[RunningGateway]:
    """Run a gateway on a port of its own with memory in the place of Kafka."""
    settings = gateway_settings(**more)
    kafka = KafkaSettings(bootstrap="127.0.0.1:1")
    services = replace(services_of(kafka, settings, folder), producer=Memory(kafka))

    async def reachable(*_: object) -> None:
        services.health.arrived("kafka")
        await asyncio.Event().wait()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "Inbox", NoInbox)
        patch.setattr(server, "watch_broker", reachable)
        async with RunningGateway(services) as running:
            await running.wait_ready()
            yield running
