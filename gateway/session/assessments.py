"""Asking for the assessment of an answer once all of it was heard. Pure."""

from __future__ import annotations

from gateway.session.model import Interview
from schemas import rubric
from schemas.events import AssessmentRequested, Utterance


def heard(interview: Interview, question: int, attempt: int, *, now: int) -> None:
    """Note that all of an attempt was transcribed; it is assessed if it stands."""
    complete(interview, question, attempt)
    request(interview, question, now=now)


def complete(interview: Interview, question: int, attempt: int) -> None:
    """Note that all words of an attempt are there; what is written is so when it has ended."""
    interview.heard[question] = attempt


def request(interview: Interview, question: int, *, now: int) -> None:
    """Request the assessment of an answer that has ended and was heard to its end; once."""
    attempt = interview.answered.get(question)
    if attempt is None or interview.heard.get(question) != attempt:
        return
    if question in interview.assessing or question not in interview.asked:
        return
    interview.assessing.append(question)
    captions = [
        each
        for each in interview.captions
        if (each.question, each.attempt) == (question, attempt) and each.text.strip()
    ]
    interview.publish(
        AssessmentRequested(
            session=interview.session,
            question=question,
            attempt=attempt,
            epoch=interview.epoch,
            at=now,
            language=interview.language,
            position=interview.position,
            company=interview.company,
            text=interview.asked[question].text,
            rubric=interview.rubric or rubric.default(interview.language),
            utterances=tuple(
                Utterance(text=each.text, start_ms=each.start_ms, end_ms=each.end_ms)
                for each in sorted(captions, key=lambda each: each.start_ms)
            ),
        )
    )
