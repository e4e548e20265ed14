from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from streams.runtime.garbage import collect_by_the_clock


class Node:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Leave cycles to whoever collects on purpose."""
    gc.disable()
    yield
    gc.unfreeze()
    gc.enable()


@pytest.mark.usefixtures("no_collector")
async def test_cycles_are_collected_by_the_clock() -> None:
    collecting = asyncio.create_task(collect_by_the_clock(every_s=0.01))
    await asyncio.sleep(0)
    gone = weakref.ref(Node())
    assert gone() is not None, "nothing else collects it"
    async with asyncio.timeout(10):
        while gone() is not None:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)
    collecting.cancel()
