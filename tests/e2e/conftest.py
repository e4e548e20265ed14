"""One whole stack, with the default models, for all end-to-end tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from deploy.demo.media import CandidateMedia, build
from deploy.demo.run import DEFAULT_ORDER, Gateway, Interviewed, interviews
from deploy.local.recording import Recorded, capture
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack, background


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """The whole embedded stack on free ports."""
    with background(Stack()) as running:
        yield running


@pytest.fixture(scope="package")
def candidates() -> dict[str, CandidateMedia]:
    """What the simulated candidates show and say."""
    return build(LocalSettings().cache_dir, lambda _: None)


@pytest.fixture
def reader(stack: Stack) -> Client:
    """A ClickHouse client that may only read."""
    return clickhouse_connect.get_client(**stack.clickhouse_client())


@dataclass(frozen=True)
class Held:
    """Interviews over real WebRTC, and everything that the gateway published of them."""

    interviews: list[Interviewed]
    records: list[Recorded]


@pytest.fixture(scope="package")
def held(stack: Stack, candidates: dict[str, CandidateMedia]) -> Held:
    """Three interviews at the same time, begun in the reverse of the demo's order."""

    async def hold() -> Held:
        gateway = Gateway(stack.gateway_url, stack.api_key)
        try:
            found = await interviews(gateway, candidates, DEFAULT_ORDER[::-1])
        finally:
            await gateway.close()
        return Held(found, await capture(stack.kafka, frozenset(each.session for each in found)))

    return asyncio.run(hold())
