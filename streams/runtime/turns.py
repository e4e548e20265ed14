"""One after the other: who is waited for goes before who is not."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    """A lock whose ``last`` waiters get their turn when nobody else wants it."""

    def __init__(self) -> None:
        self._taken = False
        self._first: deque[asyncio.Future[None]] = deque()
        self._last: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def turn(self, *, last: bool = False) -> AsyncIterator[None]:
        """Wait for a turn and keep it while the block runs."""
        if self._taken:
            await self._wait(self._last if last else self._first)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, queue: deque[asyncio.Future[None]]) -> None:
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # it had just got its turn
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        for queue in (self._first, self._last):
            while queue:
                waiting = queue.popleft()
                if not waiting.done():
                    waiting.set_result(None)
                    return  # taken all the while: nobody gets in between
        self._taken = False
