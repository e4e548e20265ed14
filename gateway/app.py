"""Starts the gateway: ``python -m gateway.app``; ``--check`` only checks the environment."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from gateway.check import problems
from gateway.db.store import open_store
from gateway.doors import listen, serve
from gateway.live.services import Services
from gateway.server import create_app
from schemas.settings import GatewaySettings, KafkaSettings, ProcessSettings
from schemas.topics import Process
from streams.runtime import logs
from streams.runtime.build import running_build
from streams.runtime.garbage import collect_by_the_clock, collect_rarely
from streams.runtime.health import Health, HealthServer
from streams.runtime.objects import FolderStore
from streams.runtime.process import describe
from streams.runtime.producer import Producer

logger = logging.getLogger(__name__)


def main(arguments: Sequence[str]) -> int:
    """Run the gateway and return its exit status."""
    parser = argparse.ArgumentParser(prog="viva gateway", description="WebRTC gateway")
    parser.add_argument("--check", action="store_true", help="check the environment, then exit")
    options = parser.parse_args(arguments)
    found: Sequence[str]
    try:
        process, kafka, gateway = ProcessSettings(), KafkaSettings(), GatewaySettings()
        found = problems(gateway)
    except ValidationError as error:
        found = [describe(each["loc"], each["msg"]) for each in error.errors()]
    if found:
        for problem in found:
            print(f"gateway: {problem}", file=sys.stderr)  # noqa: T201
        return 1
    if options.check:
        print("gateway: fit to run")  # noqa: T201
        return 0
    logs.configure(Process.GATEWAY.value, process.log_level)
    collect_rarely()
    try:
        asyncio.run(_serve(process, kafka, gateway))
    except OSError as error:
        logger.critical("cannot start", extra={"reason": str(error)})
        return 1
    return 0


async def _serve(process: ProcessSettings, kafka: KafkaSettings, gateway: GatewaySettings) -> None:
    plain, secure = listen(gateway)
    health = Health(Process.GATEWAY, running_build(process.build))
    health_server = HealthServer(health, process.health_host, process.health_port)
    await health_server.start()
    services = Services(
        settings=gateway,
        kafka=kafka,
        health=health,
        producer=Producer(kafka, Process.GATEWAY, linger_ms=0),  # media waits for company before
        store=open_store(gateway.database_url, process.data_dir),
        objects=FolderStore(process.objects),
    )
    # uvicorn stops on these signals and raises them again at the end: then they must be harmless.
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: None)
    for scheme, listener in (("http", plain), ("https", secure)):
        if listener is not None:
            host, port = listener.getsockname()[:2]
            logger.info("listening", extra={"scheme": scheme, "host": host, "port": port})
    collecting = asyncio.create_task(collect_by_the_clock())
    try:
        await serve(create_app(services), gateway, plain, secure)
    finally:
        collecting.cancel()
        await health_server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
