"""Latin words in Korean questions: as Koreans say them."""

from __future__ import annotations

import re

from workers.tts.korean.jamo import Syllable
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

_ONSETS = {
    "b": "ㅂ", "c": "ㅋ", "d": "ㄷ", "f": "ㅍ", "g": "ㄱ", "h": "ㅎ", "j": "ㅈ", "k": "ㅋ",
    "l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "p": "ㅍ", "q": "ㅋ", "r": "ㄹ", "s": "ㅅ", "t": "ㅌ",
    "v": "ㅂ", "w": "ㅇ", "x": "ㅈ", "z": "ㅈ", "ch": "ㅊ", "sh": "ㅅ", "ph": "ㅍ", "th": "ㅅ",
}  # fmt: skip
_NUCLEI = {
    "a": "ㅏ", "e": "ㅔ", "i": "ㅣ", "o": "ㅗ", "u": "ㅜ", "y": "ㅣ", "ee": "ㅣ", "ea": "ㅣ",
    "oo": "ㅜ", "ou": "ㅏㅜ", "ai": "ㅔㅣ", "ay": "ㅔㅣ", "oa": "ㅗ", "ow": "ㅗ", "au": "ㅗ",
    "ew": "ㅠ", "ie": "ㅣ", "ei": "ㅔㅣ", "oi": "ㅗㅣ", "oy": "ㅗㅣ", "ue": "ㅜ", "io": "ㅣㅗ",
    "ia": "ㅣㅏ", "eo": "ㅣㅗ", "ua": "ㅜㅏ", "ui": "ㅜㅣ",
}  # fmt: skip
_CODAS = {"b": "ㅂ", "k": "ㄱ", "c": "ㄱ", "l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "p": "ㅂ", "t": "ㅅ"}
_SOUNDS = re.compile(
    r"ng(?![aeiouy])|tion|ch|sh|ph|th|ck|qu|[bcdfghjklmnpqrstvwxz]|"
    + "|".join(sorted(_NUCLEI, key=len, reverse=True))
)


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


def by_sound(word: str) -> str:
    """Return an unknown lower-case word by the usual sounds of its letters: a rough reading.

    The vowel 으 carries consonants that stand alone, as in every loanword (스트).
    """
    sounds = _SOUNDS.findall(word[:-1] if len(word) > 3 and _ends_silent(word) else word)
    out: list[list[str]] = []
    onset = ""
    for sound in sounds:
        if sound == "tion":
            out += [["ㅅ", "ㅕ", "ㄴ"]]
        elif sound == "ng":
            _close(out, "ㅇ")
        elif sound in _NUCLEI:
            for vowel in _NUCLEI[sound]:
                out.append([onset or "ㅇ", vowel, ""])
                onset = ""
            continue
        else:
            _stranded(out, onset)
            onset = "ck" if sound == "ck" else sound
            onset = {"ck": "k", "qu": "k"}.get(onset, onset)
            onset = onset if onset in _ONSETS else ""
            if sound == "qu":
                out.append(["ㅋ", "ㅝ", ""])
                onset = ""
            continue
        onset = ""
    _stranded(out, onset)
    return "".join(_composed(*each) for each in out)


def _ends_silent(word: str) -> bool:
    return word.endswith("e") and word[-2] not in _VOWELS


def _close(out: list[list[str]], coda: str) -> bool:
    if out and not out[-1][2]:
        out[-1][2] = coda
        return True
    return False


def _stranded(out: list[list[str]], letter: str) -> None:
    """Put a consonant that no vowel follows where it can be heard."""
    if not letter or letter == "r":
        return
    if letter in _CODAS and _close(out, _CODAS[letter]):
        return
    out.append([_ONSETS[letter], "ㅣ" if letter in ("ch", "sh", "j") else "ㅡ", ""])


def _composed(onset: str, vowel: str, coda: str) -> str:
    return str(Syllable(_ONSETS.get(onset, onset), vowel, coda))
