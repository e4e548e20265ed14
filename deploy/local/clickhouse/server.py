"""ClickHouse's HTTP interface: what curl, clickhouse-connect and Grafana talk to."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from deploy.local.clickhouse.access import LIMITED, Access
from deploy.local.clickhouse.compression import choose, compress
from deploy.local.clickhouse.engine import Engine, Query, Result
from deploy.local.clickhouse.errors import READONLY, ClickHouseError
from deploy.local.clickhouse.request import LARGE, credentials, limits, parse
from deploy.local.clickhouse.settings import ServerSettings
from deploy.local.clickhouse.statement import Kind, scan
from schemas import metrics
from streams.runtime.health import Health
from streams.runtime.metrics import histogram

logger = logging.getLogger(__name__)

_TYPES = {
    "csv": "text/csv; charset=UTF-8; header=absent",
    "csvwithnames": "text/csv; charset=UTF-8; header=present",
    "csvwithnamesandtypes": "text/csv; charset=UTF-8; header=present",
    "json": "application/json; charset=UTF-8",
    "jsoncompact": "application/json; charset=UTF-8",
    "jsonstrings": "application/json; charset=UTF-8",
    "jsoneachrow": "application/x-ndjson; charset=UTF-8",
    "jsoncompacteachrow": "application/x-ndjson; charset=UTF-8",
    "native": "application/octet-stream",
    "parquet": "application/octet-stream",
    "rowbinary": "application/octet-stream",
    "rowbinarywithnamesandtypes": "application/octet-stream",
    "arrow": "application/octet-stream",
    "arrowstream": "application/octet-stream",
    "tabseparated": "text/tab-separated-values; charset=UTF-8",
}

_SMALL = 256
"""Bodies up to this many bytes gain nothing from compression."""


class Server:
    """Answers queries, /ping, /readyz and /metrics."""

    def __init__(self, engine: Engine, settings: ServerSettings, health: Health) -> None:
        self._engine = engine
        self._settings = settings
        self._health = health
        self._access = Access(settings, engine.table_functions)
        self._seconds = histogram(metrics.WORK_SECONDS, process="clickhouse")

    def app(self) -> web.Application:
        """Return the aiohttp application."""
        app = web.Application(client_max_size=self._settings.max_body)
        for path in ("/ping", "/replicas_status"):
            app.router.add_get(path, self._ping)
        app.router.add_get("/healthz", self._ping)
        app.router.add_get("/readyz", self._readyz)
        app.router.add_get("/metrics", self._metrics)
        app.router.add_route("*", "/", self._query)
        return app

    async def _ping(self, _: web.Request) -> web.Response:
        return web.Response(text="Ok.\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        status = 200 if self._health.is_ready else 503
        return web.json_response(self._health.report(), status=status)

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _query(self, request: web.Request) -> web.Response:
        if request.method in ("GET", "HEAD") and "query" not in request.query:
            return web.Response(text="Ok.\n")
        if request.method not in ("GET", "HEAD", "POST", "PUT"):
            return web.Response(status=405, headers={"Allow": "GET, HEAD, POST, PUT"})
        query_id = request.query.get("query_id") or str(uuid.uuid4())
        headers = {
            "X-ClickHouse-Server-Display-Name": "viva",
            "X-ClickHouse-Query-Id": query_id[:200].replace("\r", "").replace("\n", ""),
            "X-ClickHouse-Timezone": self._engine.timezone,
        }
        started = time.monotonic()
        try:
            body, found = await self._answer(request, headers)
        except ClickHouseError as error:
            return self._failure(error, headers)
        finally:
            self._seconds.observe(time.monotonic() - started)
        headers["X-ClickHouse-Summary"] = _summary(found)
        return web.Response(body=body, headers=headers)

    async def _answer(self, request: web.Request, headers: dict[str, str]) -> tuple[bytes, Result]:
        user = self._access.authenticate(*credentials(request.headers, request.query))
        asked = await parse(request, self._settings.max_body, self._settings.body_s)
        if len(asked.sql) > LARGE:
            statement = await asyncio.to_thread(scan, asked.sql)
        else:
            statement = scan(asked.sql)
        self._access.check(user, statement)
        if asked.reads_only and statement.kind is not Kind.READ:
            raise ClickHouseError.make(
                READONLY,
                f"{user.name}: Cannot execute query in readonly mode. For queries over HTTP, "
                "method GET implies readonly. You should use method POST for modifying queries.",
            )
        caps = limits(user, asked, self._settings)
        settings = {
            name: value for name, value in asked.settings.items() if not caps or name not in LIMITED
        }
        form = asked.arguments.get("default_format", "") or "TabSeparated"
        found = await self._engine.run(
            Query(statement, form, asked.database, settings, asked.parameters, caps),
            may_write=user.can_write and not asked.reads_only,
        )
        if statement.kind is Kind.READ:
            form = statement.format or form
            headers["X-ClickHouse-Format"] = form
            headers["Content-Type"] = _TYPES.get(form.lower(), "text/plain; charset=UTF-8")
        encoding = choose(asked.accept) if len(found.data) > _SMALL else ""
        if encoding:
            headers["Content-Encoding"] = encoding
        if encoding and len(found.data) > LARGE:
            return await asyncio.to_thread(compress, found.data, encoding), found
        return compress(found.data, encoding), found

    def _failure(self, error: ClickHouseError, headers: dict[str, str]) -> web.Response:
        headers["X-ClickHouse-Exception-Code"] = str(error.code)
        if error.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="ClickHouse server HTTP API"'
        level = logging.ERROR if error.status >= 500 else logging.WARNING
        logger.log(level, "query failed", extra={"code": error.code, "reason": str(error)[:500]})
        text = f"{error} (version {self._engine.version} (official build))\n"
        return web.Response(status=error.status, text=text, headers=headers)


def _summary(result: Result) -> str:
    return json.dumps(
        {
            "read_rows": str(result.rows_read),
            "read_bytes": str(result.bytes_read),
            "written_rows": str(result.rows_written),
            "written_bytes": str(result.bytes_written),
            "total_rows_to_read": "0",
            "result_rows": str(result.rows_written or result.rows_read),
            "result_bytes": str(result.bytes_written or len(result.data)),
            "elapsed_ns": str(int(result.elapsed * 1e9)),
        }
    )
