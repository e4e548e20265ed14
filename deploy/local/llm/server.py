"""The HTTP interface: the OpenAI API of the engine beside our own health and metrics."""

from __future__ import annotations

import asyncio
import time

import aiohttp
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from deploy.local.llm.engine import Engine
from deploy.local.llm.settings import ServerSettings
from schemas import metrics
from streams.runtime.health import Health
from streams.runtime.metrics import histogram

_JSON = "application/json"

_METRICS_S = 2.0
"""The engine tells its figures between two steps of computing; a long prompt takes a second."""

_WARM_UP = {
    "messages": [{"role": "user", "content": "Say hello."}],
    "max_tokens": 8,
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "greeting",
            "schema": {
                "type": "object",
                "properties": {"text": {"type": "string"}},
                "required": ["text"],
            },
        },
    },
}
"""With a schema: what follows one is made at the first request that has one."""


class Server:
    """Answers /v1/chat/completions, /v1/models, /healthz, /readyz and /metrics."""

    def __init__(self, settings: ServerSettings, health: Health) -> None:
        self._settings = settings
        self._health = health
        self._engine: Engine | None = None
        self._http: aiohttp.ClientSession | None = None
        # Answers computed side by side take as long as one after the other, and all come late: a
        # second one at most, so that a long answer does not hold up a short one.
        self._turns = asyncio.Semaphore(settings.parallel)
        self._seconds = histogram(metrics.WORK_SECONDS, process="llm")

    def app(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application(client_max_size=self._settings.max_body)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/v1/models", self._pass_on)
        app.router.add_post("/v1/chat/completions", self._pass_on)
        return app

    async def use(self, engine: Engine) -> None:
        """Answer with ``engine`` from now on; return when it has answered a first request.

        Raises:
            OSError: it did not.
        """
        self._http = aiohttp.ClientSession(
            engine.url,
            headers=engine.headers,
            # A kept connection holds a thread of the engine, which may close it as we send.
            connector=aiohttp.TCPConnector(limit=0, force_close=True),
            timeout=aiohttp.ClientTimeout(total=None),  # _pass_on has one
        )
        async with self._http.post("/v1/chat/completions", json=_WARM_UP) as answer:
            if answer.status != 200:
                raise OSError(f"the model does not answer: {(await answer.text())[:200]}")
        self._engine = engine

    async def close(self) -> None:
        """Close the connections to the engine."""
        if self._http is not None:
            await self._http.close()

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"alive": True, "build": self._health.build})

    async def _readyz(self, _: web.Request) -> web.Response:
        status = 200 if self._health.is_ready else 503
        return web.json_response(self._health.report(), status=status)

    async def _metrics(self, _: web.Request) -> web.Response:
        body = generate_latest() + await self._figures()
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _figures(self) -> bytes:
        """Return the engine's own metrics (tokens, seconds), none while it is away or busy."""
        if self._engine is None or self._http is None:
            return b""
        try:
            limit = aiohttp.ClientTimeout(total=_METRICS_S)
            async with self._http.get("/metrics", timeout=limit) as answer:
                return await answer.read() if answer.status == 200 else b""
        except (aiohttp.ClientError, TimeoutError):
            return b""

    async def _pass_on(self, request: web.Request) -> web.Response:
        """Have the engine answer; if the client goes, so does the request to the engine."""
        if self._engine is None or self._http is None:
            return _refusal(503, "the model is being loaded")
        if request.method == "POST" and request.content_type != _JSON:
            # What a page may send to other servers without asking them is never of this type.
            return _refusal(415, f"the body must be {_JSON}")
        body = await request.read()
        started = time.monotonic()
        try:
            async with (
                asyncio.timeout(self._settings.request_s),
                self._turns,
                self._http.request(
                    request.method,
                    request.path,
                    data=body or None,
                    headers={"Content-Type": _JSON},
                ) as answer,
            ):
                return web.Response(
                    status=answer.status,
                    body=await answer.read(),
                    content_type=answer.content_type,
                )
        except TimeoutError:
            return _refusal(504, f"no answer within {self._settings.request_s:g} s")
        except aiohttp.ClientError as error:
            return _refusal(502, f"the engine does not answer: {error}")
        finally:
            self._seconds.observe(time.monotonic() - started)


def _refusal(status: int, message: str) -> web.Response:
    """An error in the form that clients of the API know."""
    error = {"code": status, "message": message, "type": "server_error"}
    return web.json_response({"error": error}, status=status)
