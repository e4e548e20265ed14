"""What a running stack writes down, for ``viva status``, ``viva down`` and the next start."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import psutil

from deploy.local.errors import LocalError

Phase = Literal["starting", "ready", "stopping", "stopped"]
Condition = Literal["starting", "ready", "backoff", "stopped"]


@dataclass(slots=True)
class ProcessState:
    """One process of the stack. ``created`` (epoch seconds) tells a pid from its reuse."""

    name: str
    port: int = 0
    health: str = ""
    pid: int = 0
    created: float = 0.0
    condition: Condition = "stopped"
    device: str = ""
    seconds: float = 0.0
    restarts: int = 0
    detail: str = ""


@dataclass(slots=True)
class StackState:
    """A whole stack. ``started_at`` is epoch seconds; ``https``: where phones find the pages."""

    pid: int
    created: float
    build: str
    phase: Phase = "starting"
    started_at: float = field(default_factory=time.time)
    ports: dict[str, int] = field(default_factory=dict)
    https: list[str] = field(default_factory=list)
    processes: dict[str, ProcessState] = field(default_factory=dict)
    error: str = ""

    def write(self, path: Path) -> None:
        """Replace ``path`` in one step: a reader sees the old or the new state, never half."""
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(self), indent=1))
        part.replace(path)


def read(path: Path) -> StackState | None:
    """Return the state in ``path``, or None without one."""
    try:
        data = json.loads(path.read_text())
        processes = {name: ProcessState(**each) for name, each in data.pop("processes").items()}
        return StackState(**data, processes=processes)
    except (OSError, ValueError, TypeError, KeyError):
        return None


def created(pid: int) -> float:
    """Return when the process ``pid`` was created (epoch seconds), 0 if it is gone."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def children(pid: int) -> list[int]:
    """Return the pids of the children of ``pid``."""
    try:
        return [each.pid for each in psutil.Process(pid).children()]
    except psutil.Error:
        return []


def is_alive(pid: int, created_at: float) -> bool:
    """Whether ``pid`` is still the process that was created then, and not a zombie."""
    try:
        process = psutil.Process(pid)
        return (
            abs(process.create_time() - created_at) < 1.0
            and process.status() != psutil.STATUS_ZOMBIE
        )
    except psutil.Error:
        return False


@contextmanager
def only_one(data_dir: Path) -> Iterator[None]:
    """Hold the data directory; the kernel lets go of it however we end.

    Raises:
        LocalError: another stack runs in it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalError(
                f"a stack already runs in {data_dir}: `viva status` shows it, `viva down` stops "
                "it, and VIVA_DATA_DIR names another place"
            ) from None
        yield


def is_free(data_dir: Path) -> bool:
    """Whether a stack could start in ``data_dir`` now."""
    try:
        with only_one(data_dir):
            return True
    except LocalError:
        return False


def sweep(state: StackState, grace_s: float = 5.0) -> list[str]:
    """End what a supervisor that died has left behind; return the names."""
    left = [each for each in state.processes.values() if is_alive(each.pid, each.created)]
    for number, patience in ((signal.SIGTERM, grace_s), (signal.SIGKILL, 2.0)):
        for each in left:
            if is_alive(each.pid, each.created):
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(each.pid, number)
        deadline = time.monotonic() + patience
        while any(is_alive(p.pid, p.created) for p in left) and time.monotonic() < deadline:
            time.sleep(0.05)
    return [each.name for each in left]
