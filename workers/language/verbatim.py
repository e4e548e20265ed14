"""Finding words in a text as they were said."""

from __future__ import annotations

import re
from collections.abc import Sequence

EDGES = " \t\n.,;:!?\"'…-"
"""What may be taken off the ends of a quote."""


def verbatim(words: Sequence[str]) -> re.Pattern[str]:
    """Return the pattern of ``words`` in their order, whatever case and white space.

    It begins and ends where words do; after Hangul a particle may follow.
    """
    return re.compile(
        r"(?<!\w)" + r"\s+".join(map(re.escape, words)) + r"(?![^\W가-힣])", re.IGNORECASE
    )
