"""Reading and changing session rows, safely against other writers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asyncpg import PostgresError
from pydantic import TypeAdapter
from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.db.attempts import Attempts
from gateway.db.deletions import Deletions
from gateway.db.engine import open_engine
from gateway.db.invitations import Invitations
from gateway.db.jobs import Jobs
from gateway.db.logins import Logins
from gateway.db.migrations import NewerDatabase, migrate
from gateway.db.people import People
from gateway.db.tables import DELETIONS, GATEWAYS, INVITATIONS, JOBS, RESUMES, SESSIONS
from gateway.session.model import NOT_BEGUN, Interview, State
from schemas.resume import Section

Change = Callable[[Interview], object]
"""Changes the interview in place. Pure, as it runs again when another writer was faster."""

_ATTEMPTS = 50

_SECTIONS = TypeAdapter(tuple[Section, ...])


UNUSABLE = (SQLAlchemyError, PostgresError, NewerDatabase, OSError)
"""What is raised where the database cannot be used: missing, locked, refusing us, or of a later
version. SQLAlchemy lets through what asyncpg says of a connection."""


class UnknownSession(LookupError):  # noqa: N818 - reads as what happened
    """There is no such session."""


@dataclass(frozen=True, slots=True)
class Due:
    """A session the sweeper should look at."""

    session: str
    epoch: int
    slot: int


class UnknownResume(LookupError):  # noqa: N818 - reads as what happened
    """There is no such résumé."""


@dataclass(frozen=True, slots=True)
class StoredResume:
    """A résumé that was read; ``object`` names its file, ``created_at`` is UTC ms."""

    resume: str
    object: str
    sections: tuple[Section, ...]
    created_at: int


class Store:
    """The rows of sessions, résumés and gateways. Every method is one short transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.people = People(engine)
        self.logins = Logins(engine)
        self.attempts = Attempts(engine)
        self.jobs = Jobs(engine)
        self.invitations = Invitations(engine)
        self.deletions = Deletions(engine)

    async def start(self) -> None:
        """Bring the tables to what this version needs.

        Raises:
            NewerDatabase: a later version has written to it.
            sqlalchemy.exc.SQLAlchemyError: the database cannot be reached or written.
        """
        await migrate(self._engine)

    async def stop(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    async def add(self, interview: Interview) -> None:
        """Insert a new session."""
        async with self._engine.begin() as connection:
            await connection.execute(insert(SESSIONS).values(version=1, **_columns(interview)))

    async def add_invited(self, interview: Interview, invitation: str) -> bool:
        """Insert a new session as the one of ``invitation``.

        False: it has one already, it was revoked, or its job archived. Two devices may open one
        link at the same moment: only one of the two sessions stays.
        """
        async with self._engine.connect() as connection, connection.begin() as transaction:
            await connection.execute(insert(SESSIONS).values(version=1, **_columns(interview)))
            done = await connection.execute(
                update(INVITATIONS)
                .where(
                    INVITATIONS.c.invitation == invitation,
                    INVITATIONS.c.session.is_(None),
                    INVITATIONS.c.revoked_at == 0,
                    INVITATIONS.c.job.in_(select(JOBS.c.job).where(JOBS.c.archived_at == 0)),
                )
                .values(session=interview.session)
            )
            if done.rowcount != 1:
                await transaction.rollback()
            return done.rowcount == 1

    async def get(self, session: str) -> Interview:
        """Return a session.

        Raises:
            UnknownSession: there is none.
        """
        return await self._read(session)

    async def change(self, session: str, change: Change) -> Interview:
        """Apply ``change`` and return the result; atomic, whoever else writes.

        Whatever ``change`` raises passes through, and nothing is stored.

        Raises:
            UnknownSession: there is no such session.
        """
        for _ in range(_ATTEMPTS):
            interview = await self._read(session)
            version = interview.version
            change(interview)
            async with self._engine.begin() as connection:
                done = await connection.execute(
                    update(SESSIONS)
                    .where(SESSIONS.c.session == session, SESSIONS.c.version == version)
                    .values(version=version + 1, **_columns(interview))
                )
            if done.rowcount == 1:
                interview.version = version + 1
                return interview
            await asyncio.sleep(0)
        raise RuntimeError(
            f"session {session} changed {_ATTEMPTS} times while it was being written"
        )

    async def add_resume(self, resume: StoredResume) -> None:
        """Insert a new résumé."""
        values = {
            "resume": resume.resume,
            "object": resume.object,
            "sections": _SECTIONS.dump_json(resume.sections).decode(),
            "created_at": resume.created_at,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(RESUMES).values(values))

    async def resume(self, resume: str) -> StoredResume:
        """Return a résumé.

        Raises:
            UnknownResume: there is none.
        """
        statement = select(RESUMES).where(RESUMES.c.resume == resume)
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement)).one_or_none()
        if row is None:
            raise UnknownResume(resume)
        sections = _SECTIONS.validate_json(row.sections)
        return StoredResume(row.resume, row.object, sections, row.created_at)

    async def due(
        self, slots: set[int], here: Collection[str], *, now: int, gone_before: int
    ) -> list[Due]:
        """Return the sessions that may need the sweeper: those ``here``, and some of ``slots``.

        The latter are connected, have something to publish, have begun and lost their candidate
        before ``gone_before`` (UTC ms), or are past their expiry.
        """
        columns = SESSIONS.c
        over_due = and_(
            columns.state != State.ENDED.value,
            or_(
                and_(
                    columns.epoch > 0,
                    columns.state.not_in([each.value for each in NOT_BEGUN]),
                    columns.connection_changed_at < gone_before,
                ),
                columns.expires_at < now,
            ),
        )
        of_slots = and_(
            columns.slot.in_(slots), or_(columns.connected, columns.pending > 0, over_due)
        )
        statement = select(columns.session, columns.epoch, columns.slot).where(
            or_(columns.session.in_(here), of_slots)
        )
        async with self._engine.connect() as connection:
            return [Due(*row) for row in await connection.execute(statement)]

    async def forget(self, *, before: int) -> int:
        """Delete the ended sessions that expired before ``before`` (UTC ms); return how many.

        So long after it expired, an invitation goes too, and that a session was deleted.
        """
        columns = SESSIONS.c
        old = and_(
            columns.expires_at < before,
            columns.state == State.ENDED.value,
            columns.pending == 0,
        )
        over = and_(
            INVITATIONS.c.expires_at < before,
            or_(
                INVITATIONS.c.session.is_(None),
                INVITATIONS.c.session.not_in(select(columns.session)),
            ),
        )
        done = and_(DELETIONS.c.at < before, DELETIONS.c.remains == "")
        async with self._engine.begin() as connection:
            forgotten = await connection.execute(delete(SESSIONS).where(old))
            await connection.execute(delete(INVITATIONS).where(over))
            await connection.execute(delete(DELETIONS).where(done))
            return int(forgotten.rowcount)

    async def clips_wanted(self) -> set[str]:
        """Return the clips that interviews which have not ended may still play."""
        open_ones = select(SESSIONS.c.interview).where(SESSIONS.c.state != State.ENDED.value)
        async with self._engine.connect() as connection:
            rows = (await connection.execute(open_ones)).scalars().all()

        def clips() -> set[str]:
            spoken = (Interview.model_validate_json(row).spoken.values() for row in rows)
            return {each.clip for some in spoken for each in some if each.clip}

        return await asyncio.to_thread(clips)  # there may be thousands, and candidates are heard

    async def forget_resumes(self, *, before: int) -> int:
        """Delete the rows of résumés from before ``before`` (UTC ms); return how many."""
        async with self._engine.begin() as connection:
            old = delete(RESUMES).where(RESUMES.c.created_at < before)
            return int((await connection.execute(old)).rowcount)

    async def inbox_offset(self, slot: int) -> int | None:
        """Return the offset to read on from in the inbox of ``slot``, if one was noted."""
        async with self._engine.connect() as connection:
            return (
                await connection.execute(
                    select(GATEWAYS.c.inbox_offset).where(GATEWAYS.c.slot == slot)
                )
            ).scalar_one_or_none()

    async def note_gateway(self, slot: int, offset: int, now: int) -> None:
        """Note that the gateway of ``slot`` is alive and has read its inbox up to ``offset``."""
        values = {"inbox_offset": offset, "seen_at": now}
        statement = update(GATEWAYS).where(GATEWAYS.c.slot == slot).values(values)
        async with self._engine.begin() as connection:
            if (await connection.execute(statement)).rowcount:
                return
        try:
            async with self._engine.begin() as connection:
                await connection.execute(insert(GATEWAYS).values(slot=slot, **values))
        except IntegrityError:
            async with self._engine.begin() as connection:
                await connection.execute(statement)

    async def silent_slots(self, before: int) -> set[int]:
        """Return the slots whose gateway was last seen before ``before`` (UTC ms)."""
        async with self._engine.connect() as connection:
            found = await connection.execute(
                select(GATEWAYS.c.slot).where(GATEWAYS.c.seen_at < before)
            )
            return set(found.scalars())

    async def _read(self, session: str) -> Interview:
        async with self._engine.connect() as connection:
            row = (
                await connection.execute(
                    select(SESSIONS.c.interview, SESSIONS.c.version).where(
                        SESSIONS.c.session == session
                    )
                )
            ).one_or_none()
        if row is None:
            raise UnknownSession(session)
        interview = Interview.model_validate_json(row.interview)
        interview.version = row.version
        return interview


def _columns(interview: Interview) -> dict[str, Any]:
    return {
        "session": interview.session,
        "slot": interview.slot,
        "epoch": interview.epoch,
        "state": interview.stage.value,
        "question": interview.question,
        "attempt": interview.attempt,
        "language": interview.language.value,
        "policy": interview.policy.value,
        "baseline": interview.baseline.model_dump_json(),
        "connected": interview.connected,
        "recording": interview.open is not None,
        "pending": len(interview.outbox),
        "connection_changed_at": interview.connection_changed_at,
        "expires_at": interview.expires_at,
        "interview": interview.model_dump_json(),
    }


def why_unusable(error: Exception) -> str:
    """Return in one line what is wrong with the database; ``error`` is one of ``UNUSABLE``."""
    reason = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
    return f"the gateway's database cannot be used: {reason or type(error).__name__}"


def open_store(url: str, data_dir: Path) -> Store:
    """Return the store at a SQLAlchemy URL; an empty one means SQLite in ``data_dir``."""
    return Store(open_engine(url, data_dir))
