"""Kafka, ClickHouse and the sink for all tests here; each test uses session ids of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.stack import Stack, background
from schemas.events import Event
from workers.sink.clickhouse import ClickHouseStore
from workers.sink.shapes import SHAPES

Store = Callable[[Sequence[Event]], Awaitable[None]]


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    with background(Stack(only=["kafka", "clickhouse", "sink"])) as running:
        yield running


@pytest.fixture
def reader(stack: Stack) -> Iterator[Client]:
    with clickhouse_connect.get_client(**stack.clickhouse_client()) as client:
        yield client


@pytest.fixture
def writer(stack: Stack) -> Iterator[Client]:
    with clickhouse_connect.get_client(**stack.clickhouse_client(writer=True)) as client:
        yield client


@pytest.fixture
async def store(stack: Stack) -> AsyncIterator[Store]:
    """Insert events as the sink does, the offsets counting from 0, without Kafka in between."""
    clickhouse = ClickHouseStore(stack.clickhouse(writer=True))
    await clickhouse.open()

    async def insert(events: Sequence[Event]) -> None:
        for shape in SHAPES.values():
            rows = [
                shape.row(event, offset)
                for offset, event in enumerate(events)
                if type(event) is shape.event
            ]
            if rows:
                await clickhouse.insert([(shape, rows)])

    yield insert
    await clickhouse.close()
