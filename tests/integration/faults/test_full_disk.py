"""A disk without room stops neither the supervisor nor the logs."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import logfiles
from deploy.local.processes import Readiness, Spec
from deploy.local.stack import Stack
from deploy.local.state import StackState
from deploy.local.supervisor import Supervisor
from tests.support.waiting import until

FULL = OSError(28, "No space left on device")


async def test_a_log_that_cannot_be_copied_is_cut_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise FULL

    monkeypatch.setattr(shutil, "copyfile", full)
    log = tmp_path / "agent.log"
    log.write_text("x" * 100)
    (tmp_path / "agent.log.1").write_text("older")
    trimming = asyncio.create_task(logfiles.trim([log], largest=10, every_s=0.01))
    await until(lambda: asyncio.sleep(0, log.stat().st_size == 0), "a shorter log", 5)
    assert not (tmp_path / "agent.log.1").exists(), "half a copy is no use"
    log.write_text("y" * 100)
    await until(lambda: asyncio.sleep(0, log.stat().st_size == 0), "the next cut", 5)
    assert not trimming.done()
    trimming.cancel()


async def test_a_process_that_cannot_be_started_is_started_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ready(_: object) -> Readiness:
        return Readiness(True)

    command = (sys.executable, "-c", "import time; time.sleep(600)")
    spec = Spec("sleeper", command, {}, 0, "", tmp_path / "logs" / "sleeper.log", ready)
    supervisor = Supervisor([[spec]], lambda _: None)
    await supervisor.start()
    try:
        logs = tmp_path / "logs"
        logs.rename(tmp_path / "away")  # no log can be opened, as on a disk without inodes
        state = supervisor.states["sleeper"]
        supervisor.kill("sleeper", 9)
        await until(lambda: asyncio.sleep(0, "cannot be started" in state.detail), "a failure", 10)
        (tmp_path / "away").rename(logs)
        await supervisor.wait_ready("sleeper", 10)
        assert state.restarts >= 2
    finally:
        await supervisor.stop()


@pytest.mark.integration
async def test_a_state_that_cannot_be_written_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Stack(tmp_path, only=["clickhouse"]) as stack:
        write = StackState.write

        def full(*_: object) -> None:
            raise FULL

        monkeypatch.setattr(StackState, "write", full)
        before = stack.process("clickhouse").pid
        stack.kill("clickhouse")
        await asyncio.sleep(0.3)
        await stack.wait_ready("clickhouse", 60)
        assert stack.process("clickhouse").pid != before, "started again all the same"
        monkeypatch.setattr(StackState, "write", write)
        text = f'"pid": {stack.process("clickhouse").pid}'
        await until(lambda: asyncio.to_thread(_has, stack.state_path, text), "the state", 10)


@pytest.mark.integration
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_rows_that_have_no_room_are_not_acknowledged(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.faults.full_disk_insert", str(tmp_path)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "0 acknowledged", "1 refused: 243", "2 refused: 243", "3 acknowledged", "stored: [0,3]",
    ]  # fmt: skip


def _has(path: Path, text: str) -> bool:
    return text in path.read_text()
