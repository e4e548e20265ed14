"""Does the question rest on what the candidate said or wrote?"""

from __future__ import annotations

from workers.language.plain import plain
from workers.language.verbatim import EDGES, verbatim
from workers.questions.ground import Draft, Ground
from workers.questions.text import content, is_hangul, root, straight, words

_MOST_WORDS = 30
_NAME_LETTERS = 6
_NAME_SYLLABLES = 4
_NAMED_SHARE = 0.6
_ENOUGH = 5
"""Words that carry meaning; a longer quote need not be named more fully."""


def locate(quote: str, ground: Ground) -> str:
    """Return ``quote`` as it stands in the last answer or in a fact, or nothing.

    Case, kind of quotation marks and white space do not count. It begins and ends where words do;
    after Hangul a particle may follow.
    """
    parts = plain(quote).strip(EDGES).split()
    if not parts or len(parts) > _MOST_WORDS:
        return ""
    wanted = verbatim(parts)
    for source in ground.sources:
        found = wanted.search(straight(source))
        if found:
            return source[found.start() : found.end()]
    return ""


def has_substance(phrase: str) -> bool:
    """Whether a phrase has two words that carry meaning (one and a number), or a longer name."""
    found = content(phrase)
    numbers = [each for each in words(phrase) if each.isdigit()]
    if len(found) + len(numbers) >= 2 and found:
        return True
    least = _NAME_SYLLABLES if found and is_hangul(found[0]) else _NAME_LETTERS
    return bool(found) and len(found[0]) >= least


def is_ungrounded(draft: Draft, ground: Ground) -> bool:
    """Whether the quote is not there, says nothing, or the question does not take it up."""
    phrase = locate(draft.quote, ground)
    return not phrase or not has_substance(phrase) or not _takes_up(draft.question, phrase)


def _takes_up(question: str, phrase: str) -> bool:
    if " ".join(words(phrase)) in " ".join(words(question)):
        return True
    wanted = [root(each) for each in content(phrase)]
    named = _in_order(wanted, [root(each) for each in content(question)])
    return named >= max(min(2, len(wanted)), _NAMED_SHARE * min(len(wanted), _ENOUGH))


def _in_order(wanted: list[str], asked: list[str]) -> int:
    """Return how many of ``wanted`` are in ``asked`` in the same order, as far as possible."""
    longest = [0] * (len(asked) + 1)
    for word in wanted:
        before = 0
        for at, other in enumerate(asked, 1):
            here = longest[at]
            longest[at] = before + 1 if word == other else max(here, longest[at - 1])
            before = here
    return longest[-1]
