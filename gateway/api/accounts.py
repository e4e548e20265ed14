"""Signing up, logging in and out, and choosing a new password."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from gateway import tokens
from gateway.accounts.model import Account, Person, Role, new_person_id
from gateway.accounts.reset import check_unused
from gateway.accounts.throttle import SIGN_UP, account_key, address_key
from gateway.api.access import ServicesDep
from gateway.api.errors import ApiError, responses
from gateway.api.fields import Email, Name, NewPassword, Password, Token
from gateway.api.login import LoggedIn, LoginToken, changed_meanwhile, let_in, let_out
from gateway.api.same_origin import same_origin
from gateway.api.throttled import address_of, admit, check_log_in, check_password, hashed
from gateway.db.people import EmailTaken
from gateway.live.services import Services
from gateway.tokens import BadToken, Purpose
from schemas.events.base import EpochMs
from schemas.ids import now_ms

router = APIRouter(prefix="/api/accounts", tags=["accounts"])

_ANYONE = [Depends(same_origin)]


class SignUp(BaseModel):
    """A candidate's own account; others' accounts are made by an administrator."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    name: Name
    password: NewPassword


class LogIn(BaseModel):
    """What somebody logs in with."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    password: Password


class PasswordChange(BaseModel):
    """The password until now, and from now on."""

    model_config = ConfigDict(extra="forbid")

    current: Password
    new: NewPassword


class PasswordReset(BaseModel):
    """The token of a link to a new password, and the new password."""

    model_config = ConfigDict(extra="forbid")

    token: Token
    password: NewPassword


class PersonReply(BaseModel):
    """Somebody with an account."""

    person: str = Field(description="their id")
    email: str
    name: str
    role: Role
    created_at: EpochMs
    disabled: bool

    @classmethod
    def of(cls, person: Person) -> PersonReply:
        """Return what is told of ``person``."""
        return cls(
            person=person.person,
            email=person.email,
            name=person.name,
            role=person.role,
            created_at=person.created_at,
            disabled=person.disabled,
        )


@router.post(
    "/sign-up",
    status_code=201,
    dependencies=_ANYONE,
    responses=responses(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
    summary="Make an account",
)
async def sign_up(
    body: SignUp, request: Request, response: Response, services: ServicesDep
) -> PersonReply:
    """Make a candidate's account and log in to it."""
    await admit(services, address_key(address_of(request), "sign-up"), SIGN_UP)
    password = _chosen(body.password.get_secret_value(), body.email)
    person = Person(new_person_id(), body.email, body.name, Role.CANDIDATE, now_ms())
    account = Account(person, await hashed(services, password))
    try:
        await services.store.people.add(account)
    except EmailTaken:
        raise ApiError(
            409, "email_taken", "there is an account with this address: log in"
        ) from None
    await let_in(request, response, services, account)
    return PersonReply.of(person)


@router.post(
    "/log-in",
    dependencies=_ANYONE,
    responses=responses(400, 401, 403, 408, 413, 415, 422, 429, 503),
    summary="Log in",
)
async def log_in(
    body: LogIn, request: Request, response: Response, services: ServicesDep
) -> PersonReply:
    """Set the cookie. A wrong password and an unknown address get the same reply as slowly.

    After some failures an address has to wait, with one account sooner: 429 with Retry-After.
    """
    password = body.password.get_secret_value()
    account = await check_log_in(request, services, body.email, password)
    if account is None:
        raise ApiError(401, "wrong_login", "the e-mail address or the password is not right")
    if services.passwords.is_dated(account.password_hash):
        dated, account = account, replace(account, password_hash=await hashed(services, password))
        if not await services.store.people.set_password(dated, account.password_hash):
            raise changed_meanwhile()
    await let_in(request, response, services, account)
    return PersonReply.of(account.person)


@router.post(
    "/log-out",
    status_code=204,
    dependencies=_ANYONE,
    responses=responses(403, 408, 413, 415),
    summary="Log out",
)
async def log_out(token: LoginToken, response: Response, services: ServicesDep) -> None:
    """End this browser's log-in. Nothing happens where nobody is logged in."""
    if token:
        await services.store.logins.remove(token)
    let_out(response)


@router.post(
    "/log-out-everywhere",
    status_code=204,
    responses=responses(401, 403, 408, 413, 415),
    summary="Log out everywhere",
)
async def log_out_everywhere(person: LoggedIn, response: Response, services: ServicesDep) -> None:
    """End every log-in of this account."""
    await services.store.logins.remove_all(person.person)
    let_out(response)


@router.get("/me", responses=responses(401), summary="Who am I?")
async def me(person: LoggedIn) -> PersonReply:
    """Return who is logged in."""
    return PersonReply.of(person)


@router.post(
    "/password",
    status_code=204,
    responses=responses(400, 401, 403, 408, 409, 413, 415, 422, 429, 503),
    summary="Change the password",
)
async def change_password(
    body: PasswordChange,
    person: LoggedIn,
    request: Request,
    response: Response,
    services: ServicesDep,
) -> None:
    """Change one's password; every other browser is logged out."""
    account = await services.store.people.get(person.person)
    current = body.current.get_secret_value()
    fits = await check_password(request, services, person.email, account, current)
    if account is None or not fits:
        raise ApiError(403, "wrong_password", "the current password is not right")
    changed = await _set_password(services, account, body.new.get_secret_value())
    await let_in(request, response, services, changed)


@router.post(
    "/reset",
    status_code=204,
    dependencies=_ANYONE,
    responses=responses(400, 403, 408, 409, 410, 413, 415, 422, 503),
    summary="Choose a new password",
)
async def reset_password(body: PasswordReset, response: Response, services: ServicesDep) -> None:
    """Set the password by the link that an operator gave. It works once; all are logged out."""
    secret = services.settings.token_secret
    try:
        claims = tokens.read(Purpose.RESET, body.token, secret)
        account = await services.store.people.get(claims.subject)
        if account is None or account.person.disabled:
            raise BadToken("there is no such account any more")
        check_unused(account, secret, claims.state)
    except BadToken as error:
        raise ApiError(410, "bad_link", str(error)) from None
    await _set_password(services, account, body.password.get_secret_value())
    let_out(response)


async def _set_password(services: Services, account: Account, password: str) -> Account:
    """Store a new password, end all log-ins, and forget who has guessed at the old one.

    Raises:
        ApiError: 409, it was changed by somebody else in the same moment.
    """
    email = account.person.email
    new = await hashed(services, _chosen(password, email))
    if not await services.store.people.set_password(account, new):
        raise ApiError(409, "changed_meanwhile", "the password was changed just now: log in anew")
    await services.store.logins.remove_all(account.person.person)
    await services.store.attempts.forget_all(account_key(email))
    return replace(account, password_hash=new)


def _chosen(password: str, email: str) -> str:
    """Return a password that somebody has chosen.

    Raises:
        ApiError: 422, it is the address.
    """
    if password.strip().lower() == email:
        raise ApiError(422, "weak_password", "choose a password that is not your e-mail address")
    return password
