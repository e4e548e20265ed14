"""Runs the sink: ``python -m workers.sink``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import suppress

from schemas.settings import ClickHouseSettings, SinkSettings
from schemas.topics import Process
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.process import Context, main
from workers.sink.clickhouse import ClickHouseStore
from workers.sink.sink import Sink

_LAST_FLUSH_S = 3.0

_SWITCH_S = 0.0005
"""Seconds after which the event loop's thread gives the interpreter up. With Python's own 5 ms the
inserting thread waits that long after every answer of ClickHouse, nine times a batch, while the
next batch is read."""


async def serve(context: Context) -> None:
    """Write events and scores to ClickHouse."""
    sys.setswitchinterval(_SWITCH_S)
    store = ClickHouseStore(ClickHouseSettings())
    opening = asyncio.create_task(context.health.persist(lambda: _open(store)))
    stopping = asyncio.create_task(context.stop.wait())
    await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        opening.cancel()
        return
    stopping.cancel()
    dead_letters = DeadLetters(context.producer, Process.SINK)
    version, deleted = opening.result()
    sink = Sink(store, SinkSettings(), context.health, dead_letters, deleted)
    context.health.ready(detail=version)
    flushing = asyncio.create_task(sink.flush_forever())
    consuming = asyncio.create_task(context.consumer(sink, max_records=1000).run(context.stop))
    done, _ = await asyncio.wait({flushing, consuming}, return_when=asyncio.FIRST_COMPLETED)
    flushing.cancel()
    if consuming not in done:
        consuming.cancel()
    for task in done:
        task.result()  # a fault here ends the process, which is started again
    with suppress(TimeoutError):
        # what is not inserted now is read again after the next start
        await asyncio.wait_for(sink.flush(), _LAST_FLUSH_S)
    with suppress(TimeoutError):
        await asyncio.wait_for(store.close(), 1)


async def _open(store: ClickHouseStore) -> tuple[str, set[str]]:
    """Return the store's version and the deleted sessions, of which nothing is to be left."""
    version, deleted = await store.open(), await store.deleted()
    await store.erase(deleted)
    return version, deleted


def check() -> Sequence[str]:
    """Return what is wrong with this process's settings."""
    ClickHouseSettings()
    SinkSettings()
    return []


if __name__ == "__main__":
    sys.exit(main(Process.SINK, serve, check, sys.argv[1:]))
