"""Answers to assess."""

from __future__ import annotations

from schemas import rubric
from schemas.events import AssessmentRequested, Utterance
from schemas.language import Language

ANSWER = (
    Utterance(text="I rebuilt the parcel tracker,", start_ms=300, end_ms=2_000),
    Utterance(text="so that it’s   ready within a second.", start_ms=2_500, end_ms=4_800),
    Utterance(text="Complaints fell by a third.", start_ms=5_500, end_ms=7_000),
)


def request(
    utterances: tuple[Utterance, ...] = ANSWER,
    language: Language = Language.ENGLISH,
    criteria: int = 4,
) -> AssessmentRequested:
    """Return the request to assess an answer against the first ``criteria`` of the default."""
    return AssessmentRequested(
        session="s_1",
        question=2,
        attempt=3,
        epoch=4,
        at=1_000,
        language=language,
        position="Backend engineer",
        text="What did you build?",
        rubric=rubric.default(language)[:criteria],
        utterances=utterances,
    )
