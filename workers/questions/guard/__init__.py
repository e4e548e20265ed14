"""What stands between a language model and a candidate: one rule a function, pure and quick.

A draft that breaks no rule may be asked. The codes are recorded with the question and counted, so
they do not change.
"""

from __future__ import annotations

from collections.abc import Callable

from workers.questions.ground import Draft, Ground
from workers.questions.guard.broken import is_broken
from workers.questions.guard.contact import has_contact
from workers.questions.guard.drift import has_drifted
from workers.questions.guard.echo import is_planted
from workers.questions.guard.forbidden import is_forbidden
from workers.questions.guard.grounding import is_ungrounded
from workers.questions.guard.repetition import is_repeated
from workers.questions.guard.shape import (
    has_wrong_length,
    is_not_one_question,
    is_other_language,
)

Rule = Callable[[Draft, Ground], bool]
"""Whether a draft breaks the rule."""

PASSED = "passed"

RULES: dict[str, Rule] = {
    "language": is_other_language,
    "length": has_wrong_length,
    "forbidden": is_forbidden,
    "echo": is_planted,
    "contact": has_contact,
    "broken": is_broken,
    "form": is_not_one_question,
    "repeated": is_repeated,
    "ungrounded": is_ungrounded,
    "drift": has_drifted,
}
"""By code, in the order in which they are tried."""

_QUOTE_CHARACTERS = 500


def verdict(draft: Draft, ground: Ground) -> str:
    """Return ``passed`` or the code of the first rule that the draft breaks."""
    if len(draft.quote) > _QUOTE_CHARACTERS:
        return "ungrounded"
    return next((code for code, breaks in RULES.items() if breaks(draft, ground)), PASSED)


__all__ = ["PASSED", "RULES", "Rule", "verdict"]
