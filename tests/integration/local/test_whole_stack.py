"""Every process at once: they come up, fit into memory, come back from kill -9, and go."""

from __future__ import annotations

import asyncio
import os
import signal

import aiohttp
import psutil
import pytest

from deploy.local import state
from deploy.local.lag import group_lags
from deploy.local.processes import ask
from deploy.local.stack import Stack

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
async def test_the_whole_stack() -> None:
    ready: list[str] = []
    async with Stack(report=lambda each: ready.append(f"{each.name} {each.condition}")) as stack:
        order = [each.split()[0] for each in ready if each.endswith(" ready")]
        assert sorted(order) == sorted(stack.names)
        models = [name for name in order if name in ("vision", "voice", "stt", "tts")]
        assert models == ["vision", "voice", "stt", "tts"], "loaded one after the other"
        assert order[-1] == "gateway"
        assert set((await devices(stack)).values()) <= {"cpu", "cuda"}
        pids = {name: stack.process(name).pid for name in stack.names}
        assert sum(resident(pid) for pid in pids.values()) < 3 * GIB

        members = ("vision", "voice", "stt", "tts", "agent", "sink")
        groups = [stack.kafka.group(name) for name in members]
        lags = await group_lags(stack.kafka, groups)
        assert all(not lag or set(lag.values()) == {0} for lag in lags.values())

        for pid in pids.values():
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(1)
        for name in stack.names:
            await stack.wait_ready(name, 180)
            assert stack.process(name).pid != pids[name]
            assert stack.process(name).restarts >= 1
        assert set((await devices(stack)).values()) <= {"cpu", "cuda"}
        last = [(each.pid, each.created) for each in stack.state.processes.values()]
    assert not any(state.is_alive(pid, created) for pid, created in last)
