"""The topic registry: every topic, and every event type's one producer and its consumers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from schemas.events import Event
from schemas.media import AudioMeta, FrameMeta


class Process(StrEnum):
    """The processes that meet on topics. The value is also the consumer group's name."""

    GATEWAY = "gateway"
    VISION = "vision"
    VOICE = "voice"
    STT = "stt"
    QUESTIONS = "questions"
    ASSESSMENT = "assessment"
    TTS = "tts"
    AGENT = "agent"
    SINK = "sink"
    REPLAY = "replay"


class Topic(StrEnum):
    """Logical topic names; the physical ones have the prefix from the settings."""

    FRAMES = "media.frames"
    AUDIO = "media.audio"
    EVENTS = "session.events"
    SCORES = "scores"
    INBOX = "gateway.inbox"
    DEAD_LETTERS = "dead.letters"


_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic is created.

    ``guardian`` is the consumer that writes a record which does not decode to the dead letters;
    the topic's other consumers skip it, so that one bad record is one dead letter.
    """

    topic: Topic
    partitions: int
    retention_ms: int
    guardian: Process | None
    config: dict[str, str] = field(default_factory=dict)


PARTITIONS = 8
"""On a laptop. ``session.events`` and ``scores`` keep theirs for life, media may grow."""

GATEWAY_SLOTS = 8
"""Partitions of ``gateway.inbox``: one a gateway, assigned by hand."""

TOPICS: dict[Topic, TopicSpec] = {
    spec.topic: spec
    for spec in (
        TopicSpec(Topic.FRAMES, PARTITIONS, _DAY, Process.VISION),
        TopicSpec(Topic.AUDIO, PARTITIONS, _DAY, Process.VOICE),
        TopicSpec(Topic.EVENTS, PARTITIONS, 7 * _DAY, Process.SINK),
        TopicSpec(Topic.SCORES, PARTITIONS, 7 * _DAY, Process.SINK),
        # A gateway that was away folds what came meanwhile: an assessment waits for its transcript.
        TopicSpec(Topic.INBOX, GATEWAY_SLOTS, _DAY, Process.GATEWAY),
        TopicSpec(Topic.DEAD_LETTERS, 1, 28 * _DAY, None),
    )
}


@dataclass(frozen=True, slots=True)
class Route:
    """Where one record type comes from and goes to."""

    topic: Topic
    producer: Process
    consumers: frozenset[Process]


def _route(topic: Topic, producer: Process, *consumers: Process) -> Route:
    return Route(topic, producer, frozenset(consumers))


_P = Process

ROUTES: dict[str, Route] = {
    FrameMeta.TYPE: _route(Topic.FRAMES, _P.GATEWAY, _P.VISION),
    AudioMeta.TYPE: _route(Topic.AUDIO, _P.GATEWAY, _P.VOICE, _P.STT),
    "session.started": _route(Topic.EVENTS, _P.GATEWAY, _P.SINK),
    "session.connected": _route(Topic.EVENTS, _P.GATEWAY, _P.SINK),
    "session.disconnected": _route(Topic.EVENTS, _P.GATEWAY, _P.SINK),
    "session.ended": _route(Topic.EVENTS, _P.GATEWAY, _P.TTS, _P.SINK),
    "session.deleted": _route(Topic.EVENTS, _P.GATEWAY, _P.SINK),
    "consent.given": _route(Topic.EVENTS, _P.GATEWAY, _P.SINK),
    "resume.attached": _route(Topic.EVENTS, _P.GATEWAY, _P.QUESTIONS, _P.SINK),
    "resume.embedded": _route(Topic.EVENTS, _P.QUESTIONS, _P.SINK),
    "calibration.started": _route(Topic.EVENTS, _P.GATEWAY, _P.AGENT, _P.SINK),
    "calibration.ended": _route(Topic.EVENTS, _P.GATEWAY, _P.AGENT, _P.SINK),
    "calibration.completed": _route(Topic.EVENTS, _P.AGENT, _P.GATEWAY, _P.SINK),
    "question.requested": _route(Topic.EVENTS, _P.GATEWAY, _P.QUESTIONS, _P.SINK),
    "question.drafted": _route(Topic.EVENTS, _P.QUESTIONS, _P.TTS, _P.GATEWAY, _P.SINK),
    "question.asked": _route(Topic.EVENTS, _P.QUESTIONS, _P.TTS, _P.GATEWAY, _P.SINK),
    "question.spoken": _route(Topic.EVENTS, _P.TTS, _P.GATEWAY, _P.SINK),
    "turn.measured": _route(Topic.EVENTS, _P.GATEWAY, _P.SINK),
    "answer.started": _route(Topic.EVENTS, _P.GATEWAY, _P.AGENT, _P.SINK),
    "answer.typed": _route(Topic.EVENTS, _P.GATEWAY, _P.AGENT, _P.SINK),
    "answer.ended": _route(Topic.EVENTS, _P.GATEWAY, _P.AGENT, _P.SINK),
    "answer.abandoned": _route(Topic.EVENTS, _P.GATEWAY, _P.AGENT, _P.SINK),
    "face.seen": _route(Topic.EVENTS, _P.VISION, _P.GATEWAY, _P.SINK),
    "vision.features": _route(Topic.EVENTS, _P.VISION, _P.AGENT, _P.SINK),
    "voice.features": _route(Topic.EVENTS, _P.VOICE, _P.AGENT, _P.SINK),
    "transcript.segment": _route(Topic.EVENTS, _P.STT, _P.AGENT, _P.GATEWAY, _P.SINK),
    "transcript.final": _route(Topic.EVENTS, _P.STT, _P.AGENT, _P.GATEWAY, _P.SINK),
    "assessment.requested": _route(Topic.EVENTS, _P.GATEWAY, _P.ASSESSMENT, _P.SINK),
    "answer.assessed": _route(Topic.EVENTS, _P.ASSESSMENT, _P.SINK),
    "question.scored": _route(Topic.SCORES, _P.AGENT, _P.GATEWAY, _P.SINK),
}
"""By record type. A gateway in ``consumers`` reads the live copy from its inbox."""


def route(event: Event) -> Route:
    """Return where ``event`` goes.

    Raises:
        KeyError: the type is not registered.
    """
    return ROUTES[event.type]
