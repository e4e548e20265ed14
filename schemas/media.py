"""Headers of media records: the value is the JPEG or PCM, everything else is in the headers.

Headers are UTF-8 strings. These are dataclasses, not pydantic models: they are on the hot path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from schemas.formula import Policy
from schemas.ids import AnswerKey, event_id, parse_session_id
from schemas.language import Language

Headers = Sequence[tuple[str, bytes]]

SAMPLE_RATE = 16_000
"""Hz, of every audio chunk."""

MAX_CHUNK_SAMPLES = SAMPLE_RATE // 2
"""A chunk has at most 500 ms."""

MAX_FRAME_BYTES = 256 * 1024
"""A larger JPEG is refused by the gateway and dead-lettered by the vision worker."""


MAX_COUNT = 2**32 - 1
"""Largest number in a header: what an event made of the record can hold (``events.base.Count``)."""

MAX_AT = 4_102_444_800_000
"""UTC ms, the end of the year 2099: the largest event time (``events.base.EpochMs``)."""

MAX_SLOT = 999_999
"""Largest ``gw`` that the codec of events reads."""


GUIDE_ATTEMPT = 0
"""Attempt at question 0 of frames that are only looked at, so that a candidate can be told how to
sit before the calibration. Nothing is measured of them: calibrations count from 1."""

GUIDE_STALE_MS = 2_500
"""Older ones say nothing of how the candidate sits now."""


class HeaderError(ValueError):
    """A media record's header is missing or does not parse."""


def _text(headers: Mapping[str, bytes], name: str) -> str:
    try:
        return headers[name].decode()
    except KeyError:
        raise HeaderError(f"header {name!r} is missing") from None
    except (UnicodeDecodeError, AttributeError):
        raise HeaderError(f"header {name!r} is not UTF-8 text") from None


def _count(headers: Mapping[str, bytes], name: str, most: int = MAX_COUNT) -> int:
    text = _text(headers, name)
    # The length first: Python refuses to convert thousands of digits with an error of its own.
    if not (text.isascii() and text.isdigit() and len(text) <= 15 and int(text) <= most):
        raise HeaderError(f"header {name!r} is not a number from 0 to {most}: {text[:40]!r}")
    return int(text)


@dataclass(frozen=True, slots=True)
class MediaMeta:
    """What all media records say of themselves; ``at`` is UTC ms, ``gw`` the gateway's slot."""

    TYPE: ClassVar[str] = ""

    session: str
    question: int
    attempt: int
    epoch: int
    seq: int
    at: int
    gw: int
    language: Language
    policy: Policy

    @property
    def answer(self) -> AnswerKey:
        """The answer (or calibration) the record belongs to."""
        return AnswerKey(self.session, self.question, self.attempt)

    @property
    def id(self) -> str:
        """The record's deterministic id."""
        return event_id(self.session, self.question, self.attempt, self.epoch, self.TYPE, self.seq)

    def to_headers(self) -> list[tuple[str, bytes]]:
        """Return the record's Kafka headers."""
        fields = (
            ("type", self.TYPE),
            ("v", "1"),
            ("id", self.id),
            ("session", self.session),
            ("question", str(self.question)),
            ("attempt", str(self.attempt)),
            ("epoch", str(self.epoch)),
            ("seq", str(self.seq)),
            ("at", str(self.at)),
            ("gw", str(self.gw)),
            ("language", self.language.value),
            ("policy", self.policy.value),
            *self._more_headers(),
        )
        return [(name, text.encode()) for name, text in fields]

    def _more_headers(self) -> Iterable[tuple[str, str]]:
        return ()

    @classmethod
    def _more_fields(cls, headers: Mapping[str, bytes]) -> dict[str, int | bool]:
        return {}

    @classmethod
    def from_headers(cls, headers: Headers) -> Self:
        """Return the meta data in ``headers``.

        Raises:
            HeaderError: a header is missing, unreadable, or of an unknown type or version.
        """
        found = dict(headers)
        kind, version = _text(found, "type"), _text(found, "v")
        if (kind, version) != (cls.TYPE, "1"):
            raise HeaderError(
                f"expected {cls.TYPE!r} version 1, found {kind[:40]!r} version {version[:10]!r}"
            )
        try:
            meta = cls(
                session=parse_session_id(_text(found, "session")),
                **{name: _count(found, name) for name in ("question", "attempt", "epoch", "seq")},
                at=_count(found, "at", MAX_AT),
                gw=_count(found, "gw", MAX_SLOT),
                language=Language(_text(found, "language")),
                policy=Policy(_text(found, "policy")),
                **cls._more_fields(found),
            )
        except HeaderError:
            raise
        except ValueError as error:
            raise HeaderError(str(error)) from None
        if _text(found, "id") != meta.id:
            raise HeaderError(f"header 'id' is not {meta.id!r}")
        return meta


@dataclass(frozen=True, slots=True)
class FrameMeta(MediaMeta):
    """A JPEG on ``media.frames``."""

    TYPE: ClassVar[str] = "media.frame"

    @property
    def is_guide(self) -> bool:
        """Whether it is only looked at (``GUIDE_ATTEMPT``)."""
        return self.question == 0 and self.attempt == GUIDE_ATTEMPT


@dataclass(frozen=True, slots=True)
class AudioMeta(MediaMeta):
    """Mono PCM16 little-endian, 16 kHz, on ``media.audio``.

    ``first_sample`` counts from the answer's first sample in this epoch. ``final`` marks the last
    chunk of an answer; it may be empty.
    """

    TYPE: ClassVar[str] = "media.audio"

    first_sample: int = 0
    final: bool = False

    def _more_headers(self) -> Iterable[tuple[str, str]]:
        return (
            ("first_sample", str(self.first_sample)),
            ("final", "1" if self.final else "0"),
        )

    @classmethod
    def _more_fields(cls, headers: Mapping[str, bytes]) -> dict[str, int | bool]:
        return {
            "first_sample": _count(headers, "first_sample"),
            "final": _count(headers, "final") > 0,
        }
