"""How busy a whole stack is, and what it weighs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local.stack import Stack
from tests.bench.support.cpu import used_by


def pids(stack: Stack) -> dict[str, int]:
    """Return the process ids of the stack by name."""
    found = {name: stack.process(name).pid for name in stack.names}
    return {name: pid for name, pid in found.items() if pid is not None}


@dataclass
class Spent:
    """CPU seconds by process over ``seconds`` of wall time; filled when the block is left."""

    by_name: dict[str, float]
    seconds: float = 0.0
    machine: float = 0.0
    """Share of all cores that were busy, whoever kept them so."""

    @property
    def total(self) -> float:
        return sum(self.by_name.values())


@asynccontextmanager
async def spending(stack: Stack) -> AsyncIterator[Spent]:
    """Measure what the stack's processes use while the block runs."""
    loop = asyncio.get_running_loop()
    running = pids(stack)
    spent = Spent({})
    before, began = used_by(running), loop.time()
    psutil.cpu_percent()
    yield spent
    after = used_by(running)
    spent.seconds = loop.time() - began
    spent.machine = psutil.cpu_percent() / 100
    spent.by_name = {name: after[name] - before[name] for name in running}


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a process and its children: proportional set size, and what no file backs."""

    proportional: float
    anonymous: float


def weight(pid: int) -> Weight:
    """Weigh a process."""
    root = psutil.Process(pid)
    proportional = anonymous = 0.0
    for each in [root, *root.children(recursive=True)]:
        for name, kilobytes in _rollup(each.pid):
            if name == "Pss":
                proportional += kilobytes * 1024
            elif name == "Anonymous":
                anonymous += kilobytes * 1024
    return Weight(proportional, anonymous)


def _rollup(pid: int) -> Iterator[tuple[str, int]]:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return
    for name, kilobytes in re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE):
        yield name, int(kilobytes)
