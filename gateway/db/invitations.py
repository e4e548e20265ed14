"""Reading and changing invitations, and whose interview a session is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.db.tables import DELETIONS, INVITATIONS, JOBS, SESSIONS


@dataclass(frozen=True, slots=True)
class Invitation:
    """One candidate's way into a job's interview.

    Times are UTC ms, ``revoked_at`` 0: it is good. ``session`` is empty until it is opened;
    ``adjustments`` is JSON. Without a ``name`` it was forgotten whose it was.
    """

    invitation: str
    job: str
    name: str
    email: str
    created_at: int
    expires_at: int
    revoked_at: int = 0
    session: str = ""
    adjustments: str = "{}"


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with state and policy of its interview; empty: it has not been opened.

    ``is_deleted``: it was, and the candidate's data were deleted.
    """

    invitation: Invitation
    state: str = ""
    policy: str = ""
    is_deleted: bool = False


_forgotten = update(INVITATIONS).where(INVITATIONS.c.session.is_(None)).values(name="", email="")
"""Forgets whose an invitation was that nobody has opened."""


def new_invitation_id() -> str:
    """Return an unguessable id."""
    return "i_" + secrets.token_hex(12)


class Invitations:
    """The rows of invitations. Every method is one short transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, invitation: Invitation) -> None:
        """Insert a new invitation."""
        values = {
            "invitation": invitation.invitation,
            "job": invitation.job,
            "name": invitation.name,
            "email": invitation.email,
            "created_at": invitation.created_at,
            "expires_at": invitation.expires_at,
            "revoked_at": invitation.revoked_at,
            "adjustments": invitation.adjustments,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(INVITATIONS).values(values))

    async def get(self, invitation: str) -> Invitation | None:
        """Return an invitation."""
        statement = select(INVITATIONS).where(INVITATIONS.c.invitation == invitation)
        async with self._engine.connect() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return None if row is None else _invitation(row)

    async def of(self, job: str) -> list[Invited]:
        """Return a job's invitations, the newest first."""
        statement = (
            select(
                INVITATIONS,
                SESSIONS.c.state,
                SESSIONS.c.policy,
                DELETIONS.c.session.is_not(None).label("is_deleted"),
            )
            .outerjoin(SESSIONS, SESSIONS.c.session == INVITATIONS.c.session)
            .outerjoin(DELETIONS, DELETIONS.c.session == INVITATIONS.c.session)
            .where(INVITATIONS.c.job == job)
            .order_by(INVITATIONS.c.created_at.desc(), INVITATIONS.c.invitation)
        )
        async with self._engine.connect() as connection:
            rows = await connection.execute(statement)
            return [
                Invited(
                    _invitation(row), row.state or "", row.policy or "", is_deleted=row.is_deleted
                )
                for row in rows
            ]

    async def revoke(self, invitation: str, at: int) -> None:
        """Let nobody in by an invitation any more; where nobody was, forget whose it was."""
        it = INVITATIONS.c.invitation == invitation
        revoked = update(INVITATIONS).where(it, INVITATIONS.c.revoked_at == 0).values(revoked_at=at)
        async with self._engine.begin() as connection:
            await connection.execute(revoked)
            # In this order: what is revoked is not opened any more.
            await connection.execute(_forgotten.where(it))

    async def forget_people(self, *, before: int) -> int:
        """Forget who never opened their invitation; return how many.

        It was revoked, or expired before ``before`` (UTC ms). The rows stay, without name and
        address.
        """
        columns = INVITATIONS.c
        over = or_(columns.revoked_at != 0, columns.expires_at < before)
        named = or_(columns.name != "", columns.email != "")
        async with self._engine.begin() as connection:
            return int((await connection.execute(_forgotten.where(over, named))).rowcount)

    async def owner_of(self, session: str) -> str:
        """Return who owns the job that a session is an interview of; empty: nobody."""
        statement = (
            select(JOBS.c.owner)
            .join(INVITATIONS, INVITATIONS.c.job == JOBS.c.job)
            .where(INVITATIONS.c.session == session)
        )
        async with self._engine.connect() as connection:
            return (await connection.execute(statement)).scalar_one_or_none() or ""


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        invitation=row.invitation,
        job=row.job,
        name=row.name,
        email=row.email,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        session=row.session or "",
        adjustments=row.adjustments,
    )
