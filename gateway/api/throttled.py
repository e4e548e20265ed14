"""Checking passwords, so slowly after failures that guessing does not pay."""

from __future__ import annotations

import math

from fastapi import Request

from gateway.accounts.model import Account
from gateway.accounts.passwords import Busy
from gateway.accounts.throttle import (
    ACCOUNT,
    ADDRESS,
    EVERYWHERE,
    MINUTE_MS,
    Limit,
    account_from,
    account_key,
    address_key,
)
from gateway.api.errors import RETRY_AFTER_S, ApiError
from gateway.live.services import Services
from schemas.ids import now_ms

_KEPT_MS = 24 * 60 * MINUTE_MS


def address_of(request: Request) -> str:
    """Return the address that a request came from, as a trusted proxy says it."""
    return request.client.host if request.client else ""


async def admit(services: Services, key: str, limit: Limit, at_least: int = 0) -> None:
    """Count an attempt, after which and before which ``at_least`` ms are waited for.

    Raises:
        ApiError: 429, too many have failed; ``Retry-After`` says when the next may come.
    """
    wait = await services.store.attempts.begin(key, limit, now_ms(), at_least)
    if wait:
        raise ApiError(
            429,
            "too_many_attempts",
            f"too many attempts: try again in {_spelt(wait)}, or ask for a link to a new password",
            retry_after=math.ceil(wait / 1000),
        )


async def check_password(
    request: Request, services: Services, email: str, account: Account | None, password: str
) -> bool:
    """Return whether ``password`` is that of ``account``; without one it is not, as slowly.

    Raises:
        ApiError: 429, too many attempts at this address' account failed that came from there, or a
            moment ago from anywhere; 503, as ``hashed``.
    """
    attempts = services.store.attempts
    here, everywhere = account_from(email, address_of(request)), account_key(email)
    at_least = await attempts.delay(everywhere, EVERYWHERE, now_ms())
    await admit(services, here, ACCOUNT, at_least)
    await attempts.count(everywhere, EVERYWHERE, now_ms())
    known = account.password_hash if account else ""
    try:
        fits = await services.passwords.fits(known, password)
    except Busy:
        await attempts.uncount(here)
        await attempts.uncount(everywhere)
        raise _busy() from None
    if fits:
        await attempts.forget(here)
        await attempts.uncount(everywhere)  # those of others still count
    return fits


async def check_log_in(
    request: Request, services: Services, email: str, password: str
) -> Account | None:
    """Return the account that somebody may log in to.

    Raises:
        ApiError: 429, too many attempts from there failed; and as ``check_password``.
    """
    attempts = services.store.attempts
    here = address_key(address_of(request))
    await admit(services, here, ADDRESS)
    account = await services.store.people.by_email(email)
    try:
        fits = await check_password(request, services, email, account, password)
    except ApiError:
        await attempts.uncount(here)
        raise
    if account is None or not fits or account.person.disabled:
        return None
    await attempts.take_back(here, now_ms())
    await attempts.tidy(now_ms() - _KEPT_MS)
    return account


async def hashed(services: Services, password: str) -> str:
    """Return a new password's hash.

    Raises:
        ApiError: 503, too many wait for theirs.
    """
    try:
        return await services.passwords.hash(password)
    except Busy:
        raise _busy() from None


def _busy() -> ApiError:
    return ApiError(503, "busy", "many people log in just now: try again", RETRY_AFTER_S)


def _spelt(ms: int) -> str:
    minutes = math.ceil(ms / MINUTE_MS)
    if ms < MINUTE_MS:
        return f"{math.ceil(ms / 1000)} s"
    return "a minute" if minutes == 1 else f"{minutes} minutes"
