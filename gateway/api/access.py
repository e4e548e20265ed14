"""Who may do what: the development key and session tokens."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from gateway import tokens
from gateway.api.errors import ApiError
from gateway.db.store import UnknownSession
from gateway.live.hub import Hub
from gateway.live.services import Services

_BEARER = HTTPBearer(
    auto_error=False, description="development key (POST /api/sessions) or session token"
)

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


def services(request: Request) -> Services:
    """Return the gateway's services."""
    found: Services = request.app.state.services
    return found


def hub(request: Request) -> Hub:
    """Return the gateway's connections."""
    found: Hub = request.app.state.hub
    return found


ServicesDep = Annotated[Services, Depends(services)]
HubDep = Annotated[Hub, Depends(hub)]


def developer(credentials: Credentials, services: ServicesDep) -> None:
    """Check the development key.

    Raises:
        ApiError: 401, it is missing or wrong.
    """
    expected = services.settings.api_key.get_secret_value()
    given = credentials.credentials if credentials else ""
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise ApiError(401, "wrong_key", "send the development key as a bearer token")


def token_session(credentials: Credentials, services: ServicesDep) -> str:
    """Return the session that the bearer token is for.

    Raises:
        ApiError: 401, the token is missing, wrong or expired.
    """
    if credentials is None:
        raise ApiError(401, "no_token", "send the session's token as a bearer token")
    try:
        return tokens.session_of(credentials.credentials, services.settings.token_secret)
    except tokens.BadToken as error:
        raise ApiError(401, "bad_token", str(error)) from None


TokenSession = Annotated[str, Depends(token_session)]


def require_own(session: str, token_session: str) -> None:
    """Check that a token is for ``session``.

    Raises:
        ApiError: 404, it is for another one: nobody learns whether that one exists.
    """
    if session != token_session:
        raise ApiError(404, "unknown_session", "there is no such session")


@asynccontextmanager
async def own(session: str, token_session: str, services: Services) -> AsyncIterator[None]:
    """Surround what is done with ``session`` for the holder of its token, and for nobody else.

    Raises:
        ApiError: 404, the token is for another one; 410, the session was deleted.
        UnknownSession: there is no such session any more.
    """
    require_own(session, token_session)
    try:
        yield
    except UnknownSession:
        if await services.store.deletions.has(session):
            raise interview_deleted() from None
        raise


def interview_deleted() -> ApiError:
    """Return what is told to those alone whose interview it was."""
    return ApiError(410, "interview_deleted", "the data of this interview were deleted: it is over")
