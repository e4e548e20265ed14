"""The supervisor with processes that do nothing but say that they are ready."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import psutil
import pytest

from deploy.local.errors import LocalError
from deploy.local.ports import free_port
from deploy.local.processes import NAMES, STAGES, Spec, http_probe
from deploy.local.state import ProcessState
from deploy.local.supervisor import Supervisor

pytestmark = pytest.mark.integration

READY = """
import http.server, json, os, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"ready": True, "device": "cpu", "build": "b", "waiting_for": None})
        self.send_response(200); self.end_headers(); self.wfile.write(body.encode())
    def log_message(self, *_): pass
print("started", flush=True)
if os.fork() == 0:
    time.sleep(600)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
"""Has a child of its own, as a process pool has."""

Make = Callable[..., Spec]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def spec(name: str, script: str = READY, **more: float) -> Spec:
        port = free_port()
        return Spec(
            name, (sys.executable, "-S", "-c", script, str(port)), dict(os.environ), port,
            f"http://127.0.0.1:{port}", tmp_path / f"{name}.log",
            http_probe(f"http://127.0.0.1:{port}/readyz"), start_s=more.get("start_s", 30.0),
            stop_s=more.get("stop_s", 10.0),
        )  # fmt: skip

    return spec


@asynccontextmanager
async def supervised(*stages: list[Spec]) -> AsyncIterator[tuple[Supervisor, list[str]]]:
    seen: list[str] = []

    def note(process: ProcessState) -> None:
        seen.append(f"{process.name} {process.condition}")

    supervisor = Supervisor(stages, note)
    try:
        await supervisor.start()
        yield supervisor, seen
    finally:
        await supervisor.stop()


def _is_another(supervisor: Supervisor, name: str, pid: int) -> bool:
    return supervisor.states[name].pid != pid


def condition(supervisor: Supervisor, name: str) -> str:
    return supervisor.states[name].condition


async def until(true: Callable[[], object]) -> None:
    """Wait until ``true`` is, at most 20 seconds."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - the supervisor tells nobody
            await asyncio.sleep(0.02)


def group(pid: int) -> list[int]:
    """Return the pids in the process group ``pid``."""
    found = []
    for process in psutil.process_iter(["pid", "status"]):
        try:
            if os.getpgid(process.pid) == pid and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (psutil.Error, ProcessLookupError):
            continue
    return found


async def test_stages_start_in_order_and_stop_in_reverse(make: Make) -> None:
    async with supervised([make("a")], [make("b")], [make("c")]) as (supervisor, seen):
        assert seen == ["a starting", "a ready", "b starting", "b ready", "c starting", "c ready"]
        pids = [each.pid for each in supervisor.states.values()]
        assert all(len(group(pid)) == 2 for pid in pids)
        del seen[:]
    assert seen == ["c stopped", "b stopped", "a stopped"]
    assert [group(pid) for pid in pids] == [[], [], []], "children of children are gone too"


@pytest.mark.requirement("questions-warm")
def test_no_two_models_load_at_once_and_the_gateway_comes_last() -> None:
    models = {"vision", "voice", "stt"}
    assert all(len(stage) == 1 for stage in STAGES if models & set(stage))
    assert STAGES[-1] == ("gateway",)
    assert STAGES[0] == ("kafka", "clickhouse")
    assert len(set(NAMES)) == len(NAMES)


async def test_what_crashes_is_restarted_with_growing_waits(make: Make) -> None:
    async with supervised([make("a")]) as (supervisor, seen):
        pids = []
        for _ in range(3):
            pids.append(pid := supervisor.states["a"].pid)
            supervisor.kill("a", signal.SIGKILL)
            await until(partial(_is_another, supervisor, "a", pid))
            await supervisor.wait_ready("a", 20)
        assert len({*pids, supervisor.states["a"].pid}) == 4
        assert [each for each in seen if each == "a backoff"] == ["a backoff"] * 3
        assert [group(pid) for pid in pids] == [[], [], []]


async def test_a_process_that_was_stopped_stays_down_until_started(make: Make) -> None:
    async with supervised([make("a")], [make("b")]) as (supervisor, _):
        await supervisor.stop_one("a")
        await asyncio.sleep(0.5)
        assert condition(supervisor, "a") == "stopped"
        assert condition(supervisor, "b") == "ready"
        await supervisor.start_one("a")
        assert condition(supervisor, "a") == "ready"


async def test_one_that_ignores_sigterm_is_killed(make: Make) -> None:
    deaf = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + READY
    async with supervised([make("deaf", deaf, stop_s=0.5)]) as (supervisor, _):
        pid = supervisor.states["deaf"].pid
    assert group(pid) == []


async def test_one_that_never_comes_up_is_told_with_its_log(make: Make) -> None:
    broken = make("broken", "import sys; sys.exit('no such model')")
    with pytest.raises(LocalError, match=r"(?s)broken ended with 1.*no such model.*broken\.log"):
        async with supervised([make("a")], [broken]):
            pass


async def test_one_that_is_not_ready_in_time_is_told_with_its_reason(make: Make) -> None:
    slow = make("slow", READY.replace('"ready": True', '"ready": False, "detail": "no broker"'),
                start_s=1.5)  # fmt: skip
    with pytest.raises(LocalError, match=r"slow is not ready in time.*no broker"):
        async with supervised([slow]):
            pass


async def test_stopping_in_the_middle_of_a_start_leaves_nothing(make: Make) -> None:
    never = make("never", "import time; time.sleep(600)")
    supervisor = Supervisor([[make("a")], [never]], lambda _: None)
    starting = asyncio.create_task(supervisor.start())
    await until(lambda: supervisor.states["never"].pid)
    pids = [each.pid for each in supervisor.states.values()]
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    await supervisor.stop()
    assert [group(pid) for pid in pids] == [[], []]


async def test_logs_begin_anew_and_the_last_ones_are_kept(make: Make) -> None:
    spec = make("a")
    for _ in range(2):
        async with supervised([spec]):
            pass
    assert spec.log.read_text() == "started\n"
    assert spec.log.with_name("a.log.1").read_text() == "started\n"


async def test_nothing_to_supervise_stops_as_well() -> None:
    supervisor = Supervisor([], lambda _: None)
    await supervisor.start()
    await supervisor.stop()
    assert supervisor.states == {}
