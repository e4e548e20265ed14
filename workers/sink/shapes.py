"""Events to rows: which table an event type goes to, and its columns, derived from the model.

The rules are mechanical, so that a model and its table can be compared in a test:

- a plain field is a column of the same name; enums are their text, times UTC milliseconds;
- a part (formula, baseline, score) is flattened: ``formula.weights.gaze`` becomes
  ``formula_weights_gaze``, and a part's ``value`` takes the part's own name;
- a tuple of parts is an array of tuples in field order, a tuple of plain values an array;
- a part that is None sets all its columns to None.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from schemas.events import EVENT_CLASSES, Event

Row = tuple[Any, ...]

PRECEDENCE = "precedence"
"""The one column that is no field: the complement of the record's offset."""

_LARGEST = 2**64 - 1

TABLES: dict[str, str] = {
    "session.started": "session_events",
    "session.connected": "session_events",
    "session.disconnected": "session_events",
    "session.ended": "session_events",
    "session.deleted": "deleted_sessions",
    "consent.given": "consents",
    "resume.attached": "resumes",
    "resume.embedded": "resume_facts",
    "calibration.started": "session_events",
    "calibration.ended": "session_events",
    "calibration.completed": "calibrations",
    "question.requested": "questions",
    "question.drafted": "questions",
    "question.asked": "questions",
    "question.spoken": "questions_spoken",
    "turn.measured": "turns",
    "answer.started": "answers",
    "answer.typed": "typed_answers",
    "answer.ended": "answers",
    "answer.abandoned": "answers",
    "face.seen": "faces_seen",
    "vision.features": "vision_features",
    "voice.features": "voice_features",
    "transcript.segment": "transcript_segments",
    "transcript.final": "transcript_finals",
    "assessment.requested": "assessment_requests",
    "answer.assessed": "assessments",
    "question.scored": "question_scores",
}
"""By event type, in the order in which a batch is inserted: a score comes after its evidence."""

OMITTED: dict[str, frozenset[str]] = {
    "calibration.started": frozenset({"formula"}),  # every answer.started carries it again
    "question.requested": frozenset({"draft"}),  # a row of its own, from question.drafted
}
"""Fields that are not stored, by event type."""

_COMPUTED = frozenset({"id"})
"""Fields that the tables compute from others."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the annotation of the field, and how to read it from an event."""

    name: str
    annotation: Any
    read: Callable[[Any], Any]


@dataclass(frozen=True, slots=True, eq=False)  # one object a class: hashing the columns is slow
class Shape:
    """How events of one class become rows of one table."""

    event: type[Event]
    table: str
    fields: tuple[Column, ...]
    read: Callable[[Event], tuple[Any, ...]]
    """All columns but the precedence."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns, in the order of ``row``."""
        return (*(field.name for field in self.fields), PRECEDENCE)

    def row(self, event: Event, offset: int) -> Row:
        """Return the row of ``event``, which was read at ``offset`` of its partition."""
        return (*self.read(event), _LARGEST - offset)


def plain(annotation: Any) -> tuple[Any, bool]:
    """Return ``annotation`` without None and metadata, and whether None was allowed."""
    if hasattr(annotation, "__metadata__"):
        return plain(annotation.__origin__)
    if get_origin(annotation) in (Union, UnionType):
        parts = [each for each in get_args(annotation) if each is not NoneType]
        if len(parts) == 1:
            return plain(parts[0])[0], len(parts) < len(get_args(annotation))
    return annotation, False


def _part(annotation: Any) -> type[BaseModel] | None:
    found = plain(annotation)[0]
    return found if isinstance(found, type) and issubclass(found, BaseModel) else None


def _columns(cls: type[BaseModel], prefix: str, omitted: frozenset[str]) -> Iterator[Column]:
    for name, field in cls.model_fields.items():
        if name in omitted:
            continue
        path = f"{prefix}_{name}" if prefix else name
        read = operator.attrgetter(name)
        part = _part(field.annotation)
        if part is None:
            yield Column(path, field.annotation, _reader(name, field.annotation))
            continue
        optional = plain(field.annotation)[1]
        for column in _columns(part, path, frozenset()):
            annotation = column.annotation | None if optional else column.annotation
            yield Column(column.name.removesuffix("_value"), annotation, _nested(read, column.read))


def _nested(outer: Callable[[Any], Any], inner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(event: Any) -> Any:
        part = outer(event)
        return None if part is None else inner(part)

    return read


def _reader(name: str, annotation: Any) -> Callable[[Any], Any]:
    found = plain(annotation)[0]
    read = operator.attrgetter(name)
    if get_origin(found) is not tuple:
        return read
    part = _part(get_args(found)[0])
    if part is None:
        return lambda event: list(read(event))
    names = tuple(part.model_fields)
    return lambda event: [tuple(getattr(each, field) for field in names) for each in read(event)]


def shape_of(cls: type[Event]) -> Shape:
    """Return the shape of an event class.

    Raises:
        KeyError: the type has no table.
    """
    kind = str(cls.model_fields["type"].default)
    table = TABLES[kind]
    omitted = OMITTED.get(kind, frozenset()) | _COMPUTED
    if list(TABLES.values()).count(table) == 1:
        omitted |= {"type"}
    columns = tuple(_columns(cls, "", omitted))
    return Shape(cls, table, columns, _row_reader(columns))


def _row_reader(columns: tuple[Column, ...]) -> Callable[[Event], tuple[Any, ...]]:
    """Return what reads all ``columns``: one call where each is a plain field, as in features."""
    if all(isinstance(column.read, operator.attrgetter) for column in columns):
        read: Callable[[Event], tuple[Any, ...]] = operator.attrgetter(
            *(column.name for column in columns)
        )
        return read
    return lambda event: tuple(column.read(event) for column in columns)


SHAPES: dict[type[Event], Shape] = {cls: shape_of(cls) for cls in EVENT_CLASSES}
