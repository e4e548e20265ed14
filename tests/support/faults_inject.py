"""Carries out planned faults on a stack and sees that each is recovered from."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil
from aiokafka.errors import KafkaError

from deploy.local.guard import Guard
from deploy.local.processes import KAFKA, ask
from deploy.local.stack import Stack
from deploy.local.state import is_alive
from tests.support import faults_records
from tests.support.faults import Fault, Kind
from tests.support.faults_machine import Clocks, Disk
from tests.support.faults_member import Member, is_settled
from tests.support.faults_records import Raw
from tests.support.faults_watch import CommitWatch

NEXT_S = 6.0
"""How long the next small fault waits for the one before to be recovered from."""

PATIENCE_S = 180.0
"""How long after a fault's end, and that of the others beside it, everything may take."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a fault. ``seconds`` until all was well again, None if it never was."""

    fault: Fault
    seconds: float | None
    reason: str = ""


class Injector:
    """Injects faults, one or two at a time, and only one that everybody feels.

    Args:
        stack: whose processes.
        watch: knows the dead letters.
        folder: where second members keep what they write.
        say: told each outcome.
        disk: the disk that the stack's data lies on, if it may be filled.
        clocks: the processes' clocks, if they can be set.
    """

    def __init__(
        self,
        stack: Stack,
        watch: CommitWatch,
        folder: Path,
        say: Callable[[Outcome], None],
        disk: Disk | None = None,
        clocks: Clocks | None = None,
    ) -> None:
        self._stack = stack
        self._watch = watch
        self._folder = folder
        self._say = say
        self._disk = disk
        self._clocks = clocks
        self._guard = Guard()
        self._heavy = False
        self._busy: dict[str, asyncio.Lock] = {}
        self.under_way: set[Fault] = set()
        self.outcomes: list[Outcome] = []

    async def run(self, plan: Callable[[], Iterator[Fault]], until: float) -> None:
        """Inject what ``plan`` yields until the monotonic time ``until``, and end all of it.

        What everybody feels comes one after the other; beside it come the others, each when the
        one before is recovered from or has been so long under way that it need not be waited for.
        """
        self._guard.start()
        try:
            async with asyncio.TaskGroup() as group:
                small = (fault for fault in plan() if not fault.is_heavy)
                heavy = (fault for fault in plan() if fault.is_heavy)
                for faults in (small, heavy):
                    group.create_task(self._lane(faults, until, group))
        finally:
            self._guard.close()

    async def _lane(self, faults: Iterator[Fault], until: float, group: asyncio.TaskGroup) -> None:
        for fault in faults:
            await asyncio.sleep(max(0.0, min(fault.gap, until - time.monotonic())))
            if time.monotonic() >= until:
                return
            task = group.create_task(self._see_through(fault))
            await asyncio.wait({task}, timeout=None if fault.is_heavy else NEXT_S)

    async def _see_through(self, fault: Fault) -> None:
        async with self._target(fault):
            self.under_way.add(fault)
            if fault.is_heavy:
                self._heavy = True
            try:
                outcome = await self._inject(fault)
            finally:
                self.under_way.discard(fault)
                if fault.is_heavy:
                    self._heavy = False
        self.outcomes.append(outcome)
        self._say(outcome)

    @asynccontextmanager
    async def _target(self, fault: Fault) -> AsyncIterator[None]:
        """Do the same to the same target one after the other; a kill may come at any moment."""
        if fault.kind is Kind.KILL:
            yield
            return
        async with self._busy.setdefault(f"{fault.kind}:{fault.target}", asyncio.Lock()):
            yield

    async def _inject(self, fault: Fault) -> Outcome:
        expected: list[str] = []
        try:
            expected = await self._apply(fault)
        except Exception as error:  # whatever it is, it is told in the end
            return Outcome(fault, None, f"{type(error).__name__}: {error}")
        ended = time.monotonic()
        while True:
            if self._heavy and not fault.is_heavy:
                ended = time.monotonic()  # nothing can get well while all feel another fault
            if not (waiting := await self._not_well(fault, expected)):
                return Outcome(fault, max(0.0, time.monotonic() - ended))
            if time.monotonic() - ended > PATIENCE_S:
                return Outcome(fault, None, f"{waiting} after {PATIENCE_S:.0f} s")
            await asyncio.sleep(0.1)

    # -- faults ----------------------------------------------------------------------------

    async def _apply(self, fault: Fault) -> list[str]:
        """Do it, to its end; return the places of records that must get into the dead letters."""
        stack, target = self._stack, fault.target
        match fault.kind:
            case Kind.KILL | Kind.KAFKA_KILL | Kind.CLICKHOUSE_KILL:
                await self._kill(target)
            case Kind.CHILD:
                _kill_child(stack.process(target).pid)
            case Kind.STOP | Kind.KAFKA_FREEZE | Kind.CLICKHOUSE_FREEZE:
                stack.kill(target, signal.SIGSTOP)
                try:
                    await asyncio.sleep(fault.seconds)
                finally:
                    stack.kill(target, signal.SIGCONT)
            case Kind.KAFKA_RESTART | Kind.CLICKHOUSE_RESTART:
                await stack.restart(target)
            case Kind.DISK_FULL:
                await self._fill(fault.seconds)
            case Kind.CLOCK:
                assert self._clocks is not None
                self._clocks.set(target, fault.amount)
                try:
                    await asyncio.sleep(fault.seconds)
                finally:
                    self._clocks.set(target, 0)
            case Kind.REBALANCE:
                await self._join_and_leave(fault)
            case Kind.POISON:
                return await self._send(faults_records.poisoned(f"p_{secrets.token_hex(8)}"))
            case Kind.OVERSIZE:
                return await self._too_large()
            case Kind.JUNK:
                choose = random.Random(fault.number)
                return await self._send(faults_records.junk(f"j_{secrets.token_hex(8)}", choose))
        return []

    async def _kill(self, name: str) -> None:
        """Kill a process that lives; one that is being started again is waited for."""
        while True:
            state = self._stack.process(name)
            if is_alive(state.pid, state.created):
                self._stack.kill(name)
                return
            await asyncio.sleep(0.1)

    async def _fill(self, seconds: float) -> None:
        assert self._disk is not None
        try:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                await asyncio.to_thread(self._disk.fill)
                await asyncio.sleep(0.3)
        finally:
            self._disk.free()

    async def _join_and_leave(self, fault: Fault) -> None:
        member = Member(self._stack, fault.target, self._folder, self._guard)
        member.start()
        try:
            with suppress(TimeoutError):  # with the broker away it does not get ready
                await asyncio.wait_for(member.wait_ready(), 60)
            await asyncio.sleep(fault.seconds)
        finally:
            await member.leave(int(-fault.amount))

    async def _too_large(self) -> list[str]:
        places = await self._send(faults_records.too_large(f"l_{secrets.token_hex(8)}"))
        while True:
            with suppress(KafkaError, OSError):
                refused = await faults_records.is_refused(self._stack.kafka)
                assert refused, "the broker took a record larger than it allows"
                return places
            await asyncio.sleep(0.5)

    async def _send(self, records: list[Raw]) -> list[str]:
        while True:
            with suppress(KafkaError, OSError):
                return await faults_records.send(self._stack.kafka, records)
            await asyncio.sleep(0.5)

    # -- being well again ------------------------------------------------------------------

    async def _not_well(self, fault: Fault, expected: Sequence[str]) -> str:
        """Return what is not well yet of what the fault touched, empty if all is."""
        if missing := [place for place in expected if place not in self._watch.dead]:
            return f"no dead letter of {missing[0]}"
        if fault.kind is Kind.REBALANCE and not await is_settled(self._stack, fault.target):
            return f"the group of {fault.target} is not settled"
        everybody = fault.is_heavy
        names = self._stack.names if everybody else (fault.target,)
        touched = {each.target for each in self.under_way if each is not fault}
        async with aiohttp.ClientSession() as http:
            for name in names:
                if name not in self._stack.names or (everybody and name in touched):
                    continue
                state = self._stack.process(name)
                if state.condition != "ready" or not is_alive(state.pid, state.created):
                    return f"{name} is {state.condition}: {state.detail}"
                if name != KAFKA:
                    said = await ask(http, f"{self._stack.health_url(name)}/readyz")
                    if not said.ready:
                        return f"{name} is not ready: {said.detail}"
        return ""


def _kill_child(parent: int) -> None:
    """Kill one working child of a pool with -9."""
    for child in psutil.Process(parent).children():
        if "spawn_main" in " ".join(child.cmdline()):
            os.kill(child.pid, signal.SIGKILL)
            return
