"""Log-in sessions: one row a browser that somebody is logged in with."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import delete, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.accounts.model import Account, Person
from gateway.db.people import person_of
from gateway.db.tables import LOGINS, PEOPLE

_SEEN_EVERY_MS = 60_000
"""Noting every request would write to the database each time a page asks for something."""


class Logins:
    """The rows of log-ins. ``ttl_ms`` ends one for good, ``idle_ms`` one that is not used.

    Only a hash is stored: whoever reads the database cannot log in with it. The token has 256
    random bits, so a plain hash is enough.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, account: Account, now: int, ttl_ms: int) -> str | None:
        """Log a person in and return the token that the browser keeps.

        None: the password of ``account`` was replaced since it was read, or the person disabled.
        Their row is locked meanwhile, so that ending all log-ins after that finds this one.
        """
        token = secrets.token_urlsafe(32)
        values = {
            LOGINS.c.login: _hash(token),
            LOGINS.c.person: account.person.person,
            LOGINS.c.created_at: now,
            LOGINS.c.seen_at: now,
            LOGINS.c.expires_at: now + ttl_ms,
        }
        still = (
            select(*(literal(value, column.type) for column, value in values.items()))
            .where(
                PEOPLE.c.person == account.person.person,
                PEOPLE.c.password_hash == account.password_hash,
                PEOPLE.c.disabled.is_(False),
            )
            .with_for_update(read=True)
        )
        async with self._engine.begin() as connection:
            done = await connection.execute(insert(LOGINS).from_select(list(values), still))
        return token if done.rowcount == 1 else None

    async def person(self, token: str, now: int, idle_ms: int) -> Person | None:
        """Return who is logged in with ``token``; None: nobody any more."""
        login = _hash(token)
        statement = (
            select(PEOPLE, LOGINS.c.seen_at)
            .join(LOGINS, LOGINS.c.person == PEOPLE.c.person)
            .where(
                LOGINS.c.login == login,
                LOGINS.c.expires_at > now,
                LOGINS.c.seen_at > now - idle_ms,
                PEOPLE.c.disabled.is_(False),
            )
        )
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            return None
        if row.seen_at < now - _SEEN_EVERY_MS:
            seen = update(LOGINS).where(LOGINS.c.login == login).values(seen_at=now)
            async with self._engine.begin() as connection:
                await connection.execute(seen)
        return person_of(row)

    async def remove(self, token: str) -> None:
        """Log one browser out."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(LOGINS).where(LOGINS.c.login == _hash(token)))

    async def remove_all(self, person: str) -> None:
        """Log a person out everywhere."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(LOGINS).where(LOGINS.c.person == person))

    async def tidy(self, now: int, idle_ms: int) -> None:
        """Forget log-ins that are over."""
        over = or_(LOGINS.c.expires_at <= now, LOGINS.c.seen_at <= now - idle_ms)
        async with self._engine.begin() as connection:
            await connection.execute(delete(LOGINS).where(over))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
