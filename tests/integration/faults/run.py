"""One run of the long fault suite: undisturbed scores first, then waves of copies under faults."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import clickhouse_connect

from deploy.demo.media import build
from deploy.demo.run import DEFAULT_ORDER, Gateway, interviews
from deploy.local import recording
from deploy.local.recording import Recorded, capture
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from schemas.topics import Process
from streams.runtime.producer import Producer
from tests.support import faults_clips
from tests.support.faults import Fault, Kind, plan
from tests.support.faults_check import Checker, Found, Row, differences, out_of_order, stored
from tests.support.faults_copies import Copier, Copy, publish
from tests.support.faults_inject import Injector, Outcome
from tests.support.faults_machine import Clocks, Disk
from tests.support.faults_memory import MemoryWatch
from tests.support.faults_records import poison
from tests.support.faults_watch import CommitWatch

COPIES = 14
"""Copies in a wave, all begun within ``WAVE_S`` seconds."""

WAVE_S = 8.0
SLOWEST = 0.5
"""The slowest copy takes half as long as its interview did, the fastest an eighth."""

_PATIENCE_S = 240.0
_LAST_S = 20.0
_AT_ONCE = 100

Say = Callable[[str], None]
Live = dict[tuple[str, int], Row]
"""Score rows by session and question."""


@dataclass
class Result:
    """What came of a run."""

    found: Found = field(default_factory=Found)
    copies: int = 0
    waves: int = 0
    scored: int = 0


class Run:
    """Everything that a run needs, on a stack that is ready."""

    def __init__(
        self,
        stack: Stack,
        seed: int,
        folder: Path,
        say: Say,
        disk: Disk | None,
        clocks: Clocks,
    ) -> None:
        self.stack = stack
        self.seed = seed
        self.say = say
        self.watch = CommitWatch(stack.kafka)
        self.injector = Injector(stack, self.watch, folder, self._outcome, disk, clocks)
        self.memory = MemoryWatch(stack)
        self.result = Result()
        self._published: list[Copy] = []
        self._without = frozenset() if disk else frozenset({Kind.DISK_FULL})
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())
        self._reader = reader
        self._checker = Checker(reader)

    def faults(self) -> Iterator[Fault]:
        """Yield the faults of this run from its first on."""
        return plan(self.seed, self._without)

    async def prepare(self, path: Path | None) -> Copier:
        """Hold or read interviews, replay each answer undisturbed, learn what is right.

        Args:
            path: a recording to use if it exists, and to write if it does not.
        """
        live: Live = {}
        if path is not None and await asyncio.to_thread(path.is_file):
            records = await asyncio.to_thread(lambda: list(recording.read(path)))
            self.say(f"{len(records)} records of interviews from {path}")
        else:
            records, live = await self._hold_or_make()
            if path is not None:
                await asyncio.to_thread(recording.write, path, records)
        copier = Copier(records, poison(), self.seed)
        copies = [
            copier.copy(original, delay_s=number * 0.4, pace=0.5)
            for number, original in enumerate(copier.originals)
        ]
        async with Producer(self.stack.kafka, Process.REPLAY) as producer:
            await publish(copies, producer, self.watch)
        await self._checker.learn(copies, _PATIENCE_S)
        for original in copier.originals:
            row = live.get((original.session, original.question))
            if row is not None and not original.poisoned:
                wrong = differences(self._checker.expected(original), row)
                assert not wrong, f"replayed undisturbed, {original} differs: {wrong}"
        self.say(f"undisturbed scores of {len(copies)} answers, poisoned ones among them")
        return copier

    async def _hold_or_make(self) -> tuple[list[Recorded], Live]:
        """Hold the interviews; where a busy machine cuts one off, make them from the same clips."""
        try:
            return await self._hold()
        except* Exception as errors:  # the run goes on without WebRTC, and says so
            self.say(f"[red]an interview broke off: {errors.exceptions[0]!r}[/]")
        self.say("interviews made from the candidates' clips instead, without WebRTC")
        return await asyncio.to_thread(faults_clips.interviews), {}

    async def _hold(self) -> tuple[list[Recorded], Live]:
        self.say("three interviews over WebRTC")
        media = await asyncio.to_thread(build, LocalSettings().cache_dir, lambda _: None)
        gateway = Gateway(self.stack.gateway_url, self.stack.api_key)
        try:
            held = await interviews(gateway, media, DEFAULT_ORDER)
        finally:
            await gateway.close()
        sessions = sorted(each.session for each in held)
        records = await capture(self.stack.kafka, frozenset(sessions))
        there = await asyncio.to_thread(stored, self._reader, sessions)
        return records, {(row["session"], row["question"]): row for row in there.scores}

    async def torture(self, copier: Copier, seconds: float) -> None:
        """Publish wave after wave for ``seconds`` while faults are injected, and check each."""
        until = time.monotonic() + seconds
        measuring = asyncio.create_task(self.memory.run())
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.injector.run(self.faults, until))
                group.create_task(self._waves(copier, until))
        finally:
            measuring.cancel()
            with suppress(asyncio.CancelledError):
                await measuring

    async def _waves(self, copier: Copier, until: float) -> None:
        async with Producer(self.stack.kafka, Process.REPLAY) as producer:
            checking: asyncio.Task[None] | None = None
            while time.monotonic() < until:
                copies = copier.wave(COPIES, WAVE_S, SLOWEST)
                while not out_of_order(copies):  # some must close before others that opened first
                    copies = copier.wave(COPIES, WAVE_S, SLOWEST)
                self.result.waves += 1
                self.result.copies += len(copies)
                await publish(copies, producer, self.watch)
                if checking is not None:
                    await checking
                checking = asyncio.create_task(self._check(self.result.waves, copies))
            if checking is not None:
                await checking
        await self._last_look()

    async def _check(self, wave: int, copies: list[Copy]) -> None:
        found = await self._checker.check(copies, _PATIENCE_S)
        self.result.scored += len(copies) - len(found.lost)
        for line in found.lines():
            self.say(f"[red]wave {wave}: {line}[/]")
        for name in found.lost:
            self.say(f"  {name} waits for {self.watch.still_open(name)[:5]}")
        self.result.found.add(found)
        if found.is_clean:
            self.say(f"wave {wave}: {len(copies)} copies as undisturbed")
        self.watch.forget(copy.name for copy in copies)
        self._published += [replace(copy, records=[]) for copy in copies]

    async def _last_look(self) -> None:
        """Look at all copies of the run once more: nothing may have changed since."""
        for at in range(0, len(self._published), _AT_ONCE):
            found = await self._checker.check(self._published[at : at + _AT_ONCE], _LAST_S)
            for line in found.lines():
                self.say(f"[red]at the end: {line}[/]")
            self.result.found.add(found)

    def _outcome(self, outcome: Outcome) -> None:
        took = "not recovered" if outcome.seconds is None else f"well after {outcome.seconds:.1f} s"
        line = f"#{outcome.fault.number} {outcome.fault}: {took} {outcome.reason}".rstrip()
        self.say(line if outcome.seconds is not None else f"[red]{line}[/]")
