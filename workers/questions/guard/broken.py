"""Text that no person wrote: leftovers of a format, repeated words, a sentence that falls apart."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from itertools import pairwise

from workers.questions import prompts
from workers.questions.ground import Draft, Ground
from workers.questions.text import is_content, is_hangul, stem, unquoted, words

_MARKUP = re.compile(r"[{}\[\]<>|\\`*_~^=]|(?<![CF])#|\$\w|--|//|::")
_LABEL = re.compile(
    r"^\W*(?:questions?|q|answers?|a|interviewer|candidate|assistant|user|system|follow-?ups?"
    r"|next question|quote|json|output|note|질문|답변|답|면접관|지원자|인용|예시|출력|참고)"
    r"\"? ?\d* ?[:：.)]"
    r"|^\W*(?:sure|certainly|okay|ok|absolutely|of course|great|here is|here['’]s|네|물론)\b"
    r"[^?]{0,40}?[,.!:]",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"#?\d+\W")
_SAME_LETTER = re.compile(r"([^\W\d])\1\1")
_LONE_JAMO = re.compile(r"[ㄱ-ㅎㅏ-ㅣᄀ-ᇿ]")
_FADES = re.compile(r"(?:\.\.|…|[,;:–—-])\s*[?.]?$|\s[?.]$|[?.!,]{2}")
_BEGINS = re.compile(r"[A-Z가-힣“\"'‘0-9]")
_KOREAN_BEGINS = re.compile(r"[A-Za-z가-힣“\"'‘0-9]")
_NO_VOWEL = re.compile(r"\b[b-df-hj-np-tv-xz]{5,}\b")

_LONGEST_LATIN = 22
_LONGEST_HANGUL = 12
_MOST_ALIKE = 3

_DETERMINER = "the|a|an|your|their|its|our|every|his"
_WH = "what|how|why|which|where|who|whom|whose"
_BE = "is|are|was|were|am"
_DO = "did|do|does|have|has|had|can|could|would|will|should"
_DO_WITH_BASE = "did|do|does|can|could|would|will|should"
_PRONOUN = "i|you|he|she|we|they"
_PREPOSITION = "of|for|to|with|from|by|at"
_CONJUNCTION = "and|or|but|because|than|nor"
_NO_FORM_OF_THE_PAST = (
    r"(?!(?:need|feed|speed|proceed|succeed|exceed|embed|breed|shed|bring|cling|string|spring)\b)"
)
_PAST = (
    "built|led|wrote|made|ran|found|taught|won|grew|sold|chose|began|brought|drew|held|kept|met"
    "|rewrote|rebuilt|took|went|gave|got|came|saw|said|told|thought|knew|became|spoke|spent|sent"
)
_APART = re.compile(
    "|".join(
        (
            rf"\b(?:{_DETERMINER}) (?:{_DETERMINER}|{_PRONOUN}|{_BE}|{_DO}|{_WH})(?![-\w])",
            rf"\b(?:{_DETERMINER}) (?:{_PREPOSITION}|{_CONJUNCTION}|in|on)(?![-\w])",
            rf"\b(?:{_WH}) (?:{_WH})\b",
            r"\b(?:what|how|why|where|whom|whose) (?:of|for)\b",
            r"^(?:what|which|whose) (?:the|a|an|you|your|it|they|he|she)\b",
            rf"\b(?:{_WH}) (?:{_PRONOUN}) (?:the|a|an|your|my|of|{_WH})\b",
            rf"\b(?:{_DO}) (?:{_PRONOUN}) (?:the|a|an|your|my|of|you|{_BE}|{_WH})\b",
            rf"\b(?:{_BE}) (?:{_PRONOUN}) (?:of|you|{_BE}|{_WH})\b",
            rf"\b(?:{_DO}) (?:{_PRONOUN}|it) {_NO_FORM_OF_THE_PAST}\w\w+ing\b",
            rf"\b(?:{_DO_WITH_BASE}) (?:{_PRONOUN}|it) {_NO_FORM_OF_THE_PAST}\w\w+ed\b",
            rf"\b(?:{_DO_WITH_BASE}|to) (?:(?:{_PRONOUN}|it) )?"
            rf"(?:{_PAST})\b",
            rf"\b(?:use|used|want|need|able|try|tried) to {_NO_FORM_OF_THE_PAST}\w\w+ed\b",
            rf"\b(?:{_PREPOSITION}|in|on|and|or|but|than|nor) of\b",
            r"\b(?:for|with|from|by|of) (?:for|with|from|of|to)\b",
            rf"\b(?:{_BE}|{_DO}) (?:of|and|or|but)\b",
            rf"\b(?:{_CONJUNCTION}) (?:and|or|but|than)\b",
            rf"\b(?:{_DETERMINER}|{_CONJUNCTION}|i|very|into|am)\W*$",
            r"\b(?:you|they|we) (?:is|am|was|has|does)\b",
            rf"\b(?:did|does|do) (?:did|does|do|{_BE})\b",
        )
    )
)
"""Words side by side that no English sentence has: it fell apart."""

_CAPITAL_WITHIN = re.compile(
    r"[a-z,;] (?:What|How|Why|Which|When|Where|Who|The|An?|You|Your|It|And|Of|To|In|Is|Are|Did)\b"
)

_KOREAN_APART = re.compile(
    "|".join(
        (
            r"(?<!\S)(?:을|를|의|와|과|에서|으로|에게|에는|하셨)(?=[\s?.,]|$)",
            r"(?<!\S)(?:나요|까요|니까|습니까|습니다)(?=[\s?.,]|$)",
            r"(?:을를|를을|은는|는은|를를|을을|는는|에에|의의|가를|를가|은을|을은|는을|를는)"
            r"(?=[\s?.,]|$)",
            r"[가-힣][을를] [가-힣]+[을를](?=[\s?.,])",
            # a sentence that ends and goes on
            r"[가-힣](?:니다|니까|나요|가요|세요|어요|아요|까요)\s+[가-힣A-Za-z0-9]",
            # what is asked for has a particle of its own
            r"(?<![은는이가란면도중서로지])[ ,](?:무엇|누구|어디|언제)"
            r"(?:인가요|인지요|이었나요|였나요|입니까|이었습니까|일까요)",
            r"(?<![이가은는도지만])[ ,]궁금",
            r"(?<!\S)(?:어떤|무슨|어느|가장|그|이|더)[?.]?$",
            r"(?<!\S)(?:어떤|무슨|어느) (?:어떻게|왜|무엇|어떤|가장)",
        )
    )
)
"""The same in Korean."""

_SHINGLE = 5


def is_broken(draft: Draft, ground: Ground) -> bool:
    """Whether the question is no clean sentence."""
    text = draft.question
    return (
        _has_leftovers(text)
        or _is_unclean(text)
        or _repeats_itself(text)
        or _falls_apart(text)
        or _recites_the_prompt(text, ground)
    )


def _has_leftovers(text: str) -> bool:
    return bool(
        _MARKUP.search(text)
        or _LABEL.search(text)
        or _COUNTED.match(text)
        or _LONE_JAMO.search(text)
        or _FADES.search(text.strip())
    )


def _is_unclean(text: str) -> bool:
    # controls, invisible, private and unassigned characters, symbols such as emoji
    if any(unicodedata.category(each)[0] == "C" or each == "\ufffd" for each in text):
        return True
    if any(unicodedata.category(each) in ("So", "Sk", "Mn", "Me") for each in text):
        return True
    if text != text.strip() or not _KOREAN_BEGINS.match(text):
        return True
    if not any("가" <= each <= "힣" for each in text) and not _BEGINS.match(text):
        return True
    if (
        text.count("“") != text.count("”")
        or text.count('"') % 2
        or text.count("(") != text.count(")")
    ):
        return True
    return any(
        len(each) > (_LONGEST_HANGUL if is_hangul(each) else _LONGEST_LATIN) for each in words(text)
    ) or bool(_NO_VOWEL.search(text))


def _repeats_itself(text: str) -> bool:
    found = words(text)
    stems = [stem(each) for each in found]
    if any(one == other and one != "that" for one, other in pairwise(found)):
        return True
    if any(count > 1 for count in Counter(zip(stems, stems[1:], stems[2:], strict=False)).values()):
        return True
    often = Counter(stem(each) for each in found if is_content(each))
    return bool(_SAME_LETTER.search(text.casefold().replace("www", ""))) or any(
        count >= _MOST_ALIKE for count in often.values()
    )


def _falls_apart(text: str) -> bool:
    spoken = " ".join(unquoted(text.replace("’", "'"), " this").casefold().split())
    if any("가" <= each <= "힣" for each in spoken):
        return _KOREAN_APART.search(spoken) is not None
    return _APART.search(spoken) is not None or _CAPITAL_WITHIN.search(unquoted(text)) is not None


def _recites_the_prompt(text: str, ground: Ground) -> bool:
    return not _shingles(text).isdisjoint(_PROMPT)


def _shingles(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[at : at + _SHINGLE]) for at in range(len(found) - _SHINGLE + 1)}


_PROMPT = frozenset().union(*(_shingles(each) for each in prompts.own_texts()))
