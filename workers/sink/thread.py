"""A thread for blocking calls that does not hold up the end of the process."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class CallThread:
    """Runs calls one after the other in a daemon thread.

    An executor's threads are joined when the interpreter ends: a call that hangs on a server that
    does not answer would keep the process alive long after SIGTERM. A daemon thread is left behind.
    """

    def __init__(self, name: str) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    async def run(self, call: Callable[[], T]) -> T:
        """Run ``call`` after those before it and return its result or raise its error.

        If the caller is cancelled the call goes on, and calls after it wait for it.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def work() -> None:
            try:
                result = call()
            except BaseException as error:  # the caller decides
                _hand_over(loop, future, future.set_exception, error)
            else:
                _hand_over(loop, future, future.set_result, result)

        self._calls.put(work)
        return await future

    def stop(self) -> None:
        """End the thread after the calls that wait."""
        self._calls.put(None)

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            call()


def _hand_over(
    loop: asyncio.AbstractEventLoop,
    future: asyncio.Future[T],
    finish: Callable[[Any], None],
    value: object,
) -> None:
    def finish_once() -> None:
        if not future.done():
            finish(value)

    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(finish_once)
