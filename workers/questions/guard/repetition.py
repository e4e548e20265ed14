"""Was it asked before?"""

from __future__ import annotations

from workers.questions.ground import Draft, Ground
from workers.questions.text import stem, words

_SHARED = 0.6
_CONTAINED = 0.9
_FEWEST_WORDS = 5


def is_repeated(draft: Draft, ground: Ground) -> bool:
    """Whether the question is an earlier one, or nearly."""
    return any(similar(draft.question, each) for each in ground.asked)


def similar(one: str, other: str) -> bool:
    """Whether two questions share most words or runs of three letters, or one holds the other."""
    first, second = _stems(one), _stems(other)
    return (
        _shared(first, second) >= _SHARED
        or _shared(_runs(one), _runs(other)) >= _SHARED
        or _contained(first, second) >= _CONTAINED
    )


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _contained(one: set[str], other: set[str]) -> float:
    least = min(len(one), len(other))
    return len(one & other) / least if least >= _FEWEST_WORDS else 0.0


def _stems(text: str) -> set[str]:
    return {stem(each) for each in words(text)}


def _runs(text: str) -> set[str]:
    joined = "".join(words(text))
    return {joined[at : at + 3] for at in range(len(joined) - 2)}
