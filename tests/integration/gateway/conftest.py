"""A real Kafka, the gateway in this process, and a stand-in for the workers and the agent."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack, background
from schemas.settings import GatewaySettings, KafkaSettings
from tests.support.gateway import (
    Backend,
    RunningGateway,
    create_topics,
    gateway_settings,
    services_of,
)

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
