"""The report of a session, read back from ClickHouse."""

from __future__ import annotations

import logging
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from gateway.api.access import Credentials, ServicesDep, own, token_session
from gateway.api.errors import RETRY_AFTER_S, ApiError, responses
from gateway.api.login import Visitor
from gateway.api.sessions import SessionPath
from gateway.db.store import UnknownSession
from gateway.reports import Report, ReportReader
from schemas.formula import Policy
from streams.runtime.backoff import DependencyUnavailable

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/api", tags=["reports"])


def _reader(request: Request) -> ReportReader:
    found: ReportReader = request.app.state.reports
    return found


@router.get(
    "/sessions/{session}/report",
    responses=responses(401, 403, 404, 410, 422, 503),
    summary="Read a report",
)
async def get_report(
    session: SessionPath,
    credentials: Credentials,
    person: Visitor,
    services: ServicesDep,
    reader: Annotated[ReportReader, Depends(_reader)],
) -> Report:
    """Return what ClickHouse holds of a session. 503 with Retry-After while it is away.

    The candidate reads it with the session's token; whoever owns the job, logged in. That of a
    practice interview is shown to the session's token only: its owner gets 403. That of an
    interview for hiring is shown to the candidate where the owner wants it, else they get 403.
    """
    if credentials is not None or person is None:
        async with own(session, token_session(credentials, services), services):
            interview = await services.store.get(session)
        if not interview.shows_report:
            raise ApiError(403, "report_not_shown", "who invited you reads this report and decides")
    elif await services.store.invitations.owner_of(session) != person.person:
        raise UnknownSession(session)
    elif (await services.store.get(session)).policy is Policy.PRACTICE:
        raise ApiError(403, "private_report", "this was practice: its report is the candidate's")
    try:
        return await reader.load(session)
    except DependencyUnavailable as error:
        logger.warning("clickhouse is away", extra={"reason": error.reason})
        raise ApiError(
            503, "clickhouse_away", "reports are not available now: try again", RETRY_AFTER_S
        ) from None
