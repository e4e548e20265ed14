"""The injector on processes that only sleep: what it does, in which order, and what it tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import aiohttp
import pytest

from deploy.local import state
from deploy.local.processes import NAMES, Readiness
from deploy.local.stack import Stack
from deploy.local.state import ProcessState
from tests.support import faults_inject
from tests.support.faults import Fault, Kind
from tests.support.faults_inject import Injector, Outcome
from tests.support.faults_watch import CommitWatch


class Sleepers:
    """As much of a stack as the injector sees; a process that is killed is started again."""

    names = NAMES

    def __init__(self) -> None:
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self.signals: list[tuple[str, int]] = []
        for name in self.names:
            self._start(name)

    def _start(self, name: str) -> None:
        command = [sys.executable, "-c", "import time; time.sleep(600)"]
        self._children[name] = subprocess.Popen(command)

    def process(self, name: str) -> ProcessState:
        pid = self._children[name].pid
        return ProcessState(name, pid=pid, created=state.created(pid), condition="ready")

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        self.signals.append((name, number))
        os.kill(self._children[name].pid, number)
        if number == signal.SIGKILL:
            self._children[name].wait()
            self._start(name)

    async def restart(self, name: str) -> None:
        if name == "clickhouse":
            raise RuntimeError("it does not come back")
        self.kill(name)

    def health_url(self, name: str) -> str:
        return f"http://{name}"

    def stop(self) -> None:
        for child in self._children.values():
            child.kill()
            child.wait()


@pytest.fixture
def sleepers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sleepers]:
    async def ready(_: aiohttp.ClientSession, __: str) -> Readiness:
        return Readiness(True)

    monkeypatch.setattr(faults_inject, "ask", ready)
    found = Sleepers()
    yield found
    found.stop()


async def inject(sleepers: Sleepers, folder: Path, faults: list[Fault]) -> dict[int, Outcome]:
    watch = cast("CommitWatch", type("Watch", (), {"dead": {}}))
    outcomes: list[Outcome] = []
    injector = Injector(cast("Stack", sleepers), watch, folder, outcomes.append)
    await injector.run(lambda: iter(faults), time.monotonic() + 60)
    assert injector.outcomes == outcomes
    assert not injector.under_way
    return {each.fault.number: each for each in outcomes}


async def test_faults_happen_and_are_recovered_from(sleepers: Sleepers, tmp_path: Path) -> None:
    faults = [
        Fault(1, Kind.KILL, "stt", 0, 0.1),
        Fault(2, Kind.STOP, "voice", 0.5, 0.1),
        Fault(3, Kind.KAFKA_FREEZE, "kafka", 0.5, 0.1),
        Fault(4, Kind.KAFKA_RESTART, "kafka", 0, 0.1),
        Fault(5, Kind.CLICKHOUSE_KILL, "clickhouse", 0, 0.1),
        Fault(6, Kind.KILL, "stt", 0, 0.1),
    ]
    outcomes = await inject(sleepers, tmp_path, faults)
    assert sorted(outcomes) == [1, 2, 3, 4, 5, 6]
    assert all(each.seconds is not None for each in outcomes.values())
    kill, stop, go_on = signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT
    assert [n for who, n in sleepers.signals if who == "kafka"] == [stop, go_on, kill]
    assert [n for who, n in sleepers.signals if who == "voice"] == [stop, go_on]
    assert [n for who, n in sleepers.signals if who == "stt"] == [kill, kill]


async def test_a_fault_that_cannot_be_undone_is_told(sleepers: Sleepers, tmp_path: Path) -> None:
    faults = [
        Fault(1, Kind.CLICKHOUSE_RESTART, "clickhouse", 0, 0),
        Fault(2, Kind.KILL, "stt", 0, 0),
    ]
    outcomes = await inject(sleepers, tmp_path, faults)
    assert outcomes[1].seconds is None
    assert "does not come back" in outcomes[1].reason
    assert outcomes[2].seconds is not None


async def test_nothing_begins_after_the_end(sleepers: Sleepers, tmp_path: Path) -> None:
    watch = cast("CommitWatch", type("Watch", (), {"dead": {}}))
    injector = Injector(cast("Stack", sleepers), watch, tmp_path, lambda _: None)
    late = [Fault(1, Kind.KILL, "stt", 0, 5.0)]
    await injector.run(lambda: iter(late), time.monotonic() + 0.2)
    assert injector.outcomes == []
    assert sleepers.signals == []
