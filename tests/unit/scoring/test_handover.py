"""Faust's consumer hands a record over at once, and waits as before where it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from schemas.settings import KafkaSettings
from streams.app import build
from streams.handover import Consumer, Prompt


class Prompted(Prompt):
    """A service that does nothing but wait."""


@pytest.fixture
async def service() -> AsyncIterator[Prompted]:
    found = Prompted()
    await found.start()
    yield found
    await found.stop()


async def never() -> None:
    await asyncio.Event().wait()


async def test_what_needs_not_wait_is_done_without_a_task(service: Prompted) -> None:
    async def deliver() -> str:
        return f"delivered in {asyncio.current_task() is here}"

    here = asyncio.current_task()
    found = await service.wait_first(deliver(), never())
    assert found.results == ["delivered in True"]
    assert not found.stopped


async def test_what_waits_goes_on_where_it_waited(service: Prompted) -> None:
    steps: list[int] = []
    room = asyncio.Event()

    async def deliver() -> str:
        steps.append(1)
        await asyncio.sleep(0)
        steps.append(2)
        await room.wait()
        steps.append(3)
        return "delivered"

    waiting = asyncio.create_task(service.wait_first(deliver(), never()))
    await asyncio.sleep(0.01)
    assert steps == [1, 2]
    room.set()
    assert (await waiting).results == ["delivered"]
    assert steps == [1, 2, 3]


async def test_what_waits_is_cancelled_when_the_flow_is_suspended(service: Prompted) -> None:
    suspended, cancelled = asyncio.Event(), asyncio.Event()

    async def deliver() -> None:
        try:
            await never()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    waiting = asyncio.create_task(service.wait_first(deliver(), suspended.wait()))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    suspended.set()
    assert (await waiting).results == [True]
    await asyncio.wait_for(cancelled.wait(), 1)


@pytest.mark.parametrize("turns", [0, 2])
async def test_a_fault_comes_through(service: Prompted, turns: int) -> None:
    async def deliver() -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        raise KeyError("no such partition")

    with pytest.raises(KeyError, match="no such partition"):
        await service.wait_first(deliver(), never())


async def test_the_agents_consumer_is_the_prompt_one() -> None:
    assert build(KafkaSettings()).transport.Consumer is Consumer
