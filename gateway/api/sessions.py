"""Creating a session, and looking at one."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gateway import tokens
from gateway.api.access import ServicesDep, TokenSession, developer, own
from gateway.api.errors import ApiError, responses
from gateway.api.fields import one_line
from gateway.db.store import UnknownResume
from gateway.live import outbox
from gateway.live.services import Services
from gateway.session import consent, machine
from gateway.session.checks import Refused
from gateway.session.facts import lines_of
from gateway.session.model import Adjustments, Interview
from gateway.session.snapshot import snapshot
from schemas.events import ResumeLine
from schemas.events.base import EpochMs
from schemas.formula import Policy
from schemas.ids import SESSION_ID_PATTERN, SessionId, new_session_id, now_ms
from schemas.language import Language
from schemas.rubric import MAX_CRITERIA, Criterion

router = APIRouter(prefix="/api", tags=["sessions"])

SessionPath = Annotated[str, Path(pattern=SESSION_ID_PATTERN, description="the session's id")]

_QUESTIONS = 3


FixedQuestion = Annotated[str, Field(min_length=1, max_length=500), BeforeValidator(one_line)]


class Agreement(BaseModel):
    """What a candidate agrees to."""

    model_config = ConfigDict(extra="forbid")

    audio: bool = Field(
        strict=True, description="sound may be recorded and transcribed; no interview without"
    )
    video: bool = Field(
        strict=True, description="pictures of the camera may be analysed; false: none is taken"
    )
    text: bool = Field(
        False,
        strict=True,
        description="what is typed may be kept; no interview in writing without, and asked there",
    )
    text_version: str = Field(
        min_length=1,
        max_length=40,
        description="version of the text that the candidate was shown",
        examples=[consent.TEXT_VERSION],
    )


class Wish(BaseModel):
    """What an interview is to be, held now or for a job."""

    model_config = ConfigDict(extra="forbid")

    language: Language = Field(description="of the questions and of the transcript")
    policy: Policy = Field(
        Policy.PRACTICE, description="practice: all scores; hiring: emotion is never inferred"
    )
    questions: Annotated[int, Field(strict=True, ge=1, le=50)] | None = Field(
        None, description="how many; by default as many as are fixed, otherwise 3"
    )
    fixed: tuple[FixedQuestion, ...] = Field(
        (), max_length=50, description="your own questions: asked first, word for word"
    )
    rubric: tuple[Criterion, ...] = Field(
        (), max_length=MAX_CRITERIA, description="what answers are assessed for; default: ours"
    )
    position: str = Field("", max_length=200, description="what the candidate applies for")
    company: str = Field("", max_length=200)
    answer_limit_s: Annotated[int, Field(strict=True, ge=10, le=3600)] | None = Field(
        None, description="seconds that an answer may take; default: the gateway's"
    )
    retakes: Annotated[int, Field(strict=True, ge=0, le=5)] | None = Field(
        None, description="how often each answer may be started over; default: any number of times"
    )
    show_report: Annotated[bool, Field(strict=True)] = Field(
        False, description="whether a candidate for hiring sees scores and report; practice: always"
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.questions is not None and len(self.fixed) > self.questions:
            raise ValueError(
                f"questions is {self.questions}, but fixed has {len(self.fixed)}: "
                "questions counts them in"
            )
        names = [each.name for each in self.rubric]
        if len(set(names)) < len(names):
            raise ValueError("two criteria of the rubric have the same name")
        return self

    @property
    def total(self) -> int:
        """How many questions the interview has."""
        return self.questions or len(self.fixed) or _QUESTIONS


class NewSession(Wish, Adjustments):
    """An interview to be held."""

    resume: str = Field("", max_length=64, description="id of an uploaded résumé to ask about")
    consent: Agreement | None = Field(
        None, description="for clients without a page: what their candidate has agreed to"
    )


class CreatedSession(BaseModel):
    """The candidate's link is ``/interview.html#session=SESSION&token=TOKEN``."""

    session: SessionId
    token: str = Field(description="signed for this session only; send it as a bearer token")
    expires_at: EpochMs


class Given(BaseModel):
    """The candidate's consent."""

    audio: bool
    video: bool
    text: bool
    text_version: str


class CalibrationResult(BaseModel):
    """How the calibration went."""

    ok: bool
    problems: list[str]


class CaptionLine(BaseModel):
    """One utterance; ``start_ms`` counts from the answer's first sample."""

    question: int
    text: str
    start_ms: int


class Snapshot(BaseModel):
    """The whole state of a session, as the data channel's ``snapshot`` shows it."""

    session: SessionId
    language: Language
    policy: Policy
    position: str
    company: str
    consent: Given | None = Field(description="none: not asked yet")
    consent_open: bool = Field(description="whether it may be changed: nothing was recorded")
    state: Literal[
        "new", "ready", "calibrating", "calibrated", "asking", "asked", "answering", "ended"
    ]
    epoch: int = Field(description="accepted offers so far")
    question: int
    attempt: int
    total: int
    question_text: str | None
    question_audio: bool = Field(description="whether the question can be heard")
    calibration: CalibrationResult | None
    answered: list[int]
    written: str = Field(description="typed so far as the answer to the present question")
    captions: list[CaptionLine]
    report: bool = Field(description="whether the candidate sees scores and report")
    scores: dict[str, dict[str, Any]] = Field(
        description="question.scored events by question; none where there is no report to see"
    )
    answer_limit_s: float = Field(description="seconds that an answer may take")
    retakes_left: int | None = Field(
        description="how often the present answer may be started over; none: any number of times"
    )
    extra_time: float = Field(description="factor that the limit has in it; silence has it too")
    camera: Literal["asked", "optional"] = Field(description="optional: do not ask for it")
    answers: Literal["spoken", "typed"] = Field(
        description="typed: ask for neither microphone nor camera"
    )
    calibration_s: float
    retention_days: int = Field(description="how long files of the interview are kept")
    last_seq: int = Field(description="number of the last command that was settled")
    recording: bool


@router.post(
    "/sessions",
    status_code=201,
    dependencies=[Depends(developer)],
    responses=responses(400, 401, 408, 409, 413, 422),
    summary="Create a session",
)
async def create_session(body: NewSession, services: ServicesDep) -> CreatedSession:
    """Create a session and its signed token. Needs the development key."""
    resume = await _lines(services, body.resume) if body.resume else ()
    now = now_ms()
    expires_at = now + services.settings.token_ttl_s * 1000
    interview = interview_of(
        services, body, adjusted(body), resume=resume, now=now, expires_at=expires_at
    )
    interview.resume = body.resume
    if body.consent is not None:
        _agree(interview, body.consent, now)
    await services.store.add(interview)
    await outbox.flush_soon(services, interview.session)
    return CreatedSession(
        session=interview.session,
        token=tokens.issue(interview.session, services.settings.token_secret, expires_at),
        expires_at=expires_at,
    )


def adjusted(body: Adjustments) -> Adjustments:
    """Return what is made easier for a candidate, out of a request that says more."""
    return Adjustments(extra_time=body.extra_time, camera=body.camera, answers=body.answers)


def interview_of(
    services: Services,
    wish: Wish,
    adjustments: Adjustments,
    *,
    now: int,
    expires_at: int,
    resume: tuple[ResumeLine, ...] = (),
) -> Interview:
    """Return a new interview as it was wished for; nothing is kept or published yet."""
    return machine.create(
        session=new_session_id(),
        slot=services.settings.slot,
        language=wish.language,
        policy=wish.policy,
        total=wish.total,
        position=wish.position,
        company=wish.company,
        resume=resume,
        rubric=wish.rubric,
        fixed=wish.fixed,
        answer_limit_s=wish.answer_limit_s,
        retakes=wish.retakes,
        adjustments=adjustments,
        show_report=wish.show_report,
        now=now,
        expires_at=expires_at,
    )


def _agree(interview: Interview, agreement: Agreement, now: int) -> None:
    try:
        consent.give(interview, **agreement.model_dump(), now=now)
    except Refused as error:
        raise ApiError(409, error.fault.code, error.fault.message) from None


async def _lines(services: Services, resume: str) -> tuple[ResumeLine, ...]:
    try:
        return lines_of((await services.store.resume(resume)).sections)
    except UnknownResume:
        raise ApiError(
            422, "unknown_resume", "there is no such résumé: upload it first, to /api/resumes"
        ) from None


@router.get(
    "/sessions/{session}",
    responses=responses(401, 404, 410, 422),
    summary="Look at a session",
)
async def get_session(
    session: SessionPath, token_session: TokenSession, services: ServicesDep
) -> Snapshot:
    """Return the same snapshot that the data channel sends."""
    async with own(session, token_session, services):
        interview = await services.store.get(session)
    return Snapshot.model_validate(snapshot(interview, services.settings))
