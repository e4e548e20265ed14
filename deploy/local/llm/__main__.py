"""``python -m deploy.local.llm``: serve the model; ``--check``: is it fit to run."""

from __future__ import annotations

import asyncio
import importlib
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web
from pydantic import ValidationError

from deploy.local.llm.engine import Engine, EngineError
from deploy.local.llm.files import model_file, model_problems, served_name
from deploy.local.llm.server import Server
from deploy.local.llm.settings import ServerSettings
from schemas.settings import ProcessSettings
from streams.runtime import logs
from streams.runtime.build import running_build
from streams.runtime.health import Health

logger = logging.getLogger("deploy.local.llm")

_PATIENCE_S = 1.0
"""How long answers that are being written may go on when we are to stop."""


async def _serve(settings: ServerSettings, process: ProcessSettings) -> None:
    health = Health("llm", running_build(process.build))
    health.waiting("model", f"loading {settings.model}")
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = Server(settings, health)
    runner = web.AppRunner(
        server.app(), access_log=None, shutdown_timeout=_PATIENCE_S, handler_cancellation=True
    )
    engine: Engine | None = None
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port).start()
        file = model_file(settings.model, process.models)
        engine = await asyncio.to_thread(Engine, file, settings)
        await server.use(engine)
        health.arrived("model")
        health.ready(detail=_detail(settings, file))
        await stop.wait()
    finally:
        await runner.cleanup()
        await server.close()
        if engine is not None:
            await asyncio.to_thread(engine.close)


def _detail(settings: ServerSettings, file: Path) -> str:
    size = f"{file.stat().st_size / 1e6:.0f} MB"
    threads = f"{settings.threads} thread{'s' if settings.threads > 1 else ''}"
    slots = f"{settings.slots} × {settings.context} tokens"
    return f"{served_name(settings.model)} ({size}), {threads}, {slots}"


def check(settings: ServerSettings, process: ProcessSettings) -> Sequence[str]:
    """Return what is wrong with imports and model file."""
    found = model_problems(settings.model, process.models)
    try:
        importlib.import_module("xllamacpp")
    except ImportError as error:
        found.append(f"llama.cpp cannot be loaded ({error}): run `deploy/setup.sh`")
    return found


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM; return the exit status."""
    try:
        settings, process = ServerSettings(), ProcessSettings()
        problems = check(settings, process)
    except ValidationError as error:
        problems = [f"setting {each['loc'][0]}: {each['msg']}" for each in error.errors()]
    for problem in problems:
        print(f"llm: {problem}", file=sys.stderr)  # noqa: T201
    if problems:
        return 1
    if "--check" in arguments:
        print("llm: fit to run")  # noqa: T201
        return 0
    logs.configure("llm", process.log_level)
    try:
        asyncio.run(_serve(settings, process))
    except (OSError, EngineError) as error:
        logger.critical("cannot start", extra={"reason": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
