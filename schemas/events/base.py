"""What every event has: type, version, deterministic id, key, event time."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.ids import AnswerKey, SessionId, event_id
from schemas.media import MAX_AT, MAX_COUNT

EpochMs = Annotated[int, Field(ge=0, le=MAX_AT, description="UTC milliseconds")]
Count = Annotated[int, Field(ge=0, le=MAX_COUNT)]
"""A number of things or a place in a row; fits ClickHouse's UInt32."""

Unit = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Degrees = Annotated[float, Field(ge=-360, le=360, allow_inf_nan=False)]


class Value(BaseModel):
    """A part of an event: immutable, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(Value):
    """Base of all events.

    A subclass fixes ``type`` and ``v`` as literals. ``id`` is derived from the other fields when
    it is not given and must equal the derived one when it is.
    """

    LIVE: ClassVar[bool] = False
    """Whether a copy goes to the gateway that holds the session."""

    type: str
    v: int
    id: str = Field("", max_length=200)
    session: SessionId
    question: Count = 0
    attempt: Count = 0
    epoch: Count = 0
    seq: Count = 0
    at: EpochMs

    @model_validator(mode="after")
    def _check_id(self) -> Self:
        expected = event_id(
            self.session, self.question, self.attempt, self.epoch, self.type, self.seq
        )
        if not self.id:
            # Frozen for everybody else. A validator before the fields would do it openly, and
            # make every event twice as slow to read: its JSON would become a Python dict first.
            self.__dict__["id"] = expected
            self.__pydantic_fields_set__.add("id")
        elif self.id != expected:
            raise ValueError(f"id {self.id!r} is not {expected!r}")
        return self

    @property
    def answer(self) -> AnswerKey:
        """The attempt this event belongs to (question 0: the calibration or the session)."""
        return AnswerKey(self.session, self.question, self.attempt)
