"""Who is logged in, by the cookie that their browser sends."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import APIKeyCookie

from gateway.accounts.model import Account, Person, Role
from gateway.api.access import ServicesDep
from gateway.api.errors import ApiError
from gateway.api.same_origin import same_origin
from gateway.live.services import Services
from schemas.ids import now_ms

COOKIE = "viva_login"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_COOKIE = APIKeyCookie(
    name=COOKIE, auto_error=False, description="set by `POST /api/accounts/log-in`"
)

LoginToken = Annotated[str | None, Depends(_COOKIE)]


async def visitor(request: Request, token: LoginToken, services: ServicesDep) -> Person | None:
    """Return who is logged in, None: nobody.

    Raises:
        ApiError: 403 or 415, the request changes something and another site may have sent it.
    """
    if not token:
        return None
    if request.method not in _SAFE:
        same_origin(request)
    idle_ms = services.settings.login_idle_s * 1000
    return await services.store.logins.person(token, now_ms(), idle_ms)


Visitor = Annotated[Person | None, Depends(visitor)]


def logged_in(person: Visitor) -> Person:
    """Return who is logged in.

    Raises:
        ApiError: 401, nobody is; and as ``visitor``.
    """
    if person is None:
        raise ApiError(401, "not_logged_in", "log in first")
    return person


LoggedIn = Annotated[Person, Depends(logged_in)]


def organiser(person: LoggedIn) -> Person:
    """Return who is logged in, if they set up interviews.

    Raises:
        ApiError: 403, they do not; and as ``logged_in``.
    """
    if not person.role.sets_up_interviews:
        raise ApiError(403, "not_allowed", "this needs the account of a coach or a recruiter")
    return person


def administrator(person: LoggedIn) -> Person:
    """Return who is logged in, if they look after accounts.

    Raises:
        ApiError: 403, they do not; and as ``logged_in``.
    """
    if person.role is not Role.ADMIN:
        raise ApiError(403, "not_allowed", "this needs the account of an administrator")
    return person


Organiser = Annotated[Person, Depends(organiser)]
Administrator = Annotated[Person, Depends(administrator)]


async def let_in(
    request: Request, response: Response, services: Services, account: Account
) -> None:
    """Log a person in: remember it, and give the browser the cookie instead of the one it had.

    Raises:
        ApiError: 401, the password of ``account`` is another one by now, or nobody may log in.
    """
    now, settings = now_ms(), services.settings
    logins = services.store.logins
    await logins.tidy(now, settings.login_idle_s * 1000)
    token = await logins.add(account, now, settings.login_ttl_s * 1000)
    if token is None:
        raise changed_meanwhile()
    if old := request.cookies.get(COOKIE):
        await logins.remove(old)
    response.set_cookie(
        COOKIE,
        token,
        max_age=settings.login_ttl_s,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def changed_meanwhile() -> ApiError:
    """Return the refusal of who has shown a password that was replaced in the same moment."""
    return ApiError(401, "changed_meanwhile", "the account was changed just now: log in anew")


def let_out(response: Response) -> None:
    """Have the browser forget the cookie."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
