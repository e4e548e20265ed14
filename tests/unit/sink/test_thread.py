from __future__ import annotations

import asyncio
import threading

import pytest

from workers.sink.thread import CallThread


async def test_calls_run_in_order_and_give_their_results() -> None:
    thread = CallThread("test")
    order: list[int] = []

    def call(number: int) -> int:
        order.append(number)
        return number * 2

    found = await asyncio.gather(*(thread.run(lambda n=n: call(n)) for n in range(5)))  # type: ignore[misc]
    assert found == [0, 2, 4, 6, 8]
    assert order == [0, 1, 2, 3, 4]
    thread.stop()


async def test_an_error_reaches_the_caller_and_the_thread_goes_on() -> None:
    thread = CallThread("test")

    def fail() -> None:
        raise LookupError("no")

    with pytest.raises(LookupError, match="no"):
        await thread.run(fail)
    assert await thread.run(lambda: 1) == 1
    thread.stop()


async def test_a_call_given_up_holds_up_the_next_not_the_caller() -> None:
    thread = CallThread("test")
    gate = threading.Event()
    stuck = asyncio.create_task(thread.run(gate.wait))
    await asyncio.sleep(0)
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    after = asyncio.create_task(thread.run(lambda: "after"))
    await asyncio.sleep(0)
    assert not after.done()
    gate.set()
    assert await after == "after"
    thread.stop()


def test_a_call_that_hangs_does_not_keep_the_process() -> None:
    threads = threading.enumerate()
    CallThread("test-daemon")
    (new,) = set(threading.enumerate()) - set(threads)
    assert new.daemon
