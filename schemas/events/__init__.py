"""All events as one tagged union.

``Event`` subclasses are keyed by ``type`` and ``v``: an unknown type or version does not decode.
"""

from __future__ import annotations

from schemas.events.assessments import AnswerAssessed, AssessmentRequested, Judgement, Utterance
from schemas.events.base import Event
from schemas.events.consent import ConsentGiven
from schemas.events.features import (
    Emotion,
    FacePlace,
    FaceSeen,
    VisionFeatures,
    VoiceFeatures,
)
from schemas.events.lifecycle import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    CalibrationEnded,
    CalibrationStarted,
    EpochCounts,
    SessionConnected,
    SessionDeleted,
    SessionDisconnected,
    SessionEnded,
    SessionStarted,
)
from schemas.events.questions import (
    Draft,
    Exchange,
    QuestionAsked,
    QuestionDrafted,
    QuestionRequested,
    QuestionSpoken,
)
from schemas.events.resumes import ResumeAttached, ResumeEmbedded, ResumeLine
from schemas.events.scores import CalibrationCompleted, Component, QuestionScored
from schemas.events.transcripts import TranscriptFinal, TranscriptSegment, Word
from schemas.events.turns import TurnMeasured
from schemas.events.typed import AnswerTyped

EVENT_CLASSES: tuple[type[Event], ...] = (
    SessionStarted,
    SessionConnected,
    SessionDisconnected,
    SessionEnded,
    SessionDeleted,
    ConsentGiven,
    ResumeAttached,
    ResumeEmbedded,
    CalibrationStarted,
    CalibrationEnded,
    CalibrationCompleted,
    QuestionRequested,
    QuestionDrafted,
    QuestionAsked,
    QuestionSpoken,
    TurnMeasured,
    AnswerStarted,
    AnswerTyped,
    AnswerEnded,
    AnswerAbandoned,
    FaceSeen,
    VisionFeatures,
    VoiceFeatures,
    TranscriptSegment,
    TranscriptFinal,
    AssessmentRequested,
    AnswerAssessed,
    QuestionScored,
)


def _type_and_version(cls: type[Event]) -> tuple[str, int]:
    return cls.model_fields["type"].default, cls.model_fields["v"].default


EVENTS: dict[tuple[str, int], type[Event]] = {_type_and_version(cls): cls for cls in EVENT_CLASSES}
"""The union's members by (type, version)."""

__all__ = [
    "EVENTS",
    "EVENT_CLASSES",
    "AnswerAbandoned",
    "AnswerAssessed",
    "AnswerEnded",
    "AnswerStarted",
    "AnswerTyped",
    "AssessmentRequested",
    "CalibrationCompleted",
    "CalibrationEnded",
    "CalibrationStarted",
    "Component",
    "ConsentGiven",
    "Draft",
    "Emotion",
    "EpochCounts",
    "Event",
    "Exchange",
    "FacePlace",
    "FaceSeen",
    "Judgement",
    "QuestionAsked",
    "QuestionDrafted",
    "QuestionRequested",
    "QuestionScored",
    "QuestionSpoken",
    "ResumeAttached",
    "ResumeEmbedded",
    "ResumeLine",
    "SessionConnected",
    "SessionDeleted",
    "SessionDisconnected",
    "SessionEnded",
    "SessionStarted",
    "TranscriptFinal",
    "TranscriptSegment",
    "TurnMeasured",
    "Utterance",
    "VisionFeatures",
    "VoiceFeatures",
    "Word",
]
