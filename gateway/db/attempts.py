"""Counts of failed attempts, shared by all gateways of one database."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
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

    async def begin(self, key: str, limit: Limit, now: int, at_least: int = 0) -> int:
        """Count an attempt and return 0, or the milliseconds to wait before one is let through.

        Before every attempt ``at_least`` is waited for, once: the wait of one key is never made
        longer by the attempts of others.
        """
        for _ in range(_TRIES):
            try:
                async with self._engine.begin() as connection:
                    wait = await _begin(connection, key, limit, now, at_least)
            except IntegrityError:
                wait = None  # somebody else made the row
            if wait is not None:
                return wait
            await asyncio.sleep(0)
        return limit.wait_ms(limit.free + 1)  # so many at once are no person's doing

    async def count(self, key: str, limit: Limit, now: int) -> None:
        """Count an attempt that nothing holds up here; ``delay`` tells how many there are.

        None is counted beyond the longest wait: it is over soon after the attempts are.
        """
        for _ in range(_TRIES):
            try:
                async with self._engine.begin() as connection:
                    done = await _count(connection, key, limit, now)
            except IntegrityError:
                done = False  # somebody else made the row
            if done:
                return
            await asyncio.sleep(0)

    async def delay(self, key: str, limit: Limit, now: int) -> int:
        """Return how long after what was counted an attempt has to wait, in milliseconds."""
        statement = select(ATTEMPTS).where(ATTEMPTS.c.key == key)
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            return 0
        return limit.wait_ms(limit.remembered(row.failures, row.leaks_since, now)[0])

    async def uncount(self, key: str) -> None:
        """Do not count an attempt of which nobody knows whether it was right."""
        statement = (
            update(ATTEMPTS)
            .where(ATTEMPTS.c.key == key, ATTEMPTS.c.failures > 0)
            .values(failures=ATTEMPTS.c.failures - 1)
        )
        async with self._engine.begin() as connection:
            await connection.execute(statement)

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

    async def forget_all(self, beginning: str) -> None:
        """Begin anew with all keys that begin like this."""
        keys = ATTEMPTS.c.key.startswith(beginning, autoescape=True)
        async with self._engine.begin() as connection:
            await connection.execute(delete(ATTEMPTS).where(keys))

    async def tidy(self, before: int) -> None:
        """Forget what has been leaking since before ``before`` (UTC ms)."""
        async with self._engine.begin() as connection:
            await connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.leaks_since < before))


async def _begin(
    connection: AsyncConnection, key: str, limit: Limit, now: int, at_least: int
) -> int | None:
    """Return the wait; None: another writer was faster."""
    row = await _row(connection, key)
    if row is None:
        columns = _counted(0, now, limit, now)
        if at_least:
            columns = {"failures": 0, "open_at": now + at_least, "leaks_since": now}
        await connection.execute(insert(ATTEMPTS).values(key=key, **columns))
        return at_least
    if row.open_at > now:
        return int(row.open_at - now)
    failures, since = limit.remembered(row.failures, row.leaks_since, now)
    columns = _counted(failures, since, limit, now)
    columns["open_at"] = max(columns["open_at"], now + at_least)
    return 0 if await _replaced(connection, row, columns) else None


async def _count(connection: AsyncConnection, key: str, limit: Limit, now: int) -> bool:
    """Return whether it is counted, False: another writer was faster."""
    row = await _row(connection, key)
    failures, since = (
        limit.remembered(row.failures, row.leaks_since, now) if row is not None else (0, now)
    )
    failures = min(failures + 1, limit.locked_from)
    columns = {"failures": failures, "open_at": now, "leaks_since": since}
    if row is not None:
        return await _replaced(connection, row, columns)
    await connection.execute(insert(ATTEMPTS).values(key=key, **columns))
    return True


async def _row(connection: AsyncConnection, key: str) -> Row[Any] | None:
    return (await connection.execute(select(ATTEMPTS).where(ATTEMPTS.c.key == key))).one_or_none()


async def _replaced(connection: AsyncConnection, row: Row[Any], columns: dict[str, int]) -> bool:
    """Return whether ``row`` has these columns now, False: another writer was faster."""
    done = await connection.execute(
        update(ATTEMPTS)
        .where(
            ATTEMPTS.c.key == row.key,
            ATTEMPTS.c.failures == row.failures,
            ATTEMPTS.c.open_at == row.open_at,
            ATTEMPTS.c.leaks_since == row.leaks_since,
        )
        .values(columns)
    )
    return done.rowcount == 1


def _counted(failures: int, since: int, limit: Limit, now: int) -> dict[str, int]:
    """Return the columns after one failure more."""
    wait = limit.wait_ms(failures + 1)
    return {"failures": failures + 1, "open_at": now + wait, "leaks_since": since}
