"""Counts of failed attempts, shared by all gateways of one database."""

from __future__ import annotations

import asyncio

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.accounts.throttle import Limit
from gateway.db.tables import ATTEMPTS

_TRIES = 20


class Attempts:
    """One row a key. An attempt counts as failed from its beginning until it is taken back.

    Otherwise a hundred guesses that come at once would all be let through before the first of them
    is known to be wrong.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def begin(self, key: str, limit: Limit, now: int) -> int:
        """Count an attempt and return 0, or the milliseconds to wait before one is let through."""
        for _ in range(_TRIES):
            try:
                async with self._engine.begin() as connection:
                    wait = await _begin(connection, key, limit, now)
            except IntegrityError:
                wait = None  # somebody else made the row
            if wait is not None:
                return wait
            await asyncio.sleep(0)
        return limit.wait_ms(limit.free + 1)  # so many at once are no person's doing

    async def take_back(self, key: str, now: int) -> None:
        """Do not count an attempt that succeeded; others that failed still count."""
        statement = (
            update(ATTEMPTS)
            .where(ATTEMPTS.c.key == key, ATTEMPTS.c.failures > 0)
            .values(failures=ATTEMPTS.c.failures - 1, open_at=now)
        )
        async with self._engine.begin() as connection:
            await connection.execute(statement)

    async def forget(self, key: str) -> None:
        """Begin anew, after somebody has shown who they are."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.key == key))

    async def tidy(self, before: int) -> None:
        """Forget what has been leaking since before ``before`` (UTC ms)."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.leaks_since < before))


async def _begin(connection: AsyncConnection, key: str, limit: Limit, now: int) -> int | None:
    """Return the wait; None: another writer was faster."""
    row = (await connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.key == key))).one_or_none()
    if row is None:
        await connection.execute(insert(ATTEMPTS).values(key=key, **_counted(0, now, limit, now)))
        return 0
    if row.open_at > now:
        return int(row.open_at - now)
    failures, since = limit.remembered(row.failures, row.leaks_since, now)
    done = await connection.execute(
        update(ATTEMPTS)
        .where(
            ATTEMPTS.c.key == key,
            ATTEMPTS.c.failures == row.failures,
            ATTEMPTS.c.open_at == row.open_at,
            ATTEMPTS.c.leaks_since == row.leaks_since,
        )
        .values(_counted(failures, since, limit, now))
    )
    return 0 if done.rowcount == 1 else None


def _counted(failures: int, since: int, limit: Limit, now: int) -> dict[str, int]:
    """Return the columns after one failure more."""
    wait = limit.wait_ms(failures + 1)
    return {"failures": failures + 1, "open_at": now + wait, "leaks_since": since}
