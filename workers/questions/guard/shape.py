"""Language, length and form: is it one question, put to the candidate, in the right language?"""

from __future__ import annotations

import re
import unicodedata

from schemas.language import Language
from workers.questions.ground import Draft, Ground
from workers.questions.text import unquoted, words

_LATIN_SHARE = 0.95
_HANGUL_SHARE = 0.5
_COMMON_WORDS = (
    "a about and are at by can could describe did do does for from give had has have how in is it "
    "me of on or tell that the this to was were what when where which who why with would you "
    "your"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_COMMON_LEAST = 3

_LIMITS = {Language.ENGLISH: (5, 50, 320), Language.KOREAN: (3, 40, 200)}
"""Least and most words, most characters."""

_WH = r"(?:what|how|why|which|when|where|who|whose|whom)"
_AUX = (
    r"(?:did|do|does|could|can|would|will|should|might|have|has|had|were|are|was|is|didn't|don't|"
    r"wouldn't|couldn't|would've)"
)
_REQUEST = (
    r"(?:please )?(?:tell (?:me|us)|describe|explain|share|walk (?:me|us) through|"
    r"take (?:me|us) through|give (?:me|us) an? (?:example|idea|sense)|talk (?:me|us) through|"
    r"talk about|outline)"
)
_CLAUSE = (
    r"(?:^|[.!,;:–—] |\b(?:and|but|so|then|when|if|while|after|before|that|there|it|role) )"
    r"(?:(?:and|but|so|then|exactly|in|to|at|from|for|of|with|on|by|about|under|through) ){0,2}"
)
_HOW_OR_WHY = re.compile(rf"{_CLAUSE}(?:how|why)\W+(?:[\w'-]+\W+){{0,3}}?{_AUX}\b")
_WHAT = re.compile(
    rf"{_CLAUSE}(?:what|which|who|whose|when|where)"
    rf" (?!(?:i|you|he|she|we|they|it|the|a|an|your|of|to|for|and|or|but|{_WH})\b)[\w'-]+"
)
_INVERTED = re.compile(
    rf"{_CLAUSE}{_AUX} (?:you|your|the|that|this|there|it|they|any|anything|a|an)\b"
)
_ASKS_FOR = re.compile(rf"^{_REQUEST}\b")
_OTHER_ROLE = re.compile(
    r"\b(?:i|i'm|i've|i'd|i'll|my|mine|myself|we|we're|we've|our|ours)\b"
    r"|\b(?:the|this|a) (?:candidate|applicant|interviewee|interviewer)\b"
)
"""Who asks says you: neither the candidate's words nor a report on the candidate."""


_KOREAN_ASKED = re.compile(
    r"(?:[가-힣](?:나요|가요|까요|니까|어요|아요|데요|지요|죠|는지요|셔요|세요)\?)$"
)
_KOREAN_REQUEST = re.compile(
    r"(?:(?:말씀|설명|소개|공유|이야기|얘기|예를 들어|들려|알려|들어|나누어|나눠)[가-힣]* ?"
    r"(?:주세요|주십시오|주시겠어요|주시겠습니까|주시기 바랍니다|부탁드립니다|부탁드려요)"
    r"|부탁드립니다|부탁드려요|궁금합니다|듣고 싶습니다|알고 싶습니다)\.?$"
)
_KOREAN_WH = re.compile(
    r"무엇|무슨|뭐|뭘|어떤|어떻게|어떠|어땠|어느|어디|언제|왜|누구|누가|얼마|몇|이유|주시겠"
    r"|주세요|주십시오"
    r"|바랍니다|부탁드|궁금|싶습니다|있으신가요|있으셨나요|있었나요|있나요|있을까요|계신가요"
)
_KOREAN_LAST = re.compile(r"([가-힣]+)\?$")
_KOREAN_BARE_WORDS = "나요 가요 까요 니까 습니까 어요 아요 데요 지요 셔요 세요 하나요 인가요"
_KOREAN_BARE = frozenset(_KOREAN_BARE_WORDS.split())
_KOREAN_OTHER_ROLE = re.compile(
    r"(?<![가-힣])(?:저는|제가|저의|저희|저에게|나는|내가|나의|우리는)|(?:지원자|면접자)(?!님)"
)

_LIST = re.compile(r"(?:^|\s)(?:[-*•·▪]|\(?[0-9a-z]\)|[0-9]\.)\s")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


def is_other_language(draft: Draft, ground: Ground) -> bool:
    """Whether the question is not in the interview's language."""
    letters = [each for each in draft.question if each.isalpha()]
    hangul = sum("가" <= each <= "힣" for each in letters)
    latin = sum("LATIN" in unicodedata.name(each, "") for each in letters)
    if not letters or hangul + latin < len(letters):
        return True
    if ground.language is Language.KOREAN:
        outside = [each for each in unquoted(draft.question) if each.isalpha()]
        return hangul < _HANGUL_SHARE * len(letters) or not any(
            "가" <= each <= "힣" for each in outside
        )
    known = {each for each in words(unquoted(draft.question)) if each in _COMMON}
    return latin < _LATIN_SHARE * len(letters) or len(known) < _COMMON_LEAST


def has_wrong_length(draft: Draft, ground: Ground) -> bool:
    """Whether the question is too short to ask anything or too long to be heard."""
    least, most, characters = _LIMITS[ground.language]
    count = len(draft.question.split())
    return not least <= count <= most or len(draft.question) > characters


def is_not_one_question(draft: Draft, ground: Ground) -> bool:
    """Whether it is none, more than one, a list, or nothing an interviewer would say."""
    text = draft.question.strip()
    if "\n" in text or _LIST.search(text) or text.count("?") > 1 or "!" in text:
        return True
    if "?" in text and not text.endswith("?"):
        return True
    if len(_SENTENCE_END.findall(unquoted(text))) > 2:
        return True
    if ground.language is Language.KOREAN:
        return not _is_korean_question(text)
    return not _is_english_question(text)


def _is_english_question(text: str) -> bool:
    spoken = " ".join(unquoted(text.replace("’", "'")).casefold().split())
    if _OTHER_ROLE.search(spoken):
        return False
    last = re.split(r"[.!] ", spoken.rstrip(" .?!"))[-1]
    if not text.endswith("?"):
        return _ASKS_FOR.search(last) is not None
    if len(re.findall(rf"\b{_WH}\b", last)) > 3:
        return False
    return any(each.search(last) for each in (_HOW_OR_WHY, _WHAT, _INVERTED))


def _is_korean_question(text: str) -> bool:
    spoken = unquoted(text)
    if not _KOREAN_WH.search(spoken) or _KOREAN_OTHER_ROLE.search(spoken):
        return False
    if not text.endswith("?"):
        return _KOREAN_REQUEST.search(text) is not None
    last = _KOREAN_LAST.search(text)
    if last is None or last[1] in _KOREAN_BARE:
        return False
    return _KOREAN_ASKED.search(text) is not None
