"""A gateway with nothing behind it for each test, and one ClickHouse for the whole folder."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack, background
from tests.support.gateway import RunningGateway
from tests.support.hostile import gateway_alone


@pytest.fixture(scope="session")
def parts() -> Iterator[Stack]:
    """ClickHouse, with small limits on what readers take and on what comes in."""
    limits = {"READER_SECONDS": "3", "BODY_S": "2", "MAX_BODY": str(32 << 20)}
    env = {f"VIVA_CLICKHOUSE_{name}": value for name, value in limits.items()}
    with background(Stack(only=["clickhouse"], env={"clickhouse": env})) as stack:
        yield stack


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[RunningGateway]:
    """The gateway on a port of its own."""
    async with gateway_alone(tmp_path) as running:
        yield running
