"""One whole stack for all tests of the pipeline; each test uses session ids of its own."""

from __future__ import annotations

from collections.abc import Iterator

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.stack import Stack, background


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """Everything, with the small English model."""
    with background(Stack(env={"stt": {"VIVA_STT_MODEL": "tiny.en"}})) as running:
        yield running


@pytest.fixture
def reader(stack: Stack) -> Client:
    """A ClickHouse client that may only read."""
    return clickhouse_connect.get_client(**stack.clickhouse_client())
