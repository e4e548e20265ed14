"""Words of a candidate that may be repeated to them.

Nothing is taken from a sentence that touches something private, not even its other half: *what
made you decide that* would ask about it.
"""

from __future__ import annotations

import re
from itertools import pairwise

from workers.language.private import is_private
from workers.language.topics import topic_of
from workers.questions.ground import Ground
from workers.questions.guard.contact import CONTACT
from workers.questions.guard.echo import PLANTED
from workers.questions.text import straight, words

_EMPTY_TALK = re.compile(
    "|".join(
        (
            r"\b(?:don't|do not|didn't|did not|can't|cannot) (?:really )?"
            r"(?:know|remember|understand|hear|think|recall)",
            r"\bno idea\b|\bnot sure\b|\bthank(?:s| you)\b|\bsorry\b|\bhello\b|\bnice to meet\b",
            r"\bquestions?\b|\b(?:fuck|shit|damn|bullshit|crap|idiot|stupid)\w*",
            r"모르겠|모릅니다|(?:기억|생각)이 (?:잘 )?(?:안|나지)|죄송|감사합니다|안녕하|반갑",
            r"잘 부탁|질문|씨발|시발|병신|새끼|존나|개새",
        )
    ),
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=니다)\s+|\n")
_AT_WORK = re.compile(
    r"\b(?:the|their|whose) (?:famil(?:y|ies)|parents|relatives)\b|(?:입원 ?)?환자|보호자|학부모",
    re.IGNORECASE,
)
"""Other people's, whom nurses and teachers speak of."""
_DIRECT_SPEECH = re.compile(
    r"(\b(?:said|says?|told|tells?|shout(?:ed|s)|asked|asks?|yelled|screamed|replied|repl(?:y|ies)"
    r"|answered|was like|insisted|claimed|complained|joked)\b(?: [\w']+){0,4}?)"
    r"(?:[,:]? ?[\"“]|[,:] ?(?=(?:i|we)\b))[^.?!\n\"”]*[\"”]?",
    re.IGNORECASE,
)
"""*My manager shouted, I designed the whole system*: whose words they are is not heard."""
_CUT = re.compile(r"[-–—]$")


def fits_in_a_question(phrase: str, ground: Ground) -> bool:
    """Whether ``phrase`` may be repeated to the candidate at all, and was not yet."""
    found = words(phrase)
    return (
        not any(one == other for one, other in pairwise(found))
        and not any(_CUT.search(each) for each in phrase.split())
        and not any(each.search(phrase) for each in (_EMPTY_TALK, CONTACT, PLANTED))
        and not topic_of(phrase)
        and not is_private(phrase)
        and not any(phrase.casefold() in each.casefold() for each in ground.asked)
    )


def open_part(answer: str) -> str:
    """Return what may be taken up of ``answer``: a line a sentence, without what others said."""
    spoken = _DIRECT_SPEECH.sub(lambda found: f"{found[1]}.\n", straight(answer))
    return "\n".join(filter(_is_open, _SENTENCE_ENDS.split(spoken)))


def _is_open(sentence: str) -> bool:
    apart = _AT_WORK.sub("", sentence)
    return not is_private(apart) and not topic_of(apart)
