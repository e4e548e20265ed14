"""Jobs: what their interviews are to be. Each belongs to the person who made it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from gateway.api.access import ServicesDep
from gateway.api.errors import ApiError, responses
from gateway.api.login import LoggedIn, Organiser
from gateway.api.sessions import Snapshot, Wish, interview_of
from gateway.db.jobs import Job, new_job_id
from gateway.session.model import Adjustments
from gateway.session.snapshot import snapshot
from schemas.events.base import EpochMs
from schemas.formula import Policy
from schemas.ids import SESSION_ID_PATTERN, now_ms

router = APIRouter(prefix="/api/jobs", tags=["jobs"])

JobPath = Annotated[str, Path(pattern=SESSION_ID_PATTERN, description="the job's id")]


class NewJob(Wish):
    """A job to interview for."""

    position: str = Field(min_length=1, max_length=200, description="what candidates apply for")
    policy: Policy = Field(
        description="practice: Viva shows the report to the candidate's link only; "
        "hiring: emotion is never inferred, and the owner decides whether candidates see theirs"
    )


class JobReply(NewJob):
    """A job as its owner sees it."""

    job: str = Field(description="its id")
    created_at: EpochMs
    archived_at: EpochMs | None = Field(description="closed for new candidates since then")

    @classmethod
    def of(cls, job: Job) -> JobReply:
        """Return what is told of ``job``."""
        wish = NewJob.model_validate_json(job.wish)
        return cls(
            **wish.model_dump(),
            job=job.job,
            created_at=job.created_at,
            archived_at=job.archived_at or None,
        )


async def own_job(job: JobPath, person: LoggedIn, services: ServicesDep) -> Job:
    """Return a job of the person who is logged in.

    Raises:
        ApiError: 404, there is none, or it is somebody else's: nobody learns which.
    """
    found = await services.store.jobs.get(job)
    if found is None or found.owner != person.person:
        raise ApiError(404, "unknown_job", "there is no such job")
    return found


OwnJob = Annotated[Job, Depends(own_job)]


@router.post(
    "",
    status_code=201,
    responses=responses(400, 401, 403, 408, 413, 415, 422),
    summary="Make a job",
)
async def make_job(body: NewJob, person: Organiser, services: ServicesDep) -> JobReply:
    """Make a job; it is yours. Coaches, recruiters and administrators may."""
    job = Job(new_job_id(), person.person, body.model_dump_json(), now_ms())
    await services.store.jobs.add(job)
    return JobReply.of(job)


@router.get("", responses=responses(401, 403), summary="List one's jobs")
async def list_jobs(person: Organiser, services: ServicesDep) -> list[JobReply]:
    """Return your jobs, the newest first, archived ones too."""
    return [JobReply.of(each) for each in await services.store.jobs.of(person.person)]


@router.get("/{job}", responses=responses(401, 403, 404, 422), summary="Look at a job")
async def get_job(job: OwnJob) -> JobReply:
    """Return one of your jobs."""
    return JobReply.of(job)


@router.get(
    "/{job}/preview",
    responses=responses(401, 403, 404, 422),
    summary="Look at a job as a candidate would",
)
async def preview_job(job: OwnJob, services: ServicesDep) -> Snapshot:
    """Return what a candidate's page would know at first. No session is made."""
    wish, now = NewJob.model_validate_json(job.wish), now_ms()
    interview = interview_of(services, wish, Adjustments(), now=now, expires_at=now)
    return Snapshot.model_validate(snapshot(interview, services.settings))


@router.put(
    "/{job}",
    responses=responses(400, 401, 403, 404, 408, 413, 415, 422),
    summary="Change a job",
)
async def change_job(body: NewJob, job: OwnJob, services: ServicesDep) -> JobReply:
    """Replace what its interviews are to be. Those that have begun stay as they are."""
    await services.store.jobs.change(job.job, body.model_dump_json())
    return await _again(services, job)


@router.post(
    "/{job}/archive",
    responses=responses(401, 403, 404, 408, 413, 415, 422),
    summary="Archive a job",
)
async def archive_job(job: OwnJob, services: ServicesDep) -> JobReply:
    """Close it for new candidates. Interviews that have begun go on, and nothing is deleted."""
    if not job.archived_at:
        await services.store.jobs.archive(job.job, now_ms())
    return await _again(services, job)


@router.post(
    "/{job}/reopen",
    responses=responses(401, 403, 404, 408, 413, 415, 422),
    summary="Open an archived job again",
)
async def reopen_job(job: OwnJob, services: ServicesDep) -> JobReply:
    """Let candidates in again, by the invitations that are still good too."""
    await services.store.jobs.archive(job.job, 0)
    return await _again(services, job)


async def _again(services: ServicesDep, job: Job) -> JobReply:
    return JobReply.of(await services.store.jobs.get(job.job) or job)
