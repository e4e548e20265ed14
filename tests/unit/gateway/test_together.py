from __future__ import annotations

import asyncio

import pytest

from gateway.live.together import Together


async def test_all_who_come_in_time_go_on_at_the_same_moment() -> None:
    together = Together(0.05)
    loop = asyncio.get_running_loop()
    began = loop.time()
    left: list[float] = []

    async def one(after_s: float) -> None:
        await asyncio.sleep(after_s)
        await together.wait()
        left.append(loop.time() - began)

    await asyncio.gather(one(0.0), one(0.02), one(0.2))
    first, second, late = left
    assert second - first < 0.01
    assert first >= 0.049
    assert late >= 0.249


async def test_one_who_gives_up_keeps_nobody_waiting() -> None:
    together = Together(0.02)
    hasty = asyncio.create_task(together.wait())
    patient = asyncio.create_task(together.wait())
    await asyncio.sleep(0)
    hasty.cancel()
    await asyncio.wait_for(patient, 1.0)
    with pytest.raises(asyncio.CancelledError):
        await hasty
