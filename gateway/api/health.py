"""What the gateway says of itself."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field

from gateway.api.access import ServicesDep

router = APIRouter(tags=["operation"])


class Life(BaseModel):
    """The process serves requests."""

    alive: bool
    build: str = Field(description="commit of the running code")


class Readiness(BaseModel):
    """Whether the process can do its work, and what it waits for if it cannot."""

    process: str
    ready: bool
    device: str
    build: str
    waiting_for: str | None
    detail: str


@router.get("/healthz", summary="Is it alive?")
async def healthz(services: ServicesDep) -> Life:
    """Return 200 as long as the process serves requests."""
    return Life(alive=True, build=services.health.build)


@router.get(
    "/readyz",
    summary="Can it take candidates?",
    response_model=Readiness,
    responses={503: {"model": Readiness}},
)
async def readyz(services: ServicesDep) -> JSONResponse:
    """Return 200 when ready, else 503 and what is waited for."""
    health = services.health
    return JSONResponse(health.report(), status_code=200 if health.is_ready else 503)


@router.get(
    "/metrics",
    summary="Prometheus metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics() -> Response:
    """Return all metrics of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
