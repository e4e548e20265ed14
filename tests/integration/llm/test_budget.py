"""Frames and questions each have their share of the processor, whatever the other one does."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import psutil
import pytest

from deploy.local.processes import LLM, YIELDS
from deploy.local.stack import Stack

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.requirement("questions-budget"),
]


async def test_vision_has_its_cores_and_no_more_weight_than_the_model() -> None:
    async with Stack(only=["kafka", "vision", LLM]) as stack:
        vision, llm = (stack.process(name).pid for name in ("vision", LLM))
        (model,) = (
            child
            for child in psutil.Process(vision).children(recursive=True)
            if "resource_tracker" not in " ".join(child.cmdline())
        )
        assert len(os.sched_getaffinity(model.pid)) == 1
        assert weight(vision) == weight(llm) == YIELDS[LLM]
        stack.kill(LLM)
        await asyncio.sleep(0.5)
        await stack.wait_ready(LLM, 60)
        assert weight(stack.process(LLM).pid) == YIELDS[LLM], "also once it was started again"


def weight(pid: int) -> int:
    """Return the nice value by which the kernel weighs ``pid`` against processes of others."""
    group = Path(f"/proc/{pid}/autogroup")
    return int(group.read_text().split()[-1]) if group.exists() else psutil.Process(pid).nice()
