"""Phrases of English answers and résumés that can be built into a sentence, and as what.

``I rewrote the rota last summer`` holds ``rewrote the rota last summer``, which a question can
take up as *you rewrote the rota last summer*: word for word, and grammatical. What cannot be told
for certain is left out; whole clauses can be quoted (``clauses``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from workers.questions.clauses import FILLER, PAST_WORD, TAKES_BACK, clauses
from workers.questions.ground import Ground
from workers.questions.guard.grounding import has_substance
from workers.questions.kinds import Building, Deed, Form
from workers.questions.phrases import fits_in_a_question, open_part
from workers.questions.text import content, straight
from workers.questions.verbs import BARE_OBJECT, BASES, GERUNDS, PAST

_RANK = (Form.CLAUSE, Form.GERUND, Form.PRESENT, Form.PAST)
"""The more a form says of what was done, the better."""

_FEWEST, _MOST = 3, 9
_CHARACTERS = 64
_MOST_JUDGED = 40
"""Of the best phrases: an answer may be long."""

_NEAR = 80
"""Characters before a subject in which its clause begins: a text may be one long sentence."""
_FAR = 300
"""Characters before a second verb in which its subject has to stand."""
_LONGER_MOST, _LONGER_CHARACTERS = 14, 90
"""Of clauses, and of lines of a résumé, which nobody cuts off."""

_INSIDE = r"[^.?!;:\n()\[\]{}<>|*`\"“”…•]+"
_SENTENCE = re.compile(rf"{_INSIDE}(?:\.(?=\w){_INSIDE})*")
_ADVERB = (
    r"(?:also|always|actually|just|then|first|usually|mostly|normally|already|mainly|often|even"
    r"|simply|quickly|now|personally)"
)
_SUBJECT = re.compile(rf"(?<![\w'])(?:i|we)(?: {_ADVERB})*(?: (had to))? ", re.IGNORECASE)
_CLAUSE_BEGINS = re.compile(
    r"(?:^|, ?| (?:and|but|so|because|then|when|while|where) )"
    r"(?:(?:so|well|okay|ok|yeah|yes|no|and|then|now|right now|first|later|once|afterwards|also|at"
    r"|in|on|for|with|during|after|before|since|last|as a|every)"
    r"(?: (?!(?:i|we|way|which|who|thing)(?!\w)|that [^i])[\w'-]+){0,4} )?$",
    re.IGNORECASE,
)
"""What may stand before a subject; ``the way we …`` begins no clause of its own."""
_OWN = re.compile(r"^(?:i|we)(?!\w)", re.IGNORECASE)
_COORDINATED = re.compile(rf"(?<!\w)and(?: {_ADVERB})* (?=[a-z]+)", re.IGNORECASE)
_NOT_OF_ONE_SUBJECT = re.compile(
    r"(?<![\w'])(?:i|we|he|she|they|it|you|who|whom|whose|which|that|what|when|while|where|because"
    r"|how|why|after|before|until|till|as|if|since|although|though|so|but|or|then|than|there|people"
    r"|everybody|everyone|somebody|someone|nobody|was|were|is|are|had|has|have)(?![\w'])|[,'–—]",
    re.IGNORECASE,
)
"""Where a second verb may be somebody else's: *when the contractor came and repaired the pump*."""
_BREAK = re.compile(
    r"(?<!\w)(?:and|or|but|so|because|which|that|who|whom|whose|what|when|where|while|until|till"
    r"|before|after|then|if|than|as|though|although|since|how|why|whether|rather|instead|except"
    r"|like)(?!\w)"
    r"|,| [-–—] ",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    rf"\W*(?:(?:but|and|or|so) )?(?:{TAKES_BACK})(?!\w)| ?(?:who|whom|whose|that|like)(?!\w)",
    re.IGNORECASE,
)
_JOINS = re.compile(
    rf"and (?!(?:{_ADVERB} )*(?:{'|'.join((*PAST, *BASES, *GERUNDS))})(?!\w))"
    r"(?!(?:i|we|he|she|they|it|you|there|then|now|that|this|so|what|when|how)(?!\w))"
    r"(?!\w+ed )(?:[\w-]+ ?){1,4}$",
    re.IGNORECASE,
)
"""An *and* between two nouns, of which the second ends the sentence."""

_UNCLEAR = re.compile(
    r"(?<![\w'])(?:i|me|my|mine|myself|we|us|our|ours|ourselves|he|him|his|she|her|hers|it|its|they"
    r"|them|their|theirs|this|these|those|there|here|you|your|yours|someone|somebody|something"
    r"|everything|anything|nothing|stuff|things?|one|ones|guy|guys|lot|not|never|don't|didn't)"
    r"(?![\w'])"
    r"|'",
    re.IGNORECASE,
)
"""Words that point to something which the phrase does not hold."""
_SLIP = re.compile(
    r"(?<!\w)(?:mistakes?|errors?|wrong|accident(?:ally)?|fault|mess|fool|the ball|corners|deadline"
    r"|my mind|sense|sure|way|difference|progress|money|friends?|floor|loss(?:es)?|debts?|made up"
    r"|bill"
    r"|bankrupt\w*|redundan\w+|layoffs?|(?:their|cut|lost|\w+ty) jobs|trouble|drunk|blame|phone"
    r"|tears|pieces|fake\w*|lie"
    r"|lies|fuss|scene"
    r"|excuses?)(?!\w)",
    re.IGNORECASE,
)
"""Mishaps and turns of phrase, about which nobody asks what was considered before."""

_LOSS = re.compile(
    r"(?<!\w)(?:loss(?:es)?|debts?|accident\w*|lies|names|cry)(?!\w)"
    r"|^(?:show|showing|showed) \S+ \S+$"
    r"|^(?:drive|driving|drove|run|running|ran|walk|walking|walked) .* (?:into|over|off)(?!\w)"
    r"|^(?:cut|cutting|close|closing|closed|drop|dropping|dropped|halve|halving|halved|reduce"
    r"|reducing"
    r"|reduced|remove|removing|removed|replace|replacing|replaced|swap|swapping|swapped) .*(?<!\w)"
    r"(?:people|persons?|staff|workers?|employees?|colleagues?|m[ae]n|wom[ae]n|nurses?|cooks?"
    r"|chefs?"
    r"|drivers?|teachers?|engineers?|posts|factory|plant|team|crew|customers?)(?!\w)",
    re.IGNORECASE,
)
"""What hurt somebody, about which nobody asks whether it was worth doing, or what lacks its end."""

_HANGS_OVER = re.compile(
    r" (?:(?:for|about|with|on|of|in front of|in|to|at|by|from) (?:it|them|that|this|him|her|me|us)"
    r"|myself|ourselves|together|too|either|though|right|anyway|again|well|really|very|also|first"
    r"|a|an|the|of|to|for|with|in|on|at|by|from|into|about|over|under|around|more|two|three|every"
    r"|some|any|is|was|are|were|be|been|up|out|off)$",
    re.IGNORECASE,
)
_ENDS_OPEN = re.compile(r"(?:ly|ing|ed)$", re.IGNORECASE)
_NOUNS_IN_ING_WORDS = (
    "planning training ordering meeting pricing costing tracking marketing engineering handling "
    "testing building cleaning packaging staffing marking scheduling monitoring learning banking "
    "accounting catering billing onboarding shipping picking processing loading wiring plumbing "
    "heating lighting machining welding recycling tutoring racking backing bedding housing "
    "sourcing hundred feed seed shed bed overhead newly weekly monthly daily yearly family "
    "assembly supply"
)
_NOUNS_IN_ING = frozenset(_NOUNS_IN_ING_WORDS.split())
_OBJECT_BEGINS = re.compile(
    r"(?:an?|the|every|each|all|some|both|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|twenty|new|small|short|simple|weekly|daily|regular|colou?red)$|\d",
    re.IGNORECASE,
)
_ASIDE_WORDS = (
    "to from about in on at with as up over by for out off positive hard well into down through "
    "away back around along onto after against of than like"
)
_ASIDE = frozenset(_ASIDE_WORDS.split())
"""What makes of *wrote to* or *led by example* something else than the deed to an object."""

_DEALS = frozenset(("negotiate", "negotiated", "negotiating", "talk", "talked", "talking"))
_WORK = frozenset(("work", "worked", "working"))
_PREPOSITION = re.compile(
    r"(?<!\w)(?:by|of|for|with|about|from|was|is|on|in|started|began|helped) $", re.IGNORECASE
)
_PROGRESSIVE = re.compile(
    rf"(?<!\w)(?:i|we)(?:'m|'re| am| was| were| are)(?: {_ADVERB})* $", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")


def buildings(ground: Ground) -> list[Building]:
    """Return what can be built in: of the last answer, or else of the résumé; the best first.

    The same ground gives the same list. What an earlier question held is not in it.
    """
    found = _fit(filter(_is_sound, _in_answer(open_part(ground.answer))), ground)
    if not found:
        written = (each for fact in ground.facts for each in _in_fact(fact))
        found = _fit(filter(_is_sound, written), ground)
    return found


def _fit(found: Iterable[Building], ground: Ground) -> list[Building]:
    kept: dict[str, Building] = {}
    for each in sorted(found, key=_weight, reverse=True)[:_MOST_JUDGED]:
        # a clause around a deed that is there by itself would be asked about twice
        known = any(other in each.text.casefold() for other in kept)
        if not known and _is_fit(each, ground):
            kept[each.text.casefold()] = each
    return list(kept.values())


def _is_fit(each: Building, ground: Ground) -> bool:
    deed = _OWN.sub("", each.text, count=1).strip().casefold()
    return (
        has_substance(each.text)
        and fits_in_a_question(each.text, ground)
        and not any(deed in asked.casefold() for asked in ground.asked)
    )


def _is_sound(each: Building) -> bool:
    return len(each.text) <= _LONGER_CHARACTERS and (
        each.form is Form.CLAUSE or _stands_alone(each)
    )


def _stands_alone(each: Building) -> bool:
    return (
        _FEWEST <= len(each.text.split()) <= (_MOST if each.said else _LONGER_MOST)
        and (len(each.text) <= _CHARACTERS or not each.said)
        and not _UNCLEAR.search(each.text)
        and not (each.kind is Deed.CHANGE and _SLIP.search(each.text))
        and not _LOSS.search(each.text)
        and not _ends_open(each.text)
    )


def _weight(each: Building) -> tuple[int, bool, int]:
    own = each.form is not Form.CLAUSE or _OWN.match(each.text) is not None
    return _RANK.index(each.form), own, min(len(content(each.text)), 5)


def _ends_open(text: str) -> bool:
    last = text.rpartition(" ")[2].casefold()
    return bool(_ENDS_OPEN.search(last)) and last not in _NOUNS_IN_ING


def _in_answer(answer: str) -> Iterator[Building]:
    for sentence in _SENTENCE.findall(straight(answer)):
        for spoken in map(str.strip, FILLER.split(sentence)):
            yield from _after_subjects(spoken)
            yield from _gerunds(spoken, said=True)
    for clause, tells in clauses(answer):
        yield Building(clause, Form.CLAUSE, tells, True)


def _after_subjects(spoken: str) -> Iterator[Building]:
    for subject in _SUBJECT.finditer(spoken):
        rest = spoken[subject.end() :]
        if subject[1] is None and _begins_a_clause(spoken[: subject.start()]):
            yield from _deed(rest, said=True)
            yield from _habit(rest)
    for joined in _COORDINATED.finditer(spoken):
        if _is_own(spoken[: joined.start()]):
            yield from _deed(spoken[joined.end() :], said=True)


def _is_own(before: str) -> bool:
    """Whether all between the last *I* or *we* and here are deeds of theirs and nothing else."""
    near = before if len(before) <= _FAR else f"…{before[-_FAR:]}"
    subjects = list(_SUBJECT.finditer(near))
    if not subjects or subjects[-1][1] or not _begins_a_clause(near[: subjects[-1].start()]):
        return False
    between = near[subjects[-1].end() :].strip()
    if _NOT_OF_ONE_SUBJECT.search(between):
        return False
    return all(map(_is_one_deed, re.split(r" and (?:" + _ADVERB + r" )*", between)))


def _is_one_deed(text: str) -> bool:
    verb, _, after = text.partition(" ")
    known = verb.casefold() in PAST and _has_object(text)
    return known and not any(
        each in PAST or PAST_WORD.fullmatch(each) for each in after.casefold().split()
    )


def _begins_a_clause(before: str) -> bool:
    near = before[-_NEAR:]
    return _CLAUSE_BEGINS.search(near if near == before else f"…{near}") is not None


def _in_fact(fact: str) -> Iterator[Building]:
    yield from _deed(fact, said=False)


def _deed(rest: str, *, said: bool) -> Iterator[Building]:
    verb = rest.partition(" ")[0].casefold()
    if verb in PAST and _has_object(rest):
        text = _cut(rest)
        if text:
            yield Building(text[:1].lower() + text[1:], Form.PAST, PAST[verb][1], said)


def _habit(rest: str) -> Iterator[Building]:
    verb = rest.partition(" ")[0].casefold()
    if verb in BASES and verb not in PAST and _has_object(rest):
        text = _cut(rest)
        if text:
            yield Building(text, Form.PRESENT, BASES[verb], True)


def _gerunds(spoken: str, *, said: bool) -> Iterator[Building]:
    for word in _WORD.finditer(spoken):
        before = spoken[max(0, word.start() - _NEAR) : word.start()]
        if word[0].casefold() in GERUNDS and (
            _PREPOSITION.search(before) or _PROGRESSIVE.search(before)
        ):
            rest = spoken[word.start() :]
            text = _cut(rest) if _has_object(rest) else ""
            if text:
                yield Building(text, Form.GERUND, None, said)


def _has_object(rest: str) -> bool:
    verb, _, after = rest.partition(" ")
    verb = verb.casefold()
    following = after.split(" ")[0]
    if verb in BARE_OBJECT:
        return bool(_OBJECT_BEGINS.match(following))
    if verb in _WORK:
        return following.casefold() == "on"
    if verb in _DEALS:
        return following.casefold() in ("with", "to", "about")
    return bool(following) and following.casefold() not in _ASIDE


def _cut(rest: str) -> str:
    """Return what belongs to the verb at the beginning of ``rest``: up to the clause's end.

    Nothing, where what follows takes part of it back, or the verb cannot do without.
    """
    end = next(
        (each for each in _BREAK.finditer(rest) if not _JOINS.match(rest, each.start())), None
    )
    if end and _TAKES_BACK.match(rest, end.start()):
        return ""
    found = " ".join((rest[: end.start()] if end else rest).split()).strip(" -–—,")
    shorter = ""
    while shorter != found:
        shorter, found = found, _HANGS_OVER.sub("", found)
    return found
