"""Work that goes on while the next records are read."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from streams.runtime.partition import Partition


class InFlight:
    """Tasks by the partition of their record, at most ``most`` at a time.

    Their units hold the commit: what is given up is read again.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0
        self._freed = asyncio.Event()
        self._tasks: dict[Partition, set[asyncio.Task[None]]] = {}

    @property
    def is_full(self) -> bool:
        """Whether no more may be started."""
        return self._count >= self._most

    async def room(self) -> None:
        """Wait until another one may be started."""
        while self.is_full:
            self._freed.clear()
            await self._freed.wait()

    def start(self, partition: Partition, work: Coroutine[object, object, None]) -> None:
        """Begin ``work`` on a record of ``partition``, whose unit is open."""
        self._count += 1
        tasks = self._tasks.setdefault(partition, set())
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(lambda done: self._finished(tasks, done))

    async def give_up(self, partition: Partition) -> None:
        """Cancel what is in work for ``partition``: its next owner does it again."""
        tasks = self._tasks.pop(partition, set())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Cancel everything."""
        for partition in list(self._tasks):
            await self.give_up(partition)

    def _finished(self, tasks: set[asyncio.Task[None]], task: asyncio.Task[None]) -> None:
        tasks.discard(task)
        self._count -= 1
        self._freed.set()
