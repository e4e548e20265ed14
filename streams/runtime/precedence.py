"""Work that is waited for goes first; what was done ahead meanwhile is begun anew."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class Precedence:
    """Who uses something that is quick for one at a time, such as a model on few threads.

    Calls that go ``first`` run at once. While there are any, none of those that go ``last`` runs:
    what one of them has begun is cancelled, and its call is made again later.
    """

    def __init__(self) -> None:
        self._first = 0
        self._clear = asyncio.Event()
        self._clear.set()
        self._last: set[asyncio.Future[Any]] = set()

    async def first(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return what ``call`` returns, or raise what it raises."""
        self._first += 1
        self._clear.clear()
        for each in self._last:
            each.cancel()
        try:
            return await call()
        finally:
            self._first -= 1
            if not self._first:
                self._clear.set()

    async def last(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return what ``call`` returns in the end, or raise what it raises."""
        while True:
            while self._first:  # one that goes first may be here again before this is woken
                await self._clear.wait()
            begun = asyncio.ensure_future(call())
            self._last.add(begun)
            try:
                await asyncio.wait({begun})
            except asyncio.CancelledError:
                begun.cancel()
                await asyncio.gather(begun, return_exceptions=True)
                raise
            finally:
                self._last.discard(begun)
            if not begun.cancelled():
                return begun.result()
