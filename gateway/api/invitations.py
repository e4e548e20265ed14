"""Invitations: one candidate's way into a job's interview, and what became of it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from gateway import tokens
from gateway.api.access import ServicesDep, interview_deleted
from gateway.api.errors import ApiError, responses
from gateway.api.fields import Email, Name, Token
from gateway.api.jobs import NewJob, OwnJob
from gateway.api.sessions import CreatedSession, adjusted, interview_of
from gateway.db.invitations import Invitation, Invited, new_invitation_id
from gateway.db.store import UnknownSession
from gateway.live import outbox
from gateway.live.services import Services
from gateway.session.model import Adjustments
from gateway.tokens import BadToken, ExpiredToken, Purpose
from schemas.events.base import EpochMs
from schemas.formula import Policy
from schemas.ids import SESSION_ID_PATTERN, SessionId, now_ms
from schemas.language import Language

router = APIRouter(prefix="/api", tags=["invitations"])

InvitationPath = Annotated[str, Path(pattern=SESSION_ID_PATTERN, description="the invitation's id")]

_DAY_MS = 86_400_000


class NewInvitation(Adjustments):
    """Whom to invite, and what is made easier for them."""

    name: Name
    email: Email | None = Field(None, description="for you; Viva sends no mail")
    days: Annotated[int, Field(strict=True, ge=1, le=90)] = Field(
        14, description="how long the link is good"
    )


class InvitationReply(BaseModel):
    """An invitation and the state of its interview."""

    invitation: str = Field(description="its id")
    job: str
    name: str = Field(description="empty, as is the address, once it is forgotten whose it was")
    email: str | None
    created_at: EpochMs
    expires_at: EpochMs
    revoked_at: EpochMs | None
    extra_time: float
    camera: Literal["asked", "optional"]
    answers: Literal["spoken", "typed"]
    state: Literal[
        "invited", "expired", "revoked", "deleted",
        "new", "ready", "calibrating", "calibrated", "asking", "asked", "answering", "ended",
    ] = Field(
        description="of the interview, once the link was opened; deleted: at the candidate's wish "
        "or yours, and name and address with it"
    )  # fmt: skip
    link: str | None = Field(
        description="the candidate's address below the gateway's, until it is opened: hand it over"
        " and keep no copy, who has it comes in as the candidate"
    )
    session: SessionId | None
    report: str | None = Field(
        description="the report's address below the gateway's; a practice interview's is shown to "
        "the candidate's link only"
    )


class Entering(BaseModel):
    """The token in the fragment of the candidate's link."""

    model_config = ConfigDict(extra="forbid")

    token: Token


class Entered(CreatedSession):
    """The candidate's interview."""

    language: Language
    position: str
    company: str


@router.post(
    "/jobs/{job}/invitations",
    status_code=201,
    responses=responses(400, 401, 403, 404, 408, 409, 413, 415, 422),
    summary="Invite a candidate",
)
async def invite(body: NewInvitation, job: OwnJob, services: ServicesDep) -> InvitationReply:
    """Make one candidate's link to one interview."""
    if job.archived_at:
        raise ApiError(409, "job_archived", "this job is archived: open it again first")
    now = now_ms()
    invitation = Invitation(
        invitation=new_invitation_id(),
        job=job.job,
        name=body.name,
        email=body.email or "",
        created_at=now,
        expires_at=now + body.days * _DAY_MS,
        adjustments=adjusted(body).model_dump_json(),
    )
    await services.store.invitations.add(invitation)
    return _reply(services, Invited(invitation))


@router.get(
    "/jobs/{job}/interviews",
    responses=responses(401, 403, 404, 422),
    summary="List a job's interviews",
)
async def list_interviews(job: OwnJob, services: ServicesDep) -> list[InvitationReply]:
    """Return its invitations, the newest first, and how far each interview is."""
    found = await services.store.invitations.of(job.job)
    return [_reply(services, each) for each in found]


@router.post(
    "/jobs/{job}/invitations/{invitation}/revoke",
    responses=responses(401, 403, 404, 408, 413, 415, 422),
    summary="Revoke an invitation",
)
async def revoke(invitation: InvitationPath, job: OwnJob, services: ServicesDep) -> InvitationReply:
    """Let nobody in by its link any more. Whoever is in the interview already may finish it.

    Name and address of who has not opened it are forgotten.
    """
    found = await services.store.invitations.get(invitation)
    if found is None or found.job != job.job:
        raise ApiError(404, "unknown_invitation", "there is no such invitation")
    await services.store.invitations.revoke(invitation, now_ms())
    listed = await services.store.invitations.of(job.job)
    return next(
        _reply(services, each) for each in listed if each.invitation.invitation == invitation
    )


@router.post(
    "/invitations/enter",
    responses=responses(400, 404, 408, 410, 413, 422),
    summary="Enter the interview that one is invited to",
)
async def enter(body: Entering, services: ServicesDep) -> Entered:
    """Return the invitation's interview; the first time it is made, later it is the same one."""
    invitation = await _good(services, body.token)
    job = await services.store.jobs.get(invitation.job)
    if job is None or (job.archived_at and not invitation.session):
        raise _closed()
    wish = NewJob.model_validate_json(job.wish)
    session = invitation.session or await _open(services, wish, invitation)
    try:
        interview = await services.store.get(session)
    except UnknownSession:
        raise _closed() from None  # long ago
    expires_at = interview.expires_at
    return Entered(
        session=session,
        token=tokens.issue(session, services.settings.token_secret, expires_at),
        expires_at=expires_at,
        language=interview.language,
        position=interview.position,
        company=interview.company,
    )


async def _good(services: Services, token: str) -> Invitation:
    """Return the invitation that lets somebody in.

    Raises:
        ApiError: 404, there is none; 410, it is expired or revoked.
    """
    unknown = ApiError(
        404, "unknown_invitation", "this link is not right: use the one you were given"
    )
    try:
        claims = tokens.read(Purpose.INVITATION, token, services.settings.token_secret)
    except ExpiredToken:
        raise ApiError(
            410, "invitation_expired", "this invitation has expired: ask for a new one"
        ) from None
    except BadToken:
        raise unknown from None
    found = await services.store.invitations.get(claims.subject)
    if found is None:
        raise unknown
    await _check_open(services, found)
    return found


async def _check_open(services: Services, invitation: Invitation) -> None:
    """Check that nobody has closed an invitation.

    Raises:
        ApiError: 410, it was revoked, or the data of its interview were deleted.
    """
    if invitation.session and await services.store.deletions.has(invitation.session):
        raise interview_deleted()
    if invitation.revoked_at:
        raise ApiError(410, "invitation_revoked", "this invitation was withdrawn: ask who sent it")


def _closed() -> ApiError:
    return ApiError(410, "invitation_closed", "this job takes no more interviews")


async def _open(services: Services, wish: NewJob, invitation: Invitation) -> str:
    """Return the session that an invitation has from now on.

    Raises:
        ApiError: 410, it was revoked or its job archived in the same moment.
    """
    now = now_ms()
    least = now + services.settings.token_ttl_s * 1000
    # Whoever looks in today and answers tomorrow must find the same interview.
    expires_at = max(least, invitation.expires_at)
    adjustments = Adjustments.model_validate_json(invitation.adjustments)
    interview = interview_of(services, wish, adjustments, now=now, expires_at=expires_at)
    if await services.store.add_invited(interview, invitation.invitation):
        await outbox.flush_soon(services, interview.session)
        return interview.session
    found = await services.store.invitations.get(invitation.invitation)
    if found is None:
        raise _closed()
    await _check_open(services, found)
    if not found.session:
        raise _closed()
    return found.session


def _reply(services: Services, invited: Invited) -> InvitationReply:
    it = invited.invitation
    is_good = not it.revoked_at and it.expires_at > now_ms()
    unopened = "revoked" if it.revoked_at else "invited" if is_good else "expired"
    state = "deleted" if invited.is_deleted else invited.state or unopened
    secret = services.settings.token_secret
    token = tokens.sign(Purpose.INVITATION, it.invitation, secret, it.expires_at)
    has_report = invited.policy not in ("", Policy.PRACTICE.value)
    return InvitationReply.model_validate(
        {
            "invitation": it.invitation,
            "job": it.job,
            "name": it.name,
            "email": it.email or None,
            "created_at": it.created_at,
            "expires_at": it.expires_at,
            "revoked_at": it.revoked_at or None,
            **Adjustments.model_validate_json(it.adjustments).model_dump(),
            "state": state,
            # Once it is the way into somebody's interview, it is told to nobody any more.
            "link": f"/enter.html#invitation={token}" if is_good and not it.session else None,
            "session": None if invited.is_deleted else it.session or None,
            "report": f"/report.html#session={it.session}" if has_report else None,
        }
    )
