"""Questions around words of the candidate, for when the model has none that may be asked."""

from __future__ import annotations

import re
from enum import Enum
from typing import Literal

from schemas.events import QuestionRequested
from schemas.language import Language
from workers.questions import guard, korean
from workers.questions.frames import Frames, ranked
from workers.questions.ground import Draft, Ground
from workers.questions.guard.grounding import has_substance
from workers.questions.phrases import fits_in_a_question

_LINES = (
    "Your résumé mentions “{line}”. Could you tell me more about that?",
    "Your résumé has the line “{line}”. What did that involve?",
    "One line of your résumé is “{line}”. How did that come about?",
    "Your résumé mentions “{line}”. What did you learn from that?",
)
_NO_LINE = re.compile(r"\d{4}|[,;:|•(){}\[\]<>“”\"]")
"""In a line that names a post, an employer and years, or is a list."""

_FEWEST, _MOST = 4, 12


class _Options(Enum):
    NOT_GIVEN = "not given"


NOT_GIVEN = _Options.NOT_GIVEN
"""Options that nobody looked for yet; None: there are none."""


def compose(
    request: QuestionRequested,
    ground: Ground,
    options: Frames | Literal[_Options.NOT_GIVEN] | None = NOT_GIVEN,
) -> Draft | None:
    """Return a question around words of the last answer or of the résumé; None: there are none.

    Of the ``options`` that a model has in English (``frames``) the first one; a line of the résumé
    that no sentence can be built around is quoted. The same request gives the same question.
    """
    if ground.language is Language.KOREAN:
        return korean.compose(request, ground)
    if options is NOT_GIVEN:
        options = Frames.of(request, ground)
    if options is not None:
        return next(iter(options.options.values()))
    for line in filter(lambda each: _is_line(each, ground), ground.facts):
        for frame in ranked(_LINES, request):
            draft = Draft(frame.replace("{line}", line), line)
            if guard.verdict(draft, ground) == guard.PASSED:
                return draft
    return None


def _is_line(fact: str, ground: Ground) -> bool:
    return (
        _FEWEST <= len(fact.split()) <= _MOST
        and not _NO_LINE.search(fact)
        and not any("가" <= each <= "힣" for each in fact)
        and has_substance(fact)
        and fits_in_a_question(fact, ground)
    )
