"""What an interviewer must not ask about, nor say back to the candidate."""

from __future__ import annotations

from workers.language.private import is_private
from workers.language.topics import topic_of
from workers.questions.ground import Draft, Ground


def is_forbidden(draft: Draft, ground: Ground) -> bool:
    """Whether the question, or the phrase it rests on, touches a forbidden topic.

    The phrase is one of many that could be taken up, so it is judged more strictly (``private``).
    """
    touches = any(topic_of(text) for text in (draft.question, draft.quote))
    return touches or is_private(draft.quote)
