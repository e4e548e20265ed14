"""Starts the gateway: ``python -m gateway.app``; ``--check`` only checks the environment."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import socket
import sys
from collections.abc import Sequence

import uvicorn
from pydantic import ValidationError

from gateway.check import problems
from gateway.db.store import open_store
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

_STOP_WITHIN_S = 5


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
    listener = _listen(gateway)
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
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(services),
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=gateway.trusted_proxies,
            timeout_graceful_shutdown=_STOP_WITHIN_S,
        )
    )
    # uvicorn stops on these signals and raises them again at the end: then they must be harmless.
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: None)
    host, port = listener.getsockname()[:2]
    logger.info("listening", extra={"host": host, "port": port})
    collecting = asyncio.create_task(collect_by_the_clock())
    try:
        await server.serve(sockets=[listener])
    finally:
        collecting.cancel()
        await health_server.stop()


def _listen(settings: GatewaySettings) -> socket.socket:
    """Return a listening socket.

    Raises:
        OSError: the address cannot be used; the message says which setting to change.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise OSError(
            f"{settings.host}:{settings.port} cannot be used ({error.strerror}): "
            "set VIVA_GATEWAY_PORT or VIVA_GATEWAY_HOST"
        ) from None
    listener.listen(128)
    listener.setblocking(False)
    return listener


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
