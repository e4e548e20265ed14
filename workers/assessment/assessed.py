"""Building the event that answers a request."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.events import AnswerAssessed, AssessmentRequested, Judgement
from schemas.events.assessments import Gap
from workers.assessment.versions import rubric_version


def assessed(
    request: AssessmentRequested,
    judgements: Sequence[Judgement],
    *,
    engine: str,
    model: str = "",
    prompt_version: str = "",
    took_ms: int = 0,
) -> AnswerAssessed:
    """Return the assessment of the answer that ``request`` names."""
    return AnswerAssessed(
        session=request.session,
        question=request.question,
        attempt=request.attempt,
        epoch=request.epoch,
        seq=request.seq,
        at=request.at,
        language=request.language,
        engine=engine,
        model=model,
        prompt_version=prompt_version,
        rubric_version=rubric_version(request.rubric),
        judgements=tuple(judgements),
        took_ms=took_ms,
    )


def gaps(request: AssessmentRequested, gap: Gap) -> list[Judgement]:
    """Return a judgement without a level for each criterion, for the same cause."""
    return [Judgement(criterion=each.name, gap=gap) for each in request.rubric]
