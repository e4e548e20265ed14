"""``python -m deploy.local.clickhouse``: serve the embedded engine."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

os.environ["TZ"] = "UTC"  # before the engine reads it: times in reports are UTC everywhere

from aiohttp import web
from pydantic import ValidationError

from deploy.local.clickhouse.engine import Engine
from deploy.local.clickhouse.errors import ClickHouseError
from deploy.local.clickhouse.server import Server
from deploy.local.clickhouse.settings import ServerSettings
from schemas.settings import ProcessSettings
from streams.runtime import logs
from streams.runtime.build import running_build
from streams.runtime.health import Health

logger = logging.getLogger("deploy.local.clickhouse")


async def _serve(settings: ServerSettings, process: ProcessSettings) -> None:
    health = Health("clickhouse", running_build(process.build))
    engine = Engine(settings.path or process.data_dir / "clickhouse", settings.readers)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(
        Server(engine, settings, health).app(),
        access_log=None,
        auto_decompress=False,
        shutdown_timeout=5.0,
    )
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        health.ready(detail=f"engine {engine.version}, port {runner.addresses[0][1]}")
        await stop.wait()
    finally:
        await runner.cleanup()
        await asyncio.get_running_loop().run_in_executor(None, engine.close)


def main() -> int:
    """Serve until SIGTERM; return the exit status."""
    try:
        settings, process = ServerSettings(), ProcessSettings()
    except ValidationError as error:
        for each in error.errors():
            print(f"clickhouse: {each['loc'][0]}: {each['msg']}", file=sys.stderr)  # noqa: T201
        return 1
    if not (
        settings.writer_password.get_secret_value() and settings.reader_password.get_secret_value()
    ):
        print(  # noqa: T201
            "clickhouse: set VIVA_CLICKHOUSE_WRITER_PASSWORD and VIVA_CLICKHOUSE_READER_PASSWORD",
            file=sys.stderr,
        )
        return 1
    if "--check" in sys.argv[1:]:
        print("clickhouse: fit to run")  # noqa: T201
        return 0
    logs.configure("clickhouse", process.log_level)
    try:
        asyncio.run(_serve(settings, process))
    except (OSError, ClickHouseError) as error:
        logger.critical("cannot start", extra={"reason": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
