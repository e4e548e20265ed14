"""How often Python looks for cycles."""

from __future__ import annotations

import asyncio
import gc

EVERY_S = 30.0


def collect_rarely() -> None:
    """Spare the garbage collector what it would look through in vain.

    Records, events, packets and rows hold no cycles: their reference counts free them. Thousands
    that are held while an answer or a batch is open would have the collector go through all of them
    and all modules, again and again, for a tenth of the processor's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


async def collect_by_the_clock(every_s: float = EVERY_S) -> None:
    """Collect every ``every_s`` seconds, for ever.

    Cycles do come about, in libraries and where an exception meets its frame. Counted by objects
    they would be let lie for hours, or until they are a quarter of all objects, and a process would
    seem to grow. What is there at the start is frozen, so there is little to look through.
    """
    gc.collect()
    gc.freeze()
    while True:
        await asyncio.sleep(every_s)
        gc.collect()
