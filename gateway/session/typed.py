"""Answers that are written: what is kept while somebody types, and what is published. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.session import assessments
from gateway.session.checks import Refused
from gateway.session.model import Caption, Interview, Open, Written
from schemas.events import AnswerTyped
from schemas.events.typed import MAX_TYPED

_LONGEST = 4_000
"""Characters of a part that goes to who assesses and who asks, as of an utterance."""

_UNWANTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tabs and line feeds, and halves of characters (Unicode's Cc and Cs):
nobody types them, and no JSON that is made of them can be read everywhere."""

_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\u0085\u2028\u2029]")
_ENDS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (r".*\n", r".*[.!?。…][\"”’')\]]*(?=\s)", r".*(?=\s)")
)
"""Where a part may end, the best first: with a paragraph, a sentence, a word."""


def clean(text: object) -> str:
    """Return ``text`` as it is kept: line ends are line feeds, control characters are left out.

    Raises:
        Refused: it is no text, or longer than an answer may be.
    """
    if not isinstance(text, str):
        raise Refused("no_text", "text is a string: what has been written so far")
    cleaned = _UNWANTED.sub("", _LINE_END.sub("\n", text))
    if len(cleaned) > MAX_TYPED:
        raise Refused("text_too_long", f"an answer has at most {MAX_TYPED} characters: shorten it")
    return cleaned


def write(interview: Interview, text: str) -> None:
    """Keep ``text``, which is ``clean``, as what has been written of the open answer.

    Nothing of it is published before the answer ends: what is taken back until then was never
    said. So the next question is not drafted from it either.
    """
    opened = interview.open
    if opened is not None:
        interview.written = Written(
            question=opened.question, text=text, spent_ms=interview.spent_ms
        )


def pause(interview: Interview, opened: Open, *, now: int) -> None:
    """Note that the attempt ``opened`` is cut off: its text stays for the next, and its time."""
    interview.written = Written(
        question=opened.question,
        text=written(interview),
        spent_ms=interview.spent_ms + max(0, now - opened.started_at),
    )


def written(interview: Interview) -> str:
    """Return what has been written as the answer to the interview's current question."""
    kept = interview.written
    return kept.text if kept is not None and kept.question == interview.question else ""


def finish(interview: Interview, opened: Open, *, now: int) -> None:
    """Publish what was written as the answer ``opened``, and have it read as if it was heard."""
    text = written(interview)
    interview.written = None
    interview.publish(
        AnswerTyped(
            session=interview.session,
            question=opened.question,
            attempt=opened.attempt,
            epoch=opened.epoch,
            at=now,
            language=interview.language,
            text=text,
        )
    )
    for start, part in parts(text):
        interview.captions.append(
            Caption(
                question=opened.question,
                attempt=opened.attempt,
                epoch=opened.epoch,
                first_sample=start,
                text=part,
                start_ms=0,
                end_ms=max(0, now - opened.started_at),
            )
        )
    assessments.complete(interview, opened.question, opened.attempt)


def parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield ``text`` in parts of at most 4,000 characters, each with the index where it begins.

    A part ends with a paragraph, or else with a sentence, or else with a word; what is one long
    word is cut. White space around a part is left out, and so are parts of nothing else.
    """
    start = 0
    while start < len(text):
        end = _end(text, start)
        part = text[start:end]
        if stripped := part.strip():
            yield start + part.index(stripped), stripped
        start = end


def _end(text: str, start: int) -> int:
    if len(text) - start <= _LONGEST:
        return len(text)
    window = text[start : start + _LONGEST + 1]
    for pattern in _ENDS:
        found = pattern.match(window)
        if found is not None and window[: min(found.end(), _LONGEST)].strip():
            return start + min(found.end(), _LONGEST)
    return start + _LONGEST
