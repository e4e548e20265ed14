"""A gateway with nothing but its database behind it, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.databases import database_url, postgres_server
from tests.support.gateway import RunningGateway
from tests.support.hostile import gateway_alone
from tests.support.people import Browser, browser

__all__ = ["database_url", "postgres_server"]


@pytest.fixture
async def gateway(database_url: str, tmp_path: Path) -> AsyncIterator[RunningGateway]:
    """The gateway on a port of its own."""
    async with gateway_alone(tmp_path, database_url=database_url) as running:
        yield running


@pytest.fixture
async def visitor(gateway: RunningGateway) -> AsyncIterator[Browser]:
    """A browser that nobody is logged in with."""
    async with browser(gateway) as one:
        yield one
