"""CPU seconds of processes: user and system time, of their children too."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import psutil


def used(pid: int) -> float:
    """Return the CPU seconds that a process and its children have used since they began."""
    root = psutil.Process(pid)
    total = 0.0
    for each in [root, *root.children(recursive=True)]:
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    ended = root.cpu_times()  # children that are gone already
    return float(total + ended.children_user + ended.children_system)


def used_by(pids: Mapping[str, int]) -> dict[str, float]:
    """Return the CPU seconds by name."""
    return {name: used(pid) for name, pid in pids.items()}


async def over(pid: int, seconds: float) -> float:
    """Return the share of one core that a process uses during the next ``seconds``."""
    loop = asyncio.get_running_loop()
    before, began = used(pid), loop.time()
    await asyncio.sleep(seconds)
    return (used(pid) - before) / (loop.time() - began)
