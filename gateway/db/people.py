"""Reading and changing people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.accounts.model import Account, Person, Role
from gateway.db.tables import PEOPLE


class EmailTaken(Exception):  # noqa: N818 - reads as what happened
    """Somebody has an account with this address."""


class People:
    """The rows of people. Every method is one short transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, account: Account) -> None:
        """Insert a new person.

        Raises:
            EmailTaken: the address has an account.
        """
        who = account.person
        values = {
            "person": who.person,
            "email": who.email,
            "name": who.name,
            "role": who.role.value,
            "password_hash": account.password_hash,
            "created_at": who.created_at,
            "disabled": who.disabled,
        }
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(PEOPLE).values(values))
        except IntegrityError:
            raise EmailTaken(who.email) from None

    async def get(self, person: str) -> Account | None:
        """Return a person and their password's hash."""
        return await self._find(PEOPLE.c.person == person)

    async def by_email(self, email: str) -> Account | None:
        """Return who has a normalised address."""
        return await self._find(PEOPLE.c.email == email)

    async def everyone(self) -> list[Person]:
        """Return all people, the oldest account first."""
        statement = select(PEOPLE).order_by(PEOPLE.c.created_at, PEOPLE.c.person)
        async with self._engine.connect() as connection:
            return [person_of(row) for row in await connection.execute(statement)]

    async def set_password(self, account: Account, password_hash: str) -> bool:
        """Store another hash unless the one of ``account`` was replaced since it was read."""
        statement = (
            update(PEOPLE)
            .where(
                PEOPLE.c.person == account.person.person,
                PEOPLE.c.password_hash == account.password_hash,
            )
            .values(password_hash=password_hash)
        )
        async with self._engine.begin() as connection:
            return (await connection.execute(statement)).rowcount == 1

    async def set_disabled(self, person: str, *, disabled: bool) -> None:
        """Lock a person out, or let them in again."""
        statement = update(PEOPLE).where(PEOPLE.c.person == person).values(disabled=disabled)
        async with self._engine.begin() as connection:
            await connection.execute(statement)

    async def set_role(self, person: str, role: Role) -> None:
        """Let a person do something else from now on."""
        statement = update(PEOPLE).where(PEOPLE.c.person == person).values(role=role.value)
        async with self._engine.begin() as connection:
            await connection.execute(statement)

    async def _find(self, condition: Any) -> Account | None:
        async with self._engine.connect() as connection:
            row = (await connection.execute(select(PEOPLE).where(condition))).one_or_none()
        return None if row is None else Account(person_of(row), row.password_hash)


def person_of(row: Row[Any]) -> Person:
    """Return the person of a row that has their columns."""
    return Person(
        person=row.person,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        disabled=row.disabled,
    )
