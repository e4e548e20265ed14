"""The FastAPI application and the life of what is behind it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from gateway.api import (
    accounts,
    audio,
    consent,
    deletion,
    errors,
    health,
    invitations,
    jobs,
    people,
    report,
    resumes,
    rtc,
    sessions,
)
from gateway.api.middleware import BodyLimit, SecurityHeaders
from gateway.live.hub import Hub
from gateway.live.inbox import Inbox
from gateway.live.services import Services
from gateway.live.sweeper import Sweeper
from gateway.reports import ReportReader
from gateway.resumes.limits import MAX_BYTES
from schemas.settings import ClickHouseSettings
from streams.runtime.broker_watch import watch_broker

logger = logging.getLogger(__name__)

WEB = Path(__file__).parent / "web"

_ROUTES = (
    accounts,
    people,
    jobs,
    invitations,
    sessions,
    consent,
    deletion,
    audio,
    resumes,
    report,
    rtc,
    health,
)

_CLOSE_WITHIN_S = 4.0

_DESCRIPTION = """
Connects candidates' browsers to Viva.

1. `POST /api/sessions` with the development key gives a session and its token; a résumé that was
   uploaded with `POST /api/resumes` before is asked about.
2. `PUT /api/sessions/{session}/consent` says what the candidate agrees to: without it no offer is
   answered.
3. `POST /rtc/offer` with the token connects the candidate: media goes up, the data channel `viva`
   carries commands, acknowledgements, snapshots and live events.
4. `GET /api/sessions/{session}/report` reads the scores back.

Whoever sets up interviews logs in (`POST /api/accounts/log-in` sets a cookie), makes a job and
invites candidates; `POST /api/invitations/enter` lets each into an interview of their own.

Every error is `{"error": {"code", "message"}}`. Session ids are strings.
"""


def create_app(services: Services) -> FastAPI:
    """Return the application; the lifespan starts and stops what is behind it."""
    app = FastAPI(
        title="Viva gateway",
        version="1",
        description=_DESCRIPTION,
        lifespan=_lifespan,
        redoc_url=None,
    )
    app.state.services = services
    app.state.hub = Hub(services)
    app.state.reports = ReportReader(ClickHouseSettings())
    errors.install(app)
    # JSON needs up to two characters for a line break of the offer's text.
    app.add_middleware(
        BodyLimit,
        max_bytes=2 * services.settings.max_offer_bytes,
        larger={f"{resumes.router.prefix}/resumes": MAX_BYTES},
    )
    app.add_middleware(SecurityHeaders)
    for module in _ROUTES:
        app.include_router(module.router)
    if WEB.is_dir():
        app.mount("/", StaticFiles(directory=WEB, html=True), name="web")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    services: Services = app.state.services
    hub: Hub = app.state.hub
    services.health.waiting("kafka", "connecting")
    await services.store.start()
    hub.start()
    sweeper = Sweeper(services, hub)
    inbox = Inbox(services, hub.deliver)
    task = asyncio.create_task(_work(services, inbox, sweeper))
    task.add_done_callback(_work_ended)
    try:
        yield
    finally:
        await hub.stop()
        task.cancel()
        await _within("the inner work", asyncio.wait({task}))
        await _within("the reports", app.state.reports.close())
        await _within("the producer", services.producer.stop())
        await services.store.stop()
        services.pool.shutdown(wait=False, cancel_futures=True)


async def _within(what: str, closing: Awaitable[object]) -> None:
    """Wait for ``closing``, not for ever: a broker that is away must not keep us from ending."""
    try:
        async with asyncio.timeout(_CLOSE_WITHIN_S):
            await closing
    except TimeoutError:
        logger.warning("did not close in time", extra={"what": what})


async def _work(services: Services, inbox: Inbox, sweeper: Sweeper) -> None:
    await services.producer.start()
    services.health.ready(detail=f"slot {services.settings.slot}")
    async with asyncio.TaskGroup() as group:
        group.create_task(watch_broker(services.health, services.kafka.bootstrap))
        group.create_task(inbox.run())
        group.create_task(sweeper.run())


def _work_ended(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        logger.critical("the gateway's inner work failed", exc_info=task.exception())
