"""The interview as the gateway remembers it: one SQL row, in memory only while it changes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.events import (
    EVENTS,
    Event,
    QuestionAsked,
    QuestionDrafted,
    QuestionRequested,
    QuestionScored,
    QuestionSpoken,
)
from schemas.formula import Baseline, Policy
from schemas.language import Language
from schemas.rubric import Rubric


class State(StrEnum):
    """Where a candidate is in the interview."""

    NEW = "new"
    READY = "ready"
    CALIBRATING = "calibrating"
    CALIBRATED = "calibrated"
    ASKING = "asking"
    ASKED = "asked"
    ANSWERING = "answering"
    ENDED = "ended"


NOT_BEGUN = (State.NEW, State.READY)
"""Nothing was calibrated or answered: whoever leaves now has only looked in."""


class Open(BaseModel):
    """What is being recorded (question 0: the calibration). ``started_at`` is UTC ms."""

    question: int
    attempt: int
    epoch: int
    started_at: int


class Consent(BaseModel):
    """What may be recorded and analysed, as the candidate said at ``at`` (UTC ms)."""

    audio: bool
    video: bool
    text: bool = Field(False, description="what is typed; asked for where answers are typed")
    text_version: str
    at: int

    @classmethod
    def unasked(cls) -> Consent:
        """Return that of a session from before anybody was asked: they came, knowing of both."""
        return cls(audio=True, video=True, text_version="", at=0)


class Adjustments(BaseModel):
    """What is made easier for one candidate, without any penalty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    extra_time: Annotated[float, Field(strict=True, ge=1, le=3)] = Field(
        1.0,
        description="factor by which an answer may take longer, and by which silence is waited for",
    )
    camera: Literal["asked", "optional"] = Field(
        "asked",
        description="optional: the page does not ask for the camera, the interview is by ear alone",
    )
    answers: Literal["spoken", "typed"] = Field(
        "spoken",
        description="typed: answers are written; neither microphone nor camera is asked for, "
        "whatever `camera` says",
    )


class Written(BaseModel):
    """What has been typed so far as the answer to ``question``; it outlives a lost connection.

    So does the time it took: ``spent_ms``, in attempts that were cut off.
    """

    question: int
    text: str
    spent_ms: int = 0


class Calibration(BaseModel):
    """What the candidate is told about the calibration."""

    ok: bool
    problems: list[str]


class Caption(BaseModel):
    """One utterance as it was heard; times are milliseconds from the answer's first sample.

    A part of a written answer has the number of its first character, and the times of all of it.
    """

    question: int
    attempt: int
    epoch: int
    first_sample: int
    text: str
    start_ms: int
    end_ms: int = 0


class Fault(BaseModel):
    """Why a command was refused: a stable code and what to do."""

    code: str
    message: str


class Drafting(BaseModel):
    """Drafts of ``question``, asked for while the answer before it is given."""

    question: int
    first: int
    """Number of the first draft that counts: those before it rest on an answer given up."""
    characters: int = 0
    """How much had been heard when the last draft was asked for."""
    latest: QuestionDrafted | None = None


class Turn(BaseModel):
    """The wait for ``question``, from the end of the answer before. UTC ms; 0: not yet."""

    question: int
    ended_at: int
    heard_at: int = 0
    text_at: int = 0
    clip_at: int = 0
    first_byte_at: int = 0
    playing_at: int = 0
    drafted: bool = False


class Ack(BaseModel):
    """The reply to a command, kept so that a resent command gets the same one."""

    ok: bool
    error: Fault | None = None


class FinalMarker(BaseModel):
    """The empty last audio chunk of an answer that is given up."""

    question: int
    attempt: int
    epoch: int
    seq: int
    first_sample: int
    at: int


class Pending(BaseModel):
    """Something to publish: stored with the change that caused it, removed after Kafka's ack.

    Exactly one of the two is given. ``event`` is an event's JSON.
    """

    event: dict[str, Any] | None = None
    marker: FinalMarker | None = None

    @classmethod
    def of(cls, event: Event) -> Pending:
        """Return ``event`` as something to publish."""
        return cls(event=event.model_dump(mode="json"))

    def decoded(self) -> Event | FinalMarker:
        """Return the event or the marker.

        Raises:
            KeyError: the row was written by a version that knew other events.
        """
        if self.marker is not None:
            return self.marker
        body = self.event or {}
        return EVENTS[body["type"], body["v"]].model_validate(body)


class Interview(BaseModel):
    """All that is known of one session. Times are UTC ms."""

    session: str
    slot: int
    language: Language
    policy: Policy
    total: int
    position: str = ""
    company: str = ""
    resume: str = Field("", description="id of the résumé that it asks about; empty: none")
    show_report: bool = Field(False, description="to the candidate, whatever the policy")
    facts: tuple[str, ...] = ()
    fixed: tuple[str, ...] = Field((), description="the owner's own questions, asked first")
    rubric: Rubric = Field((), description="empty: the default one of the language")
    answer_limit_s: int | None = Field(None, description="None: the gateway's")
    retakes: int | None = Field(
        None, description="how often each answer may be started over; None: any number of times"
    )
    adjustments: Adjustments = Adjustments()
    created_at: int
    expires_at: int

    consent: Consent | None = Field(
        default_factory=Consent.unasked, description="None: not yet; absent in rows of old versions"
    )
    consents: int = Field(0, description="given so far")

    epoch: int = 0
    connected: bool = False
    window: str = Field("", description="of the newest connection, as its page names itself")
    connection_changed_at: int

    state: State = State.NEW
    question: int = 0
    attempt: int = 0
    calibrations: int = 0
    calibration: Calibration | None = None
    baseline: Baseline = Baseline()
    open: Open | None = None
    stopped_by_limit: bool = False

    requested: QuestionRequested | None = None
    requested_at: int = 0
    drafts: int = Field(0, description="asked for so far, of all questions")
    drafts_of: dict[int, int] = Field(default_factory=dict, description="the same by question")
    drafting: Drafting | None = None
    turn: Turn | None = None
    asked: dict[int, QuestionAsked] = Field(default_factory=dict)
    spoken: dict[int, QuestionSpoken] = Field(default_factory=dict)
    answered: dict[int, int] = Field(default_factory=dict, description="question: attempt")
    retaken: dict[int, int] = Field(
        default_factory=dict, description="question: how often its answer was started over"
    )
    captions: list[Caption] = Field(default_factory=list)
    written: Written | None = Field(None, description="of the answer that is not finished")
    heard: dict[int, int] = Field(
        default_factory=dict, description="question: attempt that was transcribed to its end"
    )
    assessing: list[int] = Field(default_factory=list, description="questions requested for")
    scores: dict[int, QuestionScored] = Field(default_factory=dict)

    last_seq: int = 0
    acks: dict[int, Ack] = Field(default_factory=dict)
    outbox: list[Pending] = Field(default_factory=list)

    version: int = Field(0, exclude=True, description="of the row this was read from")

    @property
    def current(self) -> QuestionAsked | None:
        """The question now before the candidate, if it is there."""
        return self.asked.get(self.question)

    @property
    def typed(self) -> bool:
        """Whether answers are written: then nothing is recorded, whatever is sent."""
        return self.adjustments.answers == "typed"

    @property
    def spent_ms(self) -> int:
        """Milliseconds of writing at the present question, in attempts that were cut off."""
        kept = self.written
        return kept.spent_ms if kept is not None and kept.question == self.question else 0

    @property
    def video(self) -> bool:
        """Whether pictures of the camera may be published."""
        return self.consent is not None and self.consent.video and not self.typed

    @property
    def has_begun(self) -> bool:
        """Whether it is past what can be done today, and the interview another day."""
        if not self.typed or self.state is State.ENDED:
            return self.state not in NOT_BEGUN
        # Its first question waits where others are calibrated: it may be read and come back to.
        return self.open is not None or bool(self.answered) or self.attempt > 1

    @property
    def stage(self) -> State:
        """The state that lists and the sweeper go by, which do not know who has only looked in."""
        return self.state if self.has_begun or self.state in NOT_BEGUN else State.READY

    @property
    def shows_report(self) -> bool:
        """Whether the candidate sees scores and report: who practises does."""
        return self.show_report or self.policy is Policy.PRACTICE

    def clip(self, question: int) -> str:
        """Return the name of a question's clip; empty: it cannot be heard, or not yet."""
        spoken, asked = self.spoken.get(question), self.asked.get(question)
        # Asked for twice, a model may have had two ideas: the clip must be of the one that stands.
        fits = spoken is not None and asked is not None and spoken.text == asked.text
        return spoken.clip if spoken is not None and fits else ""

    def publish(self, *events: Event) -> None:
        """Put ``events`` in the outbox."""
        self.outbox += [Pending.of(event) for event in events]
