"""Starts processes in order, restarts what crashes, stops everything in reverse."""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain

import aiohttp

from deploy.local import state
from deploy.local.errors import LocalError
from deploy.local.guard import Guard
from deploy.local.logfiles import keep_previous, tail, trim
from deploy.local.priority import give_way
from deploy.local.processes import Spec
from deploy.local.settings import CHECKOUT
from deploy.local.state import ProcessState
from streams.runtime.backoff import delays

logger = logging.getLogger(__name__)

_STABLE_S = 10.0
"""A process that was ready this long starts over with the shortest back-off: what ends sooner again
and again is broken and waits longer each time, what was killed now and then is back at once."""

_START_ATTEMPTS = 3


async def _ended(child: subprocess.Popen[bytes]) -> int:
    """Wait for the end of ``child`` and return its exit status."""
    while (code := child.poll()) is None:  # noqa: ASYNC110 - nothing tells us but asking
        await asyncio.sleep(0.05)
    return code


class Managed:
    """One process and what is known of it."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.state = ProcessState(spec.name, spec.port, spec.health)
        self.child: subprocess.Popen[bytes] | None = None
        self.watcher: asyncio.Task[None] | None = None
        self.wanted = False


def _is_up(managed: Managed) -> bool:
    child = managed.child
    return managed.state.condition == "ready" and child is not None and child.poll() is None


class Supervisor:
    """Runs ``stages`` of processes.

    Args:
        stages: what starts together; a stage begins when the one before is ready.
        changed: called after every change of a process's state.
    """

    def __init__(
        self, stages: Sequence[Sequence[Spec]], changed: Callable[[ProcessState], None]
    ) -> None:
        self._stages = [[Managed(spec) for spec in stage] for stage in stages]
        self._by_name = {each.spec.name: each for stage in self._stages for each in stage}
        self._changed = changed
        self._http: aiohttp.ClientSession | None = None
        self._guard = Guard()
        self._logs: asyncio.Task[None] | None = None

    @property
    def states(self) -> dict[str, ProcessState]:
        """The state of every process by name."""
        return {name: each.state for name, each in self._by_name.items()}

    async def start(self) -> None:
        """Start stage after stage and return when all are ready.

        Raises:
            LocalError: a process does not come up; everything is stopped again by ``stop``.
        """
        self._http = aiohttp.ClientSession()
        self._guard.start()
        paths = [each.spec.log for each in self._by_name.values()]
        self._logs = asyncio.create_task(trim(paths))
        for stage in self._stages:
            starting = [asyncio.create_task(self._start(each)) for each in stage]
            try:
                await asyncio.gather(*starting)
            finally:
                for task in starting:
                    task.cancel()

    async def stop(self) -> None:
        """Stop every process: the last stage, all between at once, then the first, which they need.

        Safe to call at any moment, twice too.
        """
        if self._logs is not None:
            self._logs.cancel()
        first, rest = self._stages[:1], self._stages[1:]
        between, last = rest[:-1], rest[-1:]
        for stages in (last, between, first):
            group = chain.from_iterable(stages)
            await asyncio.gather(*(self._stop(each) for each in group))
        if (guardian := self._guard.close()) is not None:
            await _ended(guardian)
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def start_one(self, name: str) -> None:
        """Start a process that was stopped and wait until it is ready."""
        await self._start(self._get(name))

    async def stop_one(self, name: str) -> None:
        """Stop a process; it stays down until ``start_one``."""
        await self._stop(self._get(name))

    def kill(self, name: str, number: int) -> None:
        """Send a signal to a process itself; if it dies of it, it is restarted."""
        child = self._get(name).child
        if child is not None and child.poll() is None:
            os.kill(child.pid, number)
            if number == signal.SIGKILL:
                child.wait()  # at once; who asks for readiness next must not see the dead one's

    async def wait_ready(self, name: str, timeout_s: float) -> None:
        """Wait until the process ``name`` is ready.

        Raises:
            LocalError: it is not, after ``timeout_s`` seconds.
        """
        managed = self._get(name)
        deadline = time.monotonic() + timeout_s
        while not _is_up(managed):
            if time.monotonic() > deadline:
                raise LocalError(f"{name} is not ready after {timeout_s:g} s")
            await asyncio.sleep(0.02)

    def _get(self, name: str) -> Managed:
        if name not in self._by_name:
            raise LocalError(f"no process {name!r} in this stack, only {', '.join(self._by_name)}")
        return self._by_name[name]

    async def _start(self, managed: Managed) -> None:
        managed.wanted = True
        keep_previous(managed.spec.log)
        retry = delays(0.5, 5.0)
        for attempt in range(1, _START_ATTEMPTS + 1):
            self._spawn(managed)
            if await self._until_ready(managed, managed.spec.start_s):
                break
            code = managed.child.returncode if managed.child else None
            if attempt == _START_ATTEMPTS or code is None:
                ended = "is not ready in time" if code is None else f"ended with {code}"
                raise LocalError(
                    f"{managed.spec.name} {ended}: {managed.state.detail}\n"
                    f"{tail(managed.spec.log)}\n(all of it is in {managed.spec.log})"
                )
            await asyncio.sleep(next(retry))
        if managed.spec.after is not None:
            await managed.spec.after()
        self._set(managed, "ready")
        managed.watcher = asyncio.create_task(self._watch(managed))

    def _spawn(self, managed: Managed) -> None:
        spec = managed.spec
        with spec.log.open("ab") as log:
            # Not asyncio's: a cancellation in the middle of it would lose a running child.
            managed.child = subprocess.Popen(  # noqa: S603
                spec.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(spec.env),
                cwd=CHECKOUT,
                start_new_session=True,
            )
        if spec.nice:
            give_way(managed.child.pid, spec.nice)
        managed.state.pid = managed.child.pid
        managed.state.created = state.created(managed.child.pid)
        self._guard.watch(managed.child.pid)
        self._set(managed, "starting")

    async def _until_ready(self, managed: Managed, limit_s: float) -> bool:
        """Wait for readiness; False when the process ended or the time is over."""
        assert self._http is not None  # noqa: S101 - made by start
        assert managed.child is not None  # noqa: S101 - made by _spawn
        began = time.monotonic()
        while time.monotonic() - began < limit_s:
            if managed.child.poll() is not None:
                self._gone(managed)
                return False
            said = await managed.spec.probe(self._http)
            managed.state.detail, managed.state.device = said.detail, said.device
            if said.ready and managed.child.poll() is None:
                managed.state.seconds = round(time.monotonic() - began, 2)
                return True
            await asyncio.sleep(0.1)
        return False

    async def _watch(self, managed: Managed) -> None:
        """Restart the process as often as it ends while it is wanted."""
        waits = delays(0.2, 30.0)
        while managed.wanted:
            assert managed.child is not None  # noqa: S101 - watched after its start
            began = time.monotonic()
            code = await _ended(managed.child)
            self._gone(managed)
            if not managed.wanted:
                return
            if time.monotonic() - began > _STABLE_S:
                waits = delays(0.2, 30.0)
            await self._spawn_again(managed, f"ended with {code}", waits)
            if await self._until_ready(managed, math.inf):
                self._set(managed, "ready")

    async def _spawn_again(self, managed: Managed, reason: str, waits: Iterator[float]) -> None:
        """Wait, then start the process; as long as the machine cannot start one, wait longer."""
        for wait in waits:
            managed.state.detail = f"{reason}, again in {wait:.1f} s"
            self._set(managed, "backoff")
            logger.warning(
                "process ended",
                extra={"child": managed.spec.name, "reason": reason, "wait_s": wait},
            )
            await asyncio.sleep(wait)
            managed.state.restarts += 1
            try:
                self._spawn(managed)
            except OSError as error:  # no memory, no process to be had, no room for a log
                reason = f"cannot be started: {error}"
            else:
                return

    async def _stop(self, managed: Managed) -> None:
        managed.wanted = False
        child = managed.child
        if child is not None and child.poll() is None:
            with suppress(ProcessLookupError):
                child.terminate()
            try:
                await asyncio.wait_for(_ended(child), managed.spec.stop_s)
            except TimeoutError:
                logger.warning("process killed", extra={"child": managed.spec.name})
                with suppress(ProcessLookupError):
                    child.kill()
                await _ended(child)
        if managed.watcher is not None:
            managed.watcher.cancel()
            with suppress(asyncio.CancelledError):
                await managed.watcher
            managed.watcher = None
        # The watcher may have been starting another one just now.
        if managed.child is not None and managed.child is not child:
            with suppress(ProcessLookupError):
                managed.child.kill()
            await _ended(managed.child)
        if managed.child is not None:
            self._gone(managed)
            managed.state.detail = ""
            self._set(managed, "stopped")
            managed.child = None

    def _gone(self, managed: Managed) -> None:
        """Sweep what the ended process may have left in its group (a pool's children)."""
        if managed.child is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(managed.child.pid, signal.SIGKILL)
            self._guard.forget(managed.child.pid)

    def _set(self, managed: Managed, condition: state.Condition) -> None:
        managed.state.condition = condition
        self._changed(managed.state)
