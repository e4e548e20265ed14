"""Does the question stay with what was said, and with what interviewers talk about?

A small model that loses its way brings in words from nowhere. Most of a question's words are
therefore known: from the answer, the résumé, the position, or from the talk of interviews.
"""

from __future__ import annotations

from workers.questions.ground import Draft, Ground
from workers.questions.guard.vocabulary import TALK, talk_form
from workers.questions.text import content, root, unquoted

_UNKNOWN_SHARE = 0.5


def has_drifted(draft: Draft, ground: Ground) -> bool:
    """Whether more than half of the words that carry meaning come from nowhere."""
    found = content(unquoted(draft.question))
    said = {
        root(each)
        for text in (*ground.sources, *ground.asked, *ground.names)
        for each in content(text)
    }
    unknown = [each for each in found if root(each) not in said and talk_form(each) not in TALK]
    return len(unknown) > max(1, _UNKNOWN_SHARE * len(found))
