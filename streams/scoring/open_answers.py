"""The open answers of one partition: what may be committed, what is due, what is released."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from schemas import metrics
from schemas.events import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    CalibrationEnded,
    CalibrationStarted,
    Event,
)
from schemas.ids import AnswerKey
from schemas.topics import ROUTES, TOPICS, Process, Topic
from streams.runtime.codec import DecodeError, decode, gateway_slot, header
from streams.runtime.metrics import counter
from streams.runtime.record import Record
from streams.runtime.watermark import Watermark
from streams.scoring.answer import AnswerFold, CalibrationFold

logger = logging.getLogger(__name__)

CONSUMED = frozenset(
    kind
    for kind, route in ROUTES.items()
    if route.topic is Topic.EVENTS and Process.AGENT in route.consumers
)
"""Types that are decoded; everything else on the topic is passed by on its header alone."""

_CONSUMED = frozenset(kind.encode() for kind in CONSUMED)
_STARTS = frozenset({b"answer.started", b"calibration.started"})
_REMEMBERED = 50_000
"""Starts remembered, so that one delivered twice does not open an answer that never completes."""

KEPT_OPEN_MS = TOPICS[Topic.FRAMES].retention_ms
"""How much younger than an answer's start a record of its partition may be until the answer is
given up. Media is kept no longer: evidence that has not come by then cannot come any more. Measured
in the broker's timestamps, so that reading again comes to the same result."""


@dataclass(slots=True)
class _Unit:
    key: AnswerKey
    name: bytes
    fold: AnswerFold | CalibrationFold
    epoch: int
    since: int
    """The broker's timestamp of its start, UTC ms."""
    gw: int = 0

    @property
    def order(self) -> tuple[int, int, int]:
        """Later ones of a session begin after it was ended or abandoned."""
        return self.epoch, self.key.question, self.key.attempt


@dataclass(frozen=True, slots=True)
class Due:
    """Results to publish. ``closed`` when they are the answer's last."""

    key: AnswerKey
    events: tuple[Event, ...]
    gw: int
    closed: bool


class OpenAnswers:
    """State of one assignment of one partition; memory only, rebuilt by reading again.

    The caller reads records in offset order, publishes what is ``Due``, waits for the broker's
    acknowledgement, and only then closes the answer: ``position`` stays at the start of the oldest
    answer that is not closed.
    """

    def __init__(self) -> None:
        self._watermark = Watermark()
        self._units: dict[AnswerKey, _Unit] = {}
        self._named: dict[bytes, _Unit] = {}
        self._sessions: dict[str, set[AnswerKey]] = {}
        self._started: OrderedDict[AnswerKey, None] = OrderedDict()

    @property
    def position(self) -> int | None:
        """The offset to commit, None before the first record."""
        return self._watermark.position

    @property
    def held(self) -> int:
        """Records read that may not be committed yet."""
        return self._watermark.held

    def __len__(self) -> int:
        return len(self._units)

    def read(self, record: Record) -> Due | None:
        """Fold one record; return what became due.

        Raises:
            DecodeError: a record of a type and an answer that matter does not decode.
            FoldError: the evidence does not fold; the answer is dropped.
        """
        self._watermark.seen(record.offset)
        self._give_up_old(record.timestamp)
        headers = dict(record.headers)
        kind = headers.get("type")
        if kind not in _CONSUMED:
            header(headers, "type")
            return None
        unit = self._named.get(_name(headers)) or self._units.get(_answer(headers))
        if unit is None and kind not in _STARTS:
            return None  # its start was not seen since the assignment: scored or dropped before
        event = decode(record.key, record.value, headers)
        key = event.answer if unit is None else unit.key
        try:
            return self._fold(unit, event, record)
        except Exception as error:
            self.close(key)
            raise FoldError(f"{key} does not fold: {error!r}") from error

    def close(self, key: AnswerKey) -> None:
        """Let go of an answer and of the records that only it held."""
        self._watermark.close(key)
        unit = self._units.pop(key, None)
        if unit is not None:
            del self._named[unit.name]
            mine = self._sessions[key.session]
            mine.discard(key)
            if not mine:
                del self._sessions[key.session]

    def _fold(self, unit: _Unit | None, event: Event, record: Record) -> Due | None:
        if isinstance(event, (AnswerStarted, CalibrationStarted)):
            self._open(event.answer, event, record)
            return None
        assert unit is not None  # noqa: S101 - only a start is read without its answer
        if isinstance(event, AnswerAbandoned):
            self.close(unit.key)
            return None
        if isinstance(event, (AnswerEnded, CalibrationEnded)):
            unit.gw = gateway_slot(record.headers)
        unit.fold.add(event)
        events = unit.fold.take()
        return Due(unit.key, tuple(events), unit.gw, unit.fold.closed) if events else None

    def _open(
        self, key: AnswerKey, event: AnswerStarted | CalibrationStarted, record: Record
    ) -> None:
        if key in self._started:
            return
        self._started[key] = None
        if len(self._started) > _REMEMBERED:
            self._started.popitem(last=False)
        fold = AnswerFold(event) if isinstance(event, AnswerStarted) else CalibrationFold(event)
        unit = _Unit(key, str(key).encode(), fold, event.epoch, record.timestamp)
        self._drop_orphans(unit)
        self._units[key] = self._named[unit.name] = unit
        self._sessions.setdefault(key.session, set()).add(key)
        self._watermark.open(key, record.offset)

    def _drop_orphans(self, starting: _Unit) -> None:
        """Drop what the session began before ``starting`` and did not end.

        A session has one answer open: it is ended or abandoned before the next one starts. Where a
        gateway died without a word, and where a start came twice, the answer can never complete and
        would hold the commit for ever. A start that comes late drops nothing.
        """
        for key in list(self._sessions.get(starting.key.session, ())):
            unit = self._units[key]
            if unit.order < starting.order and not unit.fold.ended:
                self._drop(unit, "overtaken")

    def _give_up_old(self, now: int) -> None:
        """Drop what waits in vain: lies about counts and starts, and evidence that was lost."""
        while self._units:
            oldest = next(iter(self._units.values()))
            if now - oldest.since <= KEPT_OPEN_MS:
                return
            self._drop(oldest, "too_old")

    def _drop(self, unit: _Unit, reason: str) -> None:
        logger.error("an answer has no score", extra={"answer": str(unit.key), "why": reason})
        counter(metrics.ANSWERS_DROPPED, reason=reason).inc()
        self.close(unit.key)


class FoldError(Exception):
    """The evidence of an answer cannot be folded; the message names the answer and the fault."""


def _name(headers: Mapping[str, bytes]) -> bytes:
    """Return the part of the id that names the answer, unread: enough to find an open one."""
    return (headers.get("id") or b"").rsplit(b":", 3)[0]


def _answer(headers: Mapping[str, bytes]) -> AnswerKey:
    parts = header(headers, "id").split(":")
    # No number of an event has more digits; Python refuses to convert thousands of them.
    if len(parts) != 6 or not all(
        part.isascii() and part.isdigit() and len(part) <= 10 for part in parts[1:3]
    ):
        raise DecodeError("header 'id' does not name an answer")
    return AnswerKey(parts[0], int(parts[1]), int(parts[2]))
