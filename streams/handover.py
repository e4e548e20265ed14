"""Handing records from Faust's consumer to its agent without four tasks for each.

For every record Faust waits for two things at once, that the record is delivered and that a
rebalance suspends the flow, and makes tasks of both and of two more. That costs more than all that
we do with the record. Almost always the record can be put into the agent's queue at once: then
there is nothing to wait for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any

from faust.transport.drivers import aiokafka
from mode.services import Service, WaitResults


class Started:
    """The rest of a coroutine that has run up to where it first waits."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, Any]:
        waits_for = self._waits_for
        while True:
            try:
                try:
                    found = yield waits_for
                except BaseException as error:
                    waits_for = self._coroutine.throw(error)
                else:
                    waits_for = self._coroutine.send(found)
            except StopIteration as done:
                return done.value


class Prompt(Service):
    """A ``mode`` service that of two coroutines tries the first without waiting."""

    async def wait_first(self, *coros: Any, timeout: Any = None) -> WaitResults:
        """As the service's own: wait for the first of ``coros`` to end, cancel the others."""
        if len(coros) != 2 or timeout is not None or not all(map(asyncio.iscoroutine, coros)):
            return await super().wait_first(*coros, timeout=timeout)
        first, second = coros
        try:
            waits_for = first.send(None)
        except StopIteration as done:
            second.close()
            return WaitResults([first], [done.value], False)
        except BaseException:
            second.close()
            raise
        return await super().wait_first(Started(first, waits_for), second)


class Consumer(Prompt, aiokafka.Consumer):
    """Faust's consumer, handing over promptly."""


class Transport(aiokafka.Transport):
    """Faust's transport with that consumer."""

    Consumer = Consumer
