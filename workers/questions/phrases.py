"""The phrase of an answer or a fact that a template quotes: whole words, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from schemas.language import Language
from workers.questions.ground import Ground
from workers.questions.guard.contact import CONTACT
from workers.questions.guard.echo import PLANTED
from workers.questions.guard.grounding import has_substance
from workers.questions.guard.topics import topic_of
from workers.questions.text import content, words

_IN_CLAUSE = r"[^.!?,;:…\n\"“”()\[\]{}<>|*`]+"
_CLAUSE = re.compile(rf"{_IN_CLAUSE}(?:\.(?=\w){_IN_CLAUSE})*")
_FILLERS = r"um+|uh+|er+|erm|hmm+|mm+|you know|i mean|음+|어+|에+|으음|그니까|뭐랄까|뭐지"
_FILLER = re.compile(rf"(?<!\S)(?:{_FILLERS})(?!\S)", re.IGNORECASE)
_ENGLISH_BREAKS = "because|so|but|which|where|when|while|although|then|after|before|until|and"
_BREAKS = {
    Language.ENGLISH: re.compile(rf"(?<!\S)(?:{_ENGLISH_BREAKS})(?!\S)", re.IGNORECASE),
    Language.KOREAN: re.compile(
        r"(?<=[가-힣](?:는데|지만|면서|니까|어서|아서|해서))\s|(?<=[가-힣][고며])\s"
    ),
}
_LEADING_WORDS = (
    "and|so|but|or|well|okay|ok|yeah|yes|no|then|also|because|that|basically|actually|like|honestly"
    "|maybe|first|finally|to|of|for|i think|i guess|i would say|for example"
    "|그 (?:결과|후|뒤|다음|당시)|네|예|아|그|저는|제가|저희는|그리고|그래서|그런데|하지만|또|또한"
    "|사실|일단|먼저|우선|그러니까|약간|이제|그때|당시|특히|예를 들어|뒤에|후에|다음에"
)
_LEADING = re.compile(rf"^(?:{_LEADING_WORDS})\s+", re.IGNORECASE)
_TRAILING_WORDS = (
    "the|a|an|of|to|and|or|but|for|with|in|on|at|by|from|that|was|is|were|are|my|our|their|which"
    "|so|because|as|into|i|we|it|very|really|그리고|그래서|그런데|하지만|그|이|저|좀|및|또|또는"
)
_TRAILING = re.compile(rf"\s+(?:{_TRAILING_WORDS})$", re.IGNORECASE)
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
_WEAK_WORDS = (
    "people thing work time way day year good great nice different many important interest "
    "company team want know think feel try need use 많이 사람 회사 업무 일을 일이 시간 열심히 노력"
)
_WEAK = frozenset(_WEAK_WORDS.split())
_DEEDS = (
    r"\w+ed|built|led|wrote|made|ran|set|cut|found|taught|won|grew|sold|chose|began|brought|drew"
    r"|held|kept|learnt|met|split|rewrote|rebuilt|took|put"
)
_DOING = re.compile(rf"\b(?:i|we) (?:\w+ )?(?:{_DEEDS})\b", re.IGNORECASE)
_ENDS_AS_SPEECH = re.compile(r"[가-힣](?:다|요|죠)$")
_MASK = "\ufffc"
_CUT = re.compile(r"[-–—]$")
_NAME = re.compile(r"(?<=\s)[A-Z][A-Za-z0-9+#.]+|\d")

_FEWEST = {Language.ENGLISH: 2, Language.KOREAN: 2}
_MOST = {Language.ENGLISH: 10, Language.KOREAN: 8}
_CHARACTERS = 80
_MOST_TRIMMED = 6
"""Words at each end."""

_ENOUGH = 5
"""Words that carry meaning; more make a phrase no better."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of the candidate."""

    text: str
    said: bool
    """In the last answer; otherwise written in the résumé."""
    is_speech: bool
    """A Korean phrase that ends as a sentence does."""


def choose(ground: Ground) -> Phrase | None:
    """Return the phrase that says most, of the last answer or else of a fact; None: there is none.

    The same ground gives the same phrase. One that an earlier question held is not taken again.
    """
    sources = [(True, ground.answer), *((False, each) for each in ground.facts)]
    for said, source in sources:
        best = _best(source, ground)
        if best:
            return Phrase(best, said, _ENDS_AS_SPEECH.search(best) is not None)
    return None


def _best(source: str, ground: Ground) -> str:
    found = [each for each in _candidates(source, ground.language) if _is_fit(each, ground)]
    return max(found, key=_weight, default="")


def _candidates(source: str, language: Language) -> Iterator[str]:
    """Yield phrases of ``source``: clauses, and of long ones the parts."""
    for clause in _CLAUSE.findall(CONTACT.sub(_MASK, source)):
        if _MASK in clause:
            continue
        for spoken in _FILLER.split(clause):
            whole = _trim(spoken)
            if _fits(whole, language):
                yield whole
            else:
                yield from _parts(spoken, language)


def _parts(clause: str, language: Language) -> Iterator[str]:
    for part in _BREAKS[language].split(clause):
        trimmed = _trim(part)
        found = trimmed.split()
        if len(found) <= _MOST[language]:
            yield trimmed
        elif language is Language.ENGLISH:
            yield _trim(" ".join(found[: _MOST[language]]))
        else:  # a Korean clause has its verb at its end
            yield _trim(" ".join(found[-_MOST[language] :]))


def _fits(phrase: str, language: Language) -> bool:
    return _FEWEST[language] <= len(phrase.split()) <= _MOST[language]


def _trim(phrase: str) -> str:
    """Return ``phrase`` without the words that lead in and those that hang over."""
    found = " ".join(phrase.split()).strip(" '-–—·•")
    for _ in range(_MOST_TRIMMED):
        shorter = _TRAILING.sub("", _LEADING.sub("", found, count=1))
        if shorter == found:
            break
        found = shorter
    return found


def _is_fit(phrase: str, ground: Ground) -> bool:
    return (
        _fits(phrase, ground.language)
        and len(phrase) <= _CHARACTERS
        and _says_something(phrase)
        and _is_in(ground.language, phrase)
        and fits_in_a_question(phrase, ground)
    )


def fits_in_a_question(phrase: str, ground: Ground) -> bool:
    """Whether ``phrase`` may be repeated to the candidate at all, and was not yet."""
    found = words(phrase)
    return (
        not any(one == other for one, other in pairwise(found))
        and not any(_CUT.search(each) for each in phrase.split())
        and not any(each.search(phrase) for each in (_EMPTY_TALK, CONTACT, PLANTED))
        and not topic_of(phrase)
        and not any(phrase.casefold() in each.casefold() for each in ground.asked)
    )


def _is_in(language: Language, phrase: str) -> bool:
    """Whether a phrase can stand in a question of ``language``; Korean may hold Latin names."""
    hangul = any("가" <= each <= "힣" for each in phrase)
    return hangul is (language is Language.KOREAN)


def _strong(phrase: str) -> list[str]:
    return [each for each in content(phrase) if each not in _WEAK]


def _says_something(phrase: str) -> bool:
    return has_substance(phrase) and (len(_strong(phrase)) >= 2 or bool(_NAME.search(phrase)))


def _weight(phrase: str) -> float:
    """Return how much a phrase says: words of weight, a name or number, something done."""
    named = _NAME.search(phrase) is not None
    finished = _DOING.search(phrase) is not None or _ENDS_AS_SPEECH.search(phrase) is not None
    return min(len(_strong(phrase)), _ENOUGH) + 0.75 * named + 1.5 * finished
