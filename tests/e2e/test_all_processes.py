"""Every process at once: they came up in order, fit into memory, and come back from kill -9."""

from __future__ import annotations

import asyncio
import os
import signal

import aiohttp
import psutil
import pytest

from deploy.local.lag import group_lags
from deploy.local.processes import ask
from deploy.local.stack import Stack
from tests.e2e.conftest import Began
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

GIB = 1 << 30


def resident(pid: int) -> int:
    """Return the bytes that a process and its children hold in memory."""
    process = psutil.Process(pid)
    return sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))


async def devices(stack: Stack) -> dict[str, str]:
    """Return the device that each process says it runs on; empty if it is not ready."""
    async with aiohttp.ClientSession() as session:
        said = {
            name: await ask(session, stack.health_url(name) + "/readyz")
            for name in stack.names
            if name != "kafka"
        }
    return {name: each.device if each.ready else "" for name, each in said.items()}


@pytest.mark.requirement("questions-warm")
async def test_models_are_loaded_one_after_the_other_and_the_door_opens_last(began: Began) -> None:
    assert sorted(began.order) == sorted(began.stack.names)
    models = [name for name in began.order if name in ("vision", "voice", "stt", "tts")]
    assert models == ["vision", "voice", "stt", "tts"]
    assert began.order[-1] == "gateway"


async def test_they_fit_into_memory_and_come_back_when_all_are_killed(stack: Stack) -> None:
    assert set((await devices(stack)).values()) <= {"cpu", "cuda"}
    pids = {name: stack.process(name).pid for name in stack.names}
    restarts = {name: stack.process(name).restarts for name in stack.names}
    assert sum(resident(pid) for pid in pids.values()) < 3 * GIB

    members = ("vision", "voice", "stt", "tts", "agent", "sink")
    groups = [stack.kafka.group(name) for name in members]

    async def nothing_waits() -> bool:
        lags = await group_lags(stack.kafka, groups)
        return all(not lag or set(lag.values()) == {0} for lag in lags.values())

    await until(nothing_waits, "every group at the end of its topics", 60)
    for pid in pids.values():
        os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(1)
    for name in stack.names:
        await stack.wait_ready(name, 180)
        assert stack.process(name).pid != pids[name]
        assert stack.process(name).restarts > restarts[name]
    assert set((await devices(stack)).values()) <= {"cpu", "cuda"}
