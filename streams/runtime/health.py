"""What a process says of itself: /healthz, /readyz, /metrics."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from schemas import metrics
from schemas.topics import Process
from streams.runtime.backoff import DependencyUnavailable, delays
from streams.runtime.metrics import counter, gauge, histogram

logger = logging.getLogger(__name__)

_TICK = 0.25

T = TypeVar("T")


class Health:
    """Readiness of one process and the dependencies it waits for."""

    def __init__(self, process: Process | str, build: str) -> None:
        self.process = str(process)
        self.build = build
        self.device = "cpu"
        self.detail = "starting"
        self._ready = False
        self._waiting: dict[str, str] = {}
        self._missed: Counter[str] = Counter()
        """How many operations wait for each dependency."""
        gauge(metrics.BUILD, process=self.process, build=build).set(1)

    @property
    def is_ready(self) -> bool:
        """Ready to work and waiting for nothing."""
        return self._ready and not self._waiting

    def ready(self, device: str = "cpu", detail: str = "") -> None:
        """Say that models are loaded and warm, on ``device``."""
        self.device, self.detail, self._ready = device, detail, True
        self._expose()
        logger.info("ready", extra={"device": device, "detail": detail})

    def waiting(self, dependency: str, reason: str) -> None:
        """Say that ``dependency`` is away."""
        self._waiting[dependency] = reason
        self._expose()

    def arrived(self, dependency: str) -> None:
        """Say that ``dependency`` is back."""
        self._waiting.pop(dependency, None)
        self._expose()

    def _expose(self) -> None:
        # Not before the device is known: a process that never was ready has no metric at all.
        if self._ready:
            gauge(metrics.READY, process=self.process, device=self.device).set(self.is_ready)

    def report(self) -> dict[str, object]:
        """Return what /readyz shows."""
        return {
            "process": self.process,
            "ready": self.is_ready,
            "device": self.device,
            "build": self.build,
            "waiting_for": next(iter(self._waiting), None),
            "detail": next(iter(self._waiting.values()), self.detail),
        }

    async def persist(self, operation: Callable[[], Awaitable[T]]) -> T:
        """Await ``operation`` until no dependency it needs is away, and return its result."""
        missed: set[str] = set()
        try:
            for delay in delays():
                try:
                    result = await operation()
                except DependencyUnavailable as error:
                    if error.dependency not in missed:
                        missed.add(error.dependency)
                        self._missed[error.dependency] += 1
                    self.waiting(error.dependency, error.reason)
                    counter(
                        metrics.RETRIES, process=self.process, dependency=error.dependency
                    ).inc()
                    logger.warning(
                        "waiting", extra={"dependency": error.dependency, "reason": error.reason}
                    )
                    await asyncio.sleep(delay)
                else:
                    for dependency in missed:
                        self.arrived(dependency)
                    return result
        finally:
            # What is given up waits for nothing; others may still wait for the same.
            for dependency in missed:
                self._missed[dependency] -= 1
                if not self._missed[dependency]:
                    self.arrived(dependency)
        raise AssertionError("delays() is endless")


class HealthServer:
    """Serves a process's health on its own port."""

    def __init__(self, health: Health, host: str, port: int) -> None:
        self._health = health
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self._pulse: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Listen and return the port.

        Raises:
            OSError: the port is taken.
        """
        app = web.Application()
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._pulse = asyncio.create_task(self._measure_loop_delay())
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Close the port."""
        if self._pulse is not None:
            self._pulse.cancel()
            with suppress(asyncio.CancelledError):
                await self._pulse
        if self._runner is not None:
            await self._runner.cleanup()

    async def _measure_loop_delay(self) -> None:
        delay = histogram(metrics.LOOP_DELAY, process=self._health.process)
        while True:
            before = time.monotonic()
            await asyncio.sleep(_TICK)
            delay.observe(max(0.0, time.monotonic() - before - _TICK))

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"alive": True, "build": self._health.build})

    async def _readyz(self, _: web.Request) -> web.Response:
        return web.json_response(
            self._health.report(), status=200 if self._health.is_ready else 503
        )

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
