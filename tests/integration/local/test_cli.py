"""The command ``viva`` as a person uses it: words, exit status, nothing left running."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local import state
from deploy.local.settings import CHECKOUT

pytestmark = pytest.mark.integration

COMMAND = [sys.executable, "-m", "deploy.local.cli"]


class Viva:
    """Runs ``viva`` in a data directory of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.env = {
            **os.environ, "VIVA_DATA_DIR": str(data_dir), "VIVA_KAFKA_PORT": "0",
            "VIVA_CLICKHOUSE_PORT": "0", "VIVA_GATEWAY_PORT": "0",
        }  # fmt: skip

    def __call__(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments], capture_output=True, text=True, check=False, cwd=CHECKOUT,
            env=self.env | env, timeout=200,
        )  # fmt: skip

    @property
    def state(self) -> state.StackState:
        found = state.read(self.data_dir / "state.json")
        assert found is not None
        return found


@pytest.fixture
def viva(tmp_path: Path) -> Iterator[Viva]:
    command = Viva(tmp_path / "data")
    yield command
    if (command.data_dir / "state.json").exists():
        command("down")


def ended(pid: int, created: float) -> bool:
    """Whether the supervisor's process goes: its interpreter needs a moment after its work."""
    deadline = time.monotonic() + 20
    while state.is_alive(pid, created) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not state.is_alive(pid, created)


@pytest.mark.requirement("run-build")
def test_up_status_down(viva: Viva) -> None:
    up = viva("up", "--detach", "--only", "clickhouse")
    assert up.returncode == 0, up.stderr
    assert "clickhouse  ready" in up.stdout
    assert viva("up", "--detach").returncode == 1, "one data directory has one stack"

    status = viva("status", "--json")
    assert status.returncode == 0, status.stderr
    said = json.loads(status.stdout)
    (process,) = said["processes"]
    assert (process["name"], process["condition"], process["device"]) == (
        "clickhouse", "ready", "cpu",
    )  # fmt: skip
    assert said["build"]
    assert process["build"] == said["build"]
    assert httpx.get(process["health"] + "/readyz").json()["build"] == said["build"]

    running = viva.state
    running.build = "0123456789"
    running.write(viva.data_dir / "state.json")
    assert "is not the checkout's" in viva("status").stdout

    os.kill(process["pid"], signal.SIGSTOP)
    try:
        frozen = viva("status")
        assert frozen.returncode == 1
        assert "waiting" in frozen.stdout
        assert "does not answer" in frozen.stdout
    finally:
        os.kill(process["pid"], signal.SIGCONT)

    down = viva("down")
    assert (down.returncode, down.stdout) == (0, "stopped\n")
    assert not any(state.is_alive(each.pid, each.created) for each in running.processes.values())
    assert state.is_free(viva.data_dir), "the next `viva up` need not wait"
    assert ended(running.pid, running.created)
    assert viva("status").returncode == 3
    assert viva("down").returncode == 0


def test_down_ends_what_a_killed_supervisor_and_guardian_left(viva: Viva) -> None:
    assert viva("up", "--detach", "--only", "clickhouse").returncode == 0
    running = viva.state
    # The guardian first: it would end the others as soon as the supervisor is gone.
    for pid in (*state.children(running.pid), running.pid):
        if pid not in {each.pid for each in running.processes.values()}:
            os.kill(pid, signal.SIGKILL)
    (process,) = running.processes.values()
    assert state.is_alive(process.pid, process.created)
    down = viva("down")
    assert down.stdout == "stopped what was left: clickhouse\n"
    assert not state.is_alive(process.pid, process.created)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_up_cleanly(viva: Viva, number: signal.Signals) -> None:
    with subprocess.Popen(
        [*COMMAND, "up", "--only", "clickhouse"], cwd=CHECKOUT, env=viva.env, text=True,
        stdout=subprocess.PIPE,
    ) as up:  # fmt: skip
        assert up.stdout is not None
        for line in up.stdout:
            if line.startswith("up in"):
                break
        up.send_signal(number)
        rest = up.stdout.read()
        assert up.wait(60) == 0
    assert "clickhouse  stopped" in rest
    found = viva.state
    assert found.phase == "stopped"
    assert not any(state.is_alive(each.pid, each.created) for each in found.processes.values())


def test_a_taken_port_is_one_line_that_names_it(viva: Viva) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        up = viva("up", "--only", "clickhouse", "--clickhouse-port", port)
    assert up.returncode == 1
    assert f"port {port} is taken" in up.stderr
    assert "VIVA_CLICKHOUSE_PORT" in up.stderr
    assert "Traceback" not in up.stderr + up.stdout


@pytest.mark.parametrize(
    ("arguments", "env", "code", "words"),
    [
        (["report", "s_1"], {}, 3, "no stack runs"),
        (["report", "not/an/id"], {}, 1, "a session id has"),
        (["replay", "dead-letters"], {}, 3, "no stack runs"),
        (["up", "--only", "kafak"], {}, 1, "no process 'kafak'"),
        (["up", "--gateway-port", "99999"], {}, 2, "--gateway-port"),
        (["status"], {"VIVA_KAFKA_PORT": "many"}, 2, "VIVA_KAFKA_PORT"),
        (["nonsense"], {}, 2, "nonsense"),
    ],
)
def test_a_mistake_is_a_line_and_no_stack_trace(
    viva: Viva, arguments: list[str], env: dict[str, str], code: int, words: str
) -> None:
    done = viva(*arguments, **env)
    assert done.returncode == code, done.stderr
    assert words in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_every_command_explains_itself(viva: Viva) -> None:
    listed = viva("--help").stdout
    for name in ("up", "down", "status", "doctor", "report", "replay", "demo"):
        assert name in listed
    assert "0 takes any free one" in " ".join(viva("up", "--help").stdout.split())


def test_doctor_says_what_is_missing_and_how_to_get_it(viva: Viva, tmp_path: Path) -> None:
    empty = viva("doctor", VIVA_CACHE_DIR=str(tmp_path / "empty"))
    assert empty.returncode == 1
    assert "0 of 46 jars" in empty.stdout
    assert "python -m deploy.local.kafka install" in empty.stdout
    assert "python -m deploy.models install" in empty.stdout
    assert "Traceback" not in empty.stderr
    began = time.monotonic()
    whole = viva("doctor")
    assert whole.returncode == 0, whole.stdout
    assert "46 of 46 jars" in whole.stdout
    assert time.monotonic() - began < 100
