"""Deleting a session's rows, and remembering what is left to do and that it was deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway.db.tables import DELETIONS, INVITATIONS, RESUMES, SESSIONS
from gateway.session.deletion import Remains
from gateway.session.model import Interview

_TRIES = 50


class Deletions:
    """The rows of deletions. Every method is one short transaction, but for what it repeats."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def make(
        self, session: str, end: Callable[[Interview], Remains], *, slot: int, at: int
    ) -> bool:
        """Delete all rows that tell of ``session``'s candidate; return whether there was one.

        Its row and its résumé's go, its invitation keeps neither name nor address and lets nobody
        in. ``end`` says what is left to do; it runs again when another writer was faster.
        """
        for _ in range(_TRIES):
            async with self._engine.connect() as connection, connection.begin() as transaction:
                columns = SESSIONS.c
                row = (
                    await connection.execute(
                        select(columns.interview, columns.version).where(columns.session == session)
                    )
                ).one_or_none()
                if row is None:
                    return False
                remains = end(Interview.model_validate_json(row.interview))
                done = await connection.execute(
                    delete(SESSIONS).where(
                        columns.session == session, columns.version == row.version
                    )
                )
                if done.rowcount == 1:
                    await _forget_person(connection, session, at)
                    remains = await _with_files(connection, remains)
                    values = {"session": session, "slot": slot, "at": at}
                    await connection.execute(
                        insert(DELETIONS).values(remains=remains.model_dump_json(), **values)
                    )
                    return True
                await transaction.rollback()
            await asyncio.sleep(0)
        raise RuntimeError(f"session {session} changed {_TRIES} times while it was being deleted")

    async def has(self, session: str) -> bool:
        """Return whether ``session`` was deleted."""
        statement = select(DELETIONS.c.session).where(DELETIONS.c.session == session)
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).scalar_one_or_none() is not None

    async def due(self, slots: Collection[int]) -> list[str]:
        """Return the sessions of these slots that something is left to do for."""
        statement = select(DELETIONS.c.session).where(
            DELETIONS.c.slot.in_(slots), DELETIONS.c.remains != ""
        )
        async with self._engine.connect() as connection:
            return list((await connection.execute(statement)).scalars())

    async def remains(self, session: str) -> Remains | None:
        """Return what is left to do for ``session``; None: nothing."""
        statement = select(DELETIONS.c.remains).where(DELETIONS.c.session == session)
        async with self._engine.connect() as connection:
            found = (await connection.execute(statement)).scalar_one_or_none()
        return Remains.model_validate_json(found) if found else None

    async def done(self, session: str) -> None:
        """Note that nothing is left to do for ``session``."""
        statement = update(DELETIONS).where(DELETIONS.c.session == session).values(remains="")
        async with self._engine.begin() as connection:
            await connection.execute(statement)

    async def of_nobody(self, objects: Sequence[str]) -> list[str]:
        """Return those of ``objects`` that no session and no résumé names.

        Objects are called after their contents, so two may share one. A look at every session for
        each: sessions are seldom deleted, and questions that quote somebody are few.
        """
        free = []
        async with self._engine.connect() as connection:
            for name in objects:
                quoted = SESSIONS.c.interview.contains(name, autoescape=True)
                named = (
                    select(SESSIONS.c.session).where(quoted),
                    select(RESUMES.c.resume).where(RESUMES.c.object == name),
                )
                found = [(await connection.execute(each.limit(1))).first() for each in named]
                if found == [None, None]:
                    free.append(name)
        return free


async def _forget_person(connection: AsyncConnection, session: str, at: int) -> None:
    of_session = INVITATIONS.c.session == session
    await connection.execute(
        update(INVITATIONS).where(of_session, INVITATIONS.c.revoked_at == 0).values(revoked_at=at)
    )
    await connection.execute(update(INVITATIONS).where(of_session).values(name="", email=""))


async def _with_files(connection: AsyncConnection, remains: Remains) -> Remains:
    """Delete the résumé's row; its file goes with the clips."""
    objects = list(remains.objects)
    if remains.resume:
        of_resume = RESUMES.c.resume == remains.resume
        file = await connection.execute(select(RESUMES.c.object).where(of_resume))
        objects += file.scalars()
        await connection.execute(delete(RESUMES).where(of_resume))
    return remains.model_copy(update={"objects": tuple(objects)})
