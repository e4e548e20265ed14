"""A real Kafka, a gateway process in a network namespace, candidates in others."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from deploy.local.stack import Stack, background
from schemas.settings import KafkaSettings
from tests.support.gateway import Backend, create_topics
from tests.support.network import why_not

_PREFIXES = itertools.count()


@pytest.fixture(scope="session")
def networks() -> None:
    """Skip where this machine cannot have networks of its own."""
    reason = why_not()
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def broker(networks: None) -> Iterator[str]:
    """The address of a real broker that lives as long as the tests of this folder."""
    with background(Stack(only=["kafka"])) as stack:
        yield stack.bootstrap


@pytest.fixture(scope="module")
def kafka(broker: str) -> KafkaSettings:
    """Topics of one file's tests alone."""
    settings = KafkaSettings(bootstrap=broker, topic_prefix=f"n{next(_PREFIXES)}-")
    asyncio.run(create_topics(settings))
    return settings


@pytest.fixture
async def backend(kafka: KafkaSettings) -> AsyncIterator[Backend]:
    """Asks questions, concludes calibrations and scores answers as workers and agent would."""
    async with Backend(kafka) as running:
        yield running
