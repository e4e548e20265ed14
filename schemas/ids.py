"""Identifiers: the session id type and the deterministic event id."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

SESSION_ID_PATTERN = r"^[A-Za-z0-9_-]{1,64}$"

SessionId = Annotated[str, StringConstraints(strict=True, pattern=SESSION_ID_PATTERN)]
"""A session id. Strictly a string: an integer is refused, never converted."""

_SESSION_ID = re.compile(SESSION_ID_PATTERN)


def new_session_id() -> str:
    """Return an unguessable session id (96 random bits, URL-safe)."""
    return "s_" + secrets.token_hex(12)


def parse_session_id(value: object) -> str:
    """Return ``value`` if it is a valid session id.

    Raises:
        TypeError: ``value`` is not a string (``1`` and ``"1"`` must never name two sessions).
        ValueError: the string has characters or a length that a session id cannot have.
    """
    if not isinstance(value, str):
        raise TypeError(f"a session id is a string, not {type(value).__name__}")
    if not _SESSION_ID.fullmatch(value):
        raise ValueError("a session id has 1 to 64 letters, digits, '-' or '_'")
    return value


@dataclass(frozen=True, slots=True, order=True)
class AnswerKey:
    """Names one attempt at one question. Question 0 is the calibration."""

    session: str
    question: int
    attempt: int

    @property
    def is_calibration(self) -> bool:
        """Whether this is the calibration and not an answer."""
        return self.question == 0

    def __str__(self) -> str:
        return f"{self.session}:{self.question}:{self.attempt}"


def event_id(session: str, question: int, attempt: int, epoch: int, kind: str, seq: int) -> str:
    """Return ``session:question:attempt:epoch:kind:seq``.

    The same work done twice makes the same id; the epoch (accepted offers of the session) keeps a
    reconnect from reusing one.
    """
    return f"{session}:{question}:{attempt}:{epoch}:{kind}:{seq}"


def now_ms() -> int:
    """Return the wall clock in UTC milliseconds."""
    return time.time_ns() // 1_000_000
