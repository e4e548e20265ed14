"""Whole clauses of English speech that can be quoted as they stand: a subject, a verb, its end.

Nothing is cut off inside: half a clause in quotation marks misquotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from workers.questions.kinds import Tells
from workers.questions.text import straight

_SENTENCE = re.compile(
    r"[^.?!;:,\n()\[\]{}<>|*`\"“”…•]+(?:[.,](?=\w)[^.?!;:,\n()\[\]{}<>|*`\"“”…•]+)*"
)
FILLER = re.compile(
    r",? ?(?<![\w'])(?:um+|uh+|er+|erm|hmm+|mm+|you know|i mean|basically|honestly|sort of|kind of)"
    r"(?![\w']),? ?",
    re.IGNORECASE,
)
_SUBJECT = (
    r"(?:i|we|it|there|they|he|she|people|everybody|everyone|nobody|somebody|someone|this|that)"
    r"(?:'\w+)?"
)
_NAMED = r"(?:the|my|our|most|some|a|an|one|two|three|every|half|both)"
_SPLIT = re.compile(
    rf"(?<![\w'])(?:(?:and|but|so|then|or)(?: then| now| so)? (?=(?:{_SUBJECT}|{_NAMED}) )"
    r"|because |although |though |which |whereas |while )",
    re.IGNORECASE,
)
_LONG_SPLIT = re.compile(r"(?<![\w'])(?:when|until|so|before|after) ", re.IGNORECASE)
_LEADS_IN = re.compile(
    r"^(?:and|so|but|or|well|okay|ok|yeah|yes|no|then|also|that|actually|basically|honestly|maybe"
    r"|first|finally|anyway|right now|of course|for example|for instance)\b,? ",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"(?:{_SUBJECT}|{_NAMED} [\w-]+) ", re.IGNORECASE)
_PAST_WORDS = (
    "was were had went got came took made gave became began felt found kept knew left lost meant "
    "met paid said saw sent spent stood started told thought won wrote built led ran taught "
    "brought chose did put cut set learnt grew fell held drove sold understood broke"
)
PAST_WORD = re.compile(
    rf"(?<![\w'])(?:{_PAST_WORDS.replace(' ', '|')}|(?!hundred)\w\w+ed)(?![\w'])", re.IGNORECASE
)
_FINITE = re.compile(
    r"(?<![\w'])(?:is|are|am|has|have|can|could|would|will|should|must|do|does|like|prefer|need"
    r"|think|believe|try|enjoy|work|start|look|go|take|get|make|avoid|use|check|call|run|write"
    r"|plan|ask|listen|keep|want)(?![\w'])|'(?:m|s|re|ve|d|ll)(?!\w)",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"(?<![\w'])i(?:'d| would) (?:really )?(?:like|love)|^i (?:want|hope) ", re.IGNORECASE
)
_TRAITS = (
    "accurate adaptable ambitious analytical approachable articulate attentive calm careful "
    "cautious cheerful communicative competitive conscientious cooperative creative curious "
    "decisive dependable detail-oriented determined diligent diplomatic direct disciplined eager "
    "early efficient empathetic enthusiastic fair fast flexible focused focussed friendly generous "
    "hands-on hard-working helpful honest humble impatient independent inquisitive kind listener "
    "logical loyal meticulous methodical motivated observant open open-minded optimistic orderly "
    "organised organized passionate patient perfectionist persistent planner polite pragmatic "
    "precise proactive problem-solver punctual quick quiet reliable resilient resourceful "
    "responsible self-critical sociable stubborn structured systematic tactful team-player team "
    "thorough tidy transparent"
)
_TRAIT_WORD = (
    r"(?: (?:an?|quite|very|really|rather|always|usually|also|generally|pretty|fairly|more|most"
    r"|naturally|extremely|quite a|good|more of a|at being))*"
    rf" (?:{_TRAITS.replace(' ', '|')})(?![\w-])"
)
_TRAIT = re.compile(
    rf"(?:i would say )?i(?:'m| am)(?! an? patient(?: (?:at|in|of|on|with)|$))"
    rf"{_TRAIT_WORD}(?! (?:for|of) )|i (?:prefer|tend|like|enjoy) ",
    re.IGNORECASE,
)
"""What somebody *is* may be anything; only what is said of people at work is asked about."""
_IS = re.compile(
    r"(?:i would say |i believe |i think )?(?:i|we)(?:'m|'re| am| are| was| were)"
    r"(?! (?:\w+ly )?(?:\w+ing|in charge|responsible)(?!\w))(?!\w)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"(?:i|we)(?!'ve| have| had been)(?:'m|'re)?"
    r"(?: (?:also|always|actually|just|then|usually|mostly|normally|often|even|currently))* (\S+)",
    re.IGNORECASE,
)
_REGRET = re.compile(r"(?:i|we) (?:should|could) have ", re.IGNORECASE)
_MUST = re.compile(r"(?:i|we) had to ", re.IGNORECASE)
_BAD_WORD = re.compile(
    r"(?<![\w'])(?:guy|stuff|whatever|whatnot|kinda|gonna|wanna|like a|that kind of thing|and so on"
    r"|used to|angry|anger|hate[ds]?|fired|sacked|would have|if|whether|never|not|isn't|wasn't"
    r"|weren't|aren't|hasn't"
    r"|haven't|won't|wouldn't|shouldn't|hadn't)(?![\w'])|n't\b",
    re.IGNORECASE,
)
"""Loose talk, and what somebody did not do or wishes undone: nothing to be quoted back at them."""
_HANGS_OVER = re.compile(
    r" (?:a|an|the|of|to|and|or|but|for|with|in|on|at|by|from|about|into|as|than|so|because|my|our"
    r"|their|his|her|your|very|really|more|most|i|we|is|was|are|were|be|had|has|have|that|who|which"
    r"|when|where|how|what|like|just|then|though|anyway|actually|too|either|well)$",
    re.IGNORECASE,
)
_FEWEST, _MOST = 4, 14
TAKES_BACK = (
    "except|apart from|instead|rather|unless|if|whether|why|how|what|until|till|than|not|only|never"
    "|just not|without"
)
"""What begins so takes back part of what stands before it, or is what that was about."""
_TAKES_BACK = re.compile(
    r"[,;:]? ?(?:(?:but|and|or) )?(?:except|apart from|instead|rather|unless|if|not|only"
    r"|never)(?!\w)",
    re.IGNORECASE,
)


def clauses(answer: str) -> Iterator[tuple[str, Tells]]:
    """Yield each clause as it was said, and what it tells."""
    said = straight(answer)
    for sentence in _SENTENCE.finditer(said):
        pieces = FILLER.split(sentence[0])
        for at, spoken in enumerate(pieces):
            parts = list(_parts(spoken))
            if at == len(pieces) - 1 and _TAKES_BACK.match(said, sentence.end()):
                parts.pop()
            for part in parts:
                found = _tidy(part)
                tells = _tells(found) if _is_whole(found) else None
                if tells is not None:
                    yield found, tells


def _parts(spoken: str) -> Iterator[str]:
    for part in _SPLIT.split(spoken):
        if len(part.split()) > _MOST:  # as when speech has no stops
            yield from _LONG_SPLIT.split(part)
        else:
            yield part


def _tells(clause: str) -> Tells | None:
    if _WISH.search(clause):
        return Tells.WISH
    if _REGRET.match(clause):
        return Tells.REGRET
    if _TRAIT.match(clause):
        return Tells.TRAIT
    if _IS.match(clause):
        return None
    own = _OWN.match(clause)
    if own is None:
        return Tells.PAST if PAST_WORD.search(clause) else None
    if own[1] and own[1].casefold() in ("think", "guess", "know", "mean", "suppose", "feel"):
        return None
    if _MUST.match(clause):
        return Tells.MUST
    if own[1].casefold() in ("had", "got", "lost", "met"):
        return Tells.MET
    return Tells.OWN if PAST_WORD.fullmatch(own[1]) else Tells.HABIT


def _tidy(part: str) -> str:
    found = " ".join(part.split()).strip(" -–—'")
    shorter = ""
    while shorter != found:
        shorter, found = found, _LEADS_IN.sub("", found)
    return found


def _is_whole(found: str) -> bool:
    return bool(
        _FEWEST <= len(found.split()) <= _MOST
        and _BEGINS.match(found)
        and (PAST_WORD.search(found) or _FINITE.search(found))
        and not _BAD_WORD.search(found)
        and not _HANGS_OVER.search(found)
    )
