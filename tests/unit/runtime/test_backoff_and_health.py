from __future__ import annotations

import asyncio
import socket
from itertools import islice

import aiohttp
import pytest

from schemas.topics import Process
from streams.runtime import broker_watch, health
from streams.runtime.backoff import DependencyUnavailable, delays
from streams.runtime.health import Health, HealthServer


def test_delays_double_up_to_the_largest_and_are_spread() -> None:
    found = list(islice(delays(0.1, 1.0), 8))
    for delay, middle in zip(found, [0.1, 0.2, 0.4, 0.8, 1, 1, 1, 1], strict=True):
        assert 0.8 * middle <= delay <= 1.2 * middle
    assert len(set(found[4:])) > 1


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "delays", lambda: iter([0.0] * 100))


@pytest.mark.usefixtures("quick")
async def test_persisting_through_two_dependencies_clears_both() -> None:
    found = Health(Process.SINK, "test")
    found.ready()
    away = ["kafka", "clickhouse", "kafka"]
    seen: list[object] = []

    async def operation() -> str:
        seen.append(found.report()["waiting_for"])
        if away:
            raise DependencyUnavailable(away.pop(), "refused")
        return "done"

    assert await found.persist(operation) == "done"
    assert seen == [None, "kafka", "kafka", "kafka"]
    assert found.is_ready


@pytest.mark.usefixtures("quick")
async def test_persisting_does_not_repeat_what_is_a_fault() -> None:
    found = Health(Process.SINK, "test")
    tries: list[int] = []

    async def operation() -> None:
        tries.append(1)
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        await found.persist(operation)
    assert len(tries) == 1


async def test_the_health_port_says_what_it_waits_for_and_on_which_device() -> None:
    found = Health(Process.VISION, "abc123")
    server = HealthServer(found, "127.0.0.1", 0)
    port = await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as client:

            async def get(path: str) -> tuple[int, dict[str, object]]:
                async with client.get(path) as response:
                    return response.status, await response.json()

            assert await get("/healthz") == (200, {"alive": True, "build": "abc123"})
            status, report = await get("/readyz")
            assert (status, report["ready"], report["detail"]) == (503, False, "starting")
            found.ready("cuda:0", "landmarker warm")
            status, report = await get("/readyz")
            assert (status, report["ready"], report["device"]) == (200, True, "cuda:0")
            assert report["detail"] == "landmarker warm"
            assert report["build"] == "abc123"
            found.waiting("kafka", "connection refused")
            status, report = await get("/readyz")
            assert (status, report["waiting_for"]) == (503, "kafka")
            assert report["detail"] == "connection refused"
            async with client.get("/metrics") as response:
                text = await response.text()
            assert 'viva_build_info{build="abc123",process="vision"} 1.0' in text
    finally:
        await server.stop()


async def test_the_broker_watch_says_when_the_broker_goes_and_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(broker_watch, "_EVERY", 0.02)
    found = Health(Process.VOICE, "test")
    found.ready()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        watching = asyncio.create_task(broker_watch.watch_broker(found, f"127.0.0.1:{port}"))
        try:
            await _until(lambda: found.report()["waiting_for"] == "kafka")
            taken.listen()
            await _until(lambda: found.is_ready)
        finally:
            watching.cancel()


async def test_one_broker_of_several_is_enough_and_nonsense_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert await broker_watch._unreachable(f"nonsense, 127.0.0.1:{port}") == ""
    assert await broker_watch._unreachable("nonsense") != ""
    assert await broker_watch._unreachable("") != ""


async def _until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the watch has no event to wait for
            await asyncio.sleep(0.01)


async def test_what_is_given_up_waits_for_nothing() -> None:
    health = Health(Process.QUESTIONS, "test")
    health.ready()
    tries = 0

    async def away() -> None:
        nonlocal tries
        tries += 1
        raise DependencyUnavailable("kafka", "away")

    first = asyncio.create_task(health.persist(away))
    second = asyncio.create_task(health.persist(away))
    async with asyncio.timeout(5):
        while tries < 2:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)
    first.cancel()
    await asyncio.wait({first})
    assert not health.is_ready, "the other one still waits"
    second.cancel()
    await asyncio.wait({second})
    assert health.is_ready
