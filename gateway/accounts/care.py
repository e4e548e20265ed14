"""Looking after accounts from outside the gateway: an operator's work, in its database."""

from __future__ import annotations

import secrets
from dataclasses import replace

from pydantic import SecretStr

from gateway.accounts.model import (
    Account,
    Person,
    Role,
    new_person_id,
    normal_email,
    normal_name,
)
from gateway.accounts.passwords import LONGEST, SHORTEST, Passwords
from gateway.accounts.reset import reset_address, reset_token
from gateway.accounts.throttle import account_key
from gateway.db.people import EmailTaken
from gateway.db.store import Store
from schemas.ids import now_ms


class CareError(Exception):
    """What was asked for cannot be done; the message says why."""


class UnknownAccount(CareError):  # noqa: N818 - reads as what happened
    """Nobody has this address."""


def new_password() -> str:
    """Return a password for somebody who has not chosen one: 96 random bits."""
    return secrets.token_urlsafe(12)


async def create(store: Store, email: str, name: str, role: Role, password: str) -> Person:
    """Make an account. Without a name it is called as its address begins.

    Raises:
        CareError: the address or the password cannot be used, or somebody has the address.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise CareError(f"a password has {SHORTEST} to {LONGEST} characters")
    address = _normal(email)
    try:
        line = normal_name(name if name.strip() else address.partition("@")[0])
    except ValueError as error:
        raise CareError(str(error)) from None
    person = Person(new_person_id(), address, line, role, now_ms())
    try:
        await store.people.add(Account(person, await Passwords().hash(password)))
    except EmailTaken:
        raise CareError(f"{address} has an account already") from None
    return person


async def reset_link(store: Store, email: str, secret: SecretStr) -> str:
    """Return the address, below the gateway's, at which somebody chooses a new password.

    Whoever was locked out by wrong passwords may try again at once.

    Raises:
        CareError: there is no such account, or it is disabled.
    """
    account = await _known(store, email)
    if account.person.disabled:
        raise CareError(f"{account.person.email} is disabled: enable it first")
    await store.attempts.forget_all(account_key(account.person.email))
    return reset_address(reset_token(account, secret, now_ms()))


async def set_disabled(store: Store, email: str, *, disabled: bool) -> Person:
    """Lock somebody out, at once and everywhere, or let them log in again.

    Raises:
        UnknownAccount: there is none.
    """
    person = (await _known(store, email)).person
    await store.people.set_disabled(person.person, disabled=disabled)
    await store.logins.remove_all(person.person)
    return person


async def set_role(store: Store, email: str, role: Role) -> Person:
    """Let somebody do something else from now on, once they have logged in anew.

    Raises:
        UnknownAccount: there is none.
    """
    person = (await _known(store, email)).person
    await store.people.set_role(person.person, role)
    await store.logins.remove_all(person.person)
    return replace(person, role=role)


async def _known(store: Store, email: str) -> Account:
    account = await store.people.by_email(_normal(email))
    if account is None:
        raise UnknownAccount(f"nobody has the address {email}")
    return account


def _normal(email: str) -> str:
    try:
        return normal_email(email)
    except ValueError as error:
        raise CareError(f"{email}: {error}") from None
