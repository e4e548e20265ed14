"""Latin words in Korean questions: as Koreans say them."""

from __future__ import annotations

import re

from workers.tts.korean.latin_sounds import by_sound
from workers.tts.korean.latin_words import WORDS

_LETTERS = {
    "a": "에이", "b": "비", "c": "씨", "d": "디", "e": "이", "f": "에프", "g": "지", "h": "에이치",
    "i": "아이", "j": "제이", "k": "케이", "l": "엘", "m": "엠", "n": "엔", "o": "오", "p": "피",
    "q": "큐", "r": "알", "s": "에스", "t": "티", "u": "유", "v": "브이", "w": "더블유",
    "x": "엑스", "y": "와이", "z": "제트",
}  # fmt: skip

_WORD = re.compile(r"[A-Za-z][A-Za-z.+#'&/-]*[A-Za-z+#]|[A-Za-z]")
_PIECES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[+#]")
_SIGNS = {"+": "플러스", "#": "샵"}
_VOWELS = frozenset("aeiouy")
_LONGEST_SPELLED = 5
"""Capitals: more of them are a word that somebody shouts."""


def in_hangul(text: str) -> str:
    """Return ``text`` with its Latin words in Hangul: Python is 파이썬, AWS 에이더블유에스."""
    return _WORD.sub(lambda found: said(found[0]), text)


def said(word: str) -> str:
    """Return one Latin word in Hangul: a known word, letters, or by the letters' usual sounds."""
    key = word.casefold().replace("’", "'")
    if key in WORDS:
        return WORDS[key]
    pieces = _PIECES.findall(word)
    if len(pieces) > 1:
        return "".join(map(said, pieces))
    if word in _SIGNS:
        return _SIGNS[word]
    letters = re.sub(r"[^A-Za-z]", "", word)
    if is_spelled(letters):
        return "".join(_LETTERS[each] for each in letters.casefold())
    return by_sound(letters.casefold())


def is_spelled(word: str) -> bool:
    """Whether a word is said letter by letter: short capitals, or nothing that could be said."""
    if len(word) <= _LONGEST_SPELLED and word.isupper():
        return True
    return _VOWELS.isdisjoint(word.casefold()) or len(word) == 1
