"""Saying what may be recorded."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.api.access import HubDep, ServicesDep, TokenSession, own
from gateway.api.errors import ApiError, responses
from gateway.api.sessions import Agreement, SessionPath
from gateway.live import outbox
from gateway.session import consent
from gateway.session.checks import Refused
from gateway.session.model import Interview
from schemas.ids import now_ms

router = APIRouter(prefix="/api", tags=["sessions"])


@router.put(
    "/sessions/{session}/consent",
    responses=responses(400, 401, 404, 408, 409, 410, 413, 422),
    summary="Say what may be recorded",
)
async def put_consent(
    session: SessionPath,
    body: Agreement,
    token_session: TokenSession,
    services: ServicesDep,
    hub: HubDep,
) -> Agreement:
    """Keep the candidate's consent; the same one again changes nothing.

    It can be changed until the calibration begins. 409: `session_ended`, `too_late`, or
    `text_changed` (the page shows an old text).
    """
    news = False

    def give(interview: Interview) -> None:
        nonlocal news
        news = consent.give(interview, **body.model_dump(), now=now_ms())

    try:
        async with own(session, token_session, services):
            await services.store.change(session, give)
    except Refused as error:
        raise ApiError(409, error.fault.code, error.fault.message) from None
    if news:
        hub.renew(session)
        await outbox.flush_soon(services, session)
    return body
