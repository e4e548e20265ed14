"""The engine ``none``: says of each criterion that nobody judged it."""

from __future__ import annotations

from schemas.events import AnswerAssessed, AssessmentRequested
from schemas.events.assessments import Gap
from workers.assessment.assessed import assessed, gaps

NAME = "none"


class NoEngine:
    """For stacks without a model that can judge: a level made up would be worse than none."""

    device = "cpu"

    async def load(self) -> str:
        """Return that there is no model."""
        return "no language model: answers get no assessment"

    async def assess(self, request: AssessmentRequested) -> AnswerAssessed:
        """Return the request's criteria without levels."""
        gap: Gap = "no_model" if request.utterances else "no_speech"
        return assessed(request, gaps(request, gap), engine=NAME)

    async def close(self) -> None:
        """Nothing to close."""
