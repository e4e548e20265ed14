"""The report of a session, read back from ClickHouse."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway.api.access import ServicesDep, TokenSession, require_own
from gateway.api.errors import RETRY_AFTER_S, ApiError, responses
from gateway.api.sessions import SessionPath
from gateway.db.store import UnknownSession
from gateway.reports import Report, ReportReader
from streams.runtime.backoff import DependencyUnavailable

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/api", tags=["reports"])


def _reader(request: Request) -> ReportReader:
    found: ReportReader = request.app.state.reports
    return found


@router.get(
    "/sessions/{session}/report",
    responses=responses(401, 403, 404, 422, 503),
    summary="Read a report",
)
async def get_report(
    session: SessionPath,
    token_session: TokenSession,
    services: ServicesDep,
    reader: Annotated[ReportReader, Depends(_reader)],
) -> Report:
    """Return what ClickHouse holds of a session. 503 with Retry-After while it is away."""
    require_own(session, token_session)
    try:
        await services.store.get(session)
    except UnknownSession:
        raise ApiError(404, "unknown_session", "there is no such session") from None
    try:
        return await reader.load(session)
    except DependencyUnavailable as error:
        logger.warning("clickhouse is away", extra={"reason": error.reason})
        raise ApiError(
            503, "clickhouse_away", "reports are not available now: try again", RETRY_AFTER_S
        ) from None
