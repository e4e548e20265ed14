"""A real Kafka, the gateway in this process, and a stand-in for the workers and the agent."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack, background
from gateway.db.store import open_store
from gateway.live.services import Services
from schemas.settings import GatewaySettings, KafkaSettings
from schemas.topics import Process
from streams.runtime.health import Health
from streams.runtime.producer import Producer
from tests.support.gateway import Backend, RunningGateway, create_topics

_PREFIXES = itertools.count()


@pytest.fixture(scope="session")
def broker() -> Iterator[str]:
    """The address of a real broker that lives as long as the tests of this folder."""
    with background(Stack(only=["kafka"])) as stack:
        yield stack.bootstrap


@pytest.fixture
async def kafka(broker: str) -> KafkaSettings:
    """Topics of this test alone."""
    settings = KafkaSettings(bootstrap=broker, topic_prefix=f"t{next(_PREFIXES)}-")
    await create_topics(settings)
    return settings


@pytest.fixture
def settings() -> GatewaySettings:
    """Short times, so that tests are short."""
    return gateway_settings()


def gateway_settings(**more: object) -> GatewaySettings:
    return GatewaySettings(
        **{
            "port": 0,
            "api_key": "development-key",
            "token_secret": "0123456789abcdef0123456789abcdef",
            "calibration_s": 1.0,
            "answer_limit_s": 60.0,
            **more,
        }
    )


def services_of(kafka: KafkaSettings, settings: GatewaySettings, folder: Path) -> Services:
    return Services(
        settings=settings,
        kafka=kafka,
        health=Health(Process.GATEWAY, "test"),
        producer=Producer(kafka, Process.GATEWAY),
        store=open_store("", folder),
    )


@pytest.fixture
async def backend(kafka: KafkaSettings) -> AsyncIterator[Backend]:
    """Asks questions, concludes calibrations and scores answers as workers and agent would."""
    async with Backend(kafka) as running:
        yield running


@pytest.fixture
async def gateway(
    kafka: KafkaSettings, settings: GatewaySettings, backend: Backend, tmp_path: Path
) -> AsyncIterator[RunningGateway]:
    """The gateway on a port of its own."""
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as running:
        await running.wait_ready()
        yield running
    await asyncio.sleep(0)
