from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local import kafka
from tests.support.broker import Broker


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    """A broker of its own with all topics."""
    async with Broker(tmp_path / "kafka") as running:
        await kafka.create_topics(running.settings())
        yield running
