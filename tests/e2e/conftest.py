"""One whole stack, with the default models, for all end-to-end tests."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from playwright.sync_api import Browser

from deploy.demo.media import CandidateMedia, build
from deploy.demo.run import DEFAULT_ORDER, Gateway, Interviewed, interviews
from deploy.local import state
from deploy.local.recording import Recorded, capture
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack, background
from deploy.local.state import ProcessState
from tests.e2e.browser import Tab, chromium, fake_devices, require_chromium


@dataclass(frozen=True)
class Began:
    """A stack, and its processes in the order in which they were ready."""

    stack: Stack
    order: list[str]


@pytest.fixture(scope="package")
def began() -> Iterator[Began]:
    """The whole embedded stack on free ports; nothing of it may outlive it."""
    ready: list[str] = []

    def report(process: ProcessState) -> None:
        if process.condition == "ready" and process.name not in ready:
            ready.append(process.name)

    stack = Stack(report=report)
    with background(stack):
        yield Began(stack, ready.copy())
        last = [(each.pid, each.created) for each in stack.state.processes.values()]
    assert not any(state.is_alive(pid, created) for pid, created in last)


@pytest.fixture(scope="package")
def stack(began: Began) -> Stack:
    """The whole embedded stack."""
    return began.stack


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
    hired: Interviewed
    """One more after them, whose policy infers no emotion."""


@pytest.fixture(scope="package")
def held(stack: Stack, candidates: dict[str, CandidateMedia]) -> Held:
    """Three interviews at the same time, begun in the reverse of the demo's order."""

    async def hold() -> Held:
        gateway = Gateway(stack.gateway_url, stack.api_key)
        try:
            found = await interviews(gateway, candidates, DEFAULT_ORDER[::-1])
            (hired,) = await interviews(gateway, candidates, ["attentive"], policy="hiring")
        finally:
            await gateway.close()
        records = await capture(stack.kafka, frozenset(each.session for each in found))
        return Held(found, records, hired)

    return asyncio.run(hold())


@pytest.fixture
def browser(candidates: dict[str, CandidateMedia]) -> Iterator[Browser]:
    """A browser whose camera and microphone are the attentive candidate's."""
    require_chromium()
    media = candidates["attentive"].browser
    assert media is not None
    with chromium(fake_devices(video=media.video, audio=media.audio)) as running:
        yield running


@pytest.fixture
def tab(browser: Browser, tmp_path: Path) -> Iterator[Tab]:
    """A tab that must not complain."""
    opened = Tab.open(browser, tmp_path)
    yield opened
    opened.must_not_complain()


@pytest.fixture
def choosing(tmp_path: Path) -> Iterator[Tab]:
    """A tab of a browser with several cameras and microphones, which must not complain."""
    require_chromium()
    switches = [each for each in fake_devices() if "fake-device" not in each]
    with chromium([*switches, "--use-fake-device-for-media-stream=device-count=3"]) as running:
        opened = Tab.open(running, tmp_path)
        yield opened
        opened.must_not_complain()
