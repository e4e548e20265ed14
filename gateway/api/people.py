"""Accounts as an administrator looks after them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from gateway.accounts.model import Account, Person, Role, new_person_id
from gateway.accounts.reset import reset_address, reset_token
from gateway.api.access import ServicesDep
from gateway.api.accounts import PersonReply
from gateway.api.errors import ApiError, responses
from gateway.api.fields import Email, Name
from gateway.api.login import Administrator
from gateway.db.people import EmailTaken
from schemas.ids import SESSION_ID_PATTERN, now_ms

router = APIRouter(prefix="/api/people", tags=["people"])

PersonPath = Annotated[str, Path(pattern=SESSION_ID_PATTERN, description="the person's id")]


class NewPerson(BaseModel):
    """Whom to make an account for."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    name: Name
    role: Role


class MadePerson(PersonReply):
    """The new account; hand the link over yourself, Viva sends no mail."""

    link: str = Field(
        description="address below the gateway's to choose a password at: once, within an hour"
    )


class Change(BaseModel):
    """Whether somebody is locked out, and what they may do; what is absent stays."""

    model_config = ConfigDict(extra="forbid")

    disabled: Annotated[bool, Field(strict=True)] | None = None
    role: Role | None = None


@router.post(
    "",
    status_code=201,
    responses=responses(400, 401, 403, 408, 409, 413, 415, 422),
    summary="Make somebody's account",
)
async def make_person(body: NewPerson, _: Administrator, services: ServicesDep) -> MadePerson:
    """Make an account of any role. Nobody can log in to it before a password was chosen."""
    person = Person(new_person_id(), body.email, body.name, body.role, now_ms())
    account = Account(person, password_hash="")
    try:
        await services.store.people.add(account)
    except EmailTaken:
        raise ApiError(409, "email_taken", "this address has an account") from None
    token = reset_token(account, services.settings.token_secret, now_ms())
    return MadePerson(**PersonReply.of(person).model_dump(), link=reset_address(token))


@router.get("", responses=responses(401, 403), summary="List all accounts")
async def list_people(_: Administrator, services: ServicesDep) -> list[PersonReply]:
    """Return everybody, the oldest account first."""
    return [PersonReply.of(each) for each in await services.store.people.everyone()]


@router.patch(
    "/{person}",
    responses=responses(400, 401, 403, 404, 408, 409, 413, 415, 422),
    summary="Lock somebody out, let them in again, or change their role",
)
async def change_person(
    body: Change, person: PersonPath, administrator: Administrator, services: ServicesDep
) -> PersonReply:
    """Whoever is locked out, or gets another role, is logged out everywhere at once.

    What they have set up stays.
    """
    if person == administrator.person:
        raise ApiError(409, "yourself", "another administrator has to do this to you")
    people = services.store.people
    before = await people.get(person)
    if before is None:
        raise ApiError(404, "unknown_person", "there is no such account")
    if body.role is not None:
        await people.set_role(person, body.role)
    if body.disabled is not None:
        await people.set_disabled(person, disabled=body.disabled)
    if body.disabled or body.role not in (None, before.person.role):
        await services.store.logins.remove_all(person)
    found = await people.get(person)
    assert found is not None  # noqa: S101 - people are never deleted
    return PersonReply.of(found.person)
