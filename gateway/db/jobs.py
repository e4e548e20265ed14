"""Reading and changing jobs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.db.tables import JOBS


@dataclass(frozen=True, slots=True)
class Job:
    """A job and its owner; ``wish`` is JSON. Times are UTC ms, ``archived_at`` 0: it is open."""

    job: str
    owner: str
    wish: str
    created_at: int
    archived_at: int = 0


def new_job_id() -> str:
    """Return an unguessable id."""
    return "j_" + secrets.token_hex(12)


class Jobs:
    """The rows of jobs. Every method is one short transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def add(self, job: Job) -> None:
        """Insert a new job."""
        values = {
            "job": job.job,
            "owner": job.owner,
            "wish": job.wish,
            "created_at": job.created_at,
            "archived_at": job.archived_at,
        }
        async with self._engine.begin() as connection:
            await connection.execute(insert(JOBS).values(values))

    async def get(self, job: str) -> Job | None:
        """Return a job."""
        async with self._engine.connect() as connection:
            found = await connection.execute(select(JOBS).where(JOBS.c.job == job))
            row = found.one_or_none()
        return None if row is None else _job(row)

    async def of(self, owner: str) -> list[Job]:
        """Return a person's jobs, the newest first."""
        statement = (
            select(JOBS).where(JOBS.c.owner == owner).order_by(JOBS.c.created_at.desc(), JOBS.c.job)
        )
        async with self._engine.connect() as connection:
            return [_job(row) for row in await connection.execute(statement)]

    async def change(self, job: str, wish: str) -> None:
        """Change what its interviews are to be: those that begin from now on."""
        await self._set(job, {"wish": wish})

    async def archive(self, job: str, at: int) -> None:
        """Close a job for new candidates; 0 opens it again."""
        await self._set(job, {"archived_at": at})

    async def _set(self, job: str, values: dict[str, Any]) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(update(JOBS).where(JOBS.c.job == job).values(values))


def _job(row: Row[Any]) -> Job:
    return Job(row.job, row.owner, row.wish, row.created_at, row.archived_at)
