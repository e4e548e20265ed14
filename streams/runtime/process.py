"""Starting and stopping a process the same way everywhere."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from pydantic import ValidationError

from schemas.settings import KafkaSettings, ProcessSettings
from schemas.topics import Process
from streams.runtime import logs
from streams.runtime.broker_watch import watch_broker
from streams.runtime.build import running_build
from streams.runtime.consumer import ConsumerLoop, OffsetLost, Service
from streams.runtime.garbage import collect_by_the_clock, collect_rarely
from streams.runtime.health import Health, HealthServer
from streams.runtime.producer import LINGER_MS, Producer

logger = logging.getLogger(__name__)

_PATIENCE = 7.0
"""Seconds that a process may take to stop by itself; with the farewells it stays below ten."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a running process has. ``stop`` is set by SIGTERM and SIGINT."""

    process: Process
    settings: ProcessSettings
    kafka: KafkaSettings
    health: Health
    producer: Producer
    stop: asyncio.Event

    def consumer(
        self, service: Service, max_records: int = 200, *, notes: bool = False
    ) -> ConsumerLoop:
        """Return the consumer loop of ``service``; ``notes``: it uses ``Partition.note``."""
        return ConsumerLoop(
            service,
            process=self.process,
            settings=self.kafka,
            producer=self.producer,
            health=self.health,
            max_records=max_records,
            notes=notes,
        )


Serve = Callable[[Context], Coroutine[object, object, None]]
"""Loads models, says ready, works until ``Context.stop`` is set."""

Check = Callable[[], Sequence[str]]
"""Returns what is wrong with this environment (imports, model files, settings): empty if fit."""


def main(
    process: Process,
    serve: Serve,
    check: Check,
    arguments: Sequence[str],
    *,
    linger_ms: int = LINGER_MS,
) -> int:
    """Run a process, or only check its environment with ``--check``; return the exit status.

    ``linger_ms`` is the producer's.
    """
    parser = argparse.ArgumentParser(
        prog=f"viva {process.value}", description=(serve.__doc__ or "").strip() or None
    )
    parser.add_argument(
        "--check", action="store_true", help="check imports, model files and settings, then exit"
    )
    options = parser.parse_args(arguments)
    try:
        settings, kafka = ProcessSettings(), KafkaSettings()
        problems = list(check())
    except ValidationError as error:
        problems = [describe(each["loc"], each["msg"]) for each in error.errors()]
    if problems:
        for problem in problems:
            print(f"{process.value}: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    if options.check:
        print(f"{process.value}: fit to run")  # noqa: T201
        return 0
    logs.configure(process.value, settings.log_level)
    collect_rarely()
    try:
        asyncio.run(_run(process, settings, kafka, serve, linger_ms))
    except OffsetLost as error:
        logger.critical("stopped", extra={"reason": str(error)})
        return 3
    except OSError as error:
        logger.critical("cannot start", extra={"reason": str(error)})
        return 1
    except Exception:
        logger.critical("stopped by an unexpected error", exc_info=True)
        return 1
    return 0


def describe(location: Sequence[object], message: str) -> str:
    """Return a settings error as one line that names the setting."""
    return f"setting {'.'.join(str(part) for part in location)}: {message}"


async def _run(
    process: Process,
    settings: ProcessSettings,
    kafka: KafkaSettings,
    serve: Serve,
    linger_ms: int,
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    health = Health(process, running_build(settings.build))
    async with AsyncExitStack() as stack:
        server = HealthServer(health, settings.health_host, settings.health_port)
        await server.start()
        stack.push_async_callback(server.stop)
        producer = Producer(kafka, process, linger_ms=linger_ms)
        health.waiting("kafka", "connecting")
        starting = asyncio.create_task(producer.start())
        stopping = asyncio.create_task(stop.wait())
        stack.callback(stopping.cancel)
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            starting.cancel()
            return
        await starting
        health.arrived("kafka")
        stack.push_async_callback(producer.stop)
        watching = asyncio.create_task(watch_broker(health, kafka.bootstrap))
        stack.callback(watching.cancel)
        collecting = asyncio.create_task(collect_by_the_clock())
        stack.callback(collecting.cancel)
        serving = asyncio.create_task(
            serve(Context(process, settings, kafka, health, producer, stop))
        )
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            await asyncio.wait({serving}, timeout=_PATIENCE)
        if not serving.done():
            logger.warning("did not stop in time and is cut off: its work is done again")
            serving.cancel()
            await asyncio.wait({serving}, timeout=1.0)
            return
        await serving
