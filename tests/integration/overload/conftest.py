"""A broker for the whole folder; topics and a gateway of its own for each test."""

from __future__ import annotations

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
    with background(Stack(only=["kafka"])) as stack:
        yield stack.bootstrap


@pytest.fixture
async def kafka(broker: str) -> KafkaSettings:
    settings = KafkaSettings(bootstrap=broker, topic_prefix=f"o{next(_PREFIXES)}-")
    await create_topics(settings)
    return settings


@pytest.fixture
def settings() -> GatewaySettings:
    return gateway_settings(capacity=2)


@pytest.fixture
async def backend(kafka: KafkaSettings) -> AsyncIterator[Backend]:
    async with Backend(kafka) as running:
        yield running


@pytest.fixture
async def gateway(
    kafka: KafkaSettings, settings: GatewaySettings, backend: Backend, tmp_path: Path
) -> AsyncIterator[RunningGateway]:
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as running:
        await running.wait_ready()
        yield running
