"""Deleting all that is kept of a candidate's interview."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.api.access import Credentials, HubDep, ServicesDep, require_own, token_session
from gateway.api.errors import RETRY_AFTER_S, ApiError, responses
from gateway.api.login import Visitor
from gateway.api.sessions import SessionPath
from gateway.db.store import UnknownSession
from gateway.live import deletion
from gateway.session.deletion import By

router = APIRouter(prefix="/api", tags=["sessions"])


@router.delete(
    "/sessions/{session}",
    status_code=204,
    responses=responses(401, 403, 404, 408, 413, 415, 422, 503),
    summary="Delete a session",
)
async def delete_session(
    session: SessionPath,
    credentials: Credentials,
    person: Visitor,
    services: ServicesDep,
    hub: HubDep,
) -> None:
    """Delete what is kept of a session and its candidate; again changes nothing.

    The candidate asks with the session's token, whoever owns the job logged in. An interview that
    goes on ends. The gateway's rows are gone with the reply, files and the rows in ClickHouse soon
    after; what went through Kafka expires there.
    """
    by: By = "candidate"
    if credentials is not None or person is None:
        require_own(session, token_session(credentials, services))
    elif await services.store.invitations.owner_of(session) == person.person:
        by = "owner"
    else:
        raise UnknownSession(session)
    if await services.store.deletions.has(session):
        return
    try:
        found = await deletion.delete(services, hub.expel, session, by)
    except TimeoutError:
        raise ApiError(
            503, "waiting", "the service cannot do that now: try again", RETRY_AFTER_S
        ) from None
    # Another request for the same may have been faster.
    if not found and not await services.store.deletions.has(session):
        raise UnknownSession(session)
