"""An unknown Latin word by the usual sounds of its letters: rough, but said."""

from __future__ import annotations

import re

from workers.tts.korean.jamo import SILENT, Syllable

_ONSETS = {
    "b": "ㅂ", "c": "ㅋ", "d": "ㄷ", "f": "ㅍ", "g": "ㄱ", "h": "ㅎ", "j": "ㅈ", "k": "ㅋ",
    "l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "p": "ㅍ", "q": "ㅋ", "r": "ㄹ", "s": "ㅅ", "t": "ㅌ",
    "v": "ㅂ", "w": "ㅇ", "x": "ㅈ", "z": "ㅈ", "ch": "ㅊ", "sh": "ㅅ", "ph": "ㅍ", "th": "ㅅ",
}  # fmt: skip
_SAME = {"ck": "k", "qu": "k"}
_VOWELS = {
    "a": "ㅏ", "e": "ㅔ", "i": "ㅣ", "o": "ㅗ", "u": "ㅜ", "y": "ㅣ", "ee": "ㅣ", "ea": "ㅣ",
    "oo": "ㅜ", "ou": "ㅏㅜ", "ai": "ㅔㅣ", "ay": "ㅔㅣ", "oa": "ㅗ", "ow": "ㅗ", "au": "ㅗ",
    "ew": "ㅠ", "ie": "ㅣ", "ei": "ㅔㅣ", "oi": "ㅗㅣ", "oy": "ㅗㅣ", "ue": "ㅜ", "io": "ㅣㅗ",
    "ia": "ㅣㅏ", "eo": "ㅣㅗ", "ua": "ㅜㅏ", "ui": "ㅜㅣ",
}  # fmt: skip
_CODAS = {"b": "ㅂ", "k": "ㄱ", "c": "ㄱ", "l": "ㄹ", "m": "ㅁ", "n": "ㄴ", "p": "ㅂ", "t": "ㅅ"}
_SOFT = ("ch", "sh", "j")
_TION = Syllable("ㅅ", "ㅕ", "ㄴ")

_SOUNDS = re.compile(
    r"ng(?![aeiouy])|tion|ch|sh|ph|th|ck|qu|[bcdfghjklmnpqrstvwxz]|"
    + "|".join(sorted(_VOWELS, key=len, reverse=True))
)
_DOUBLED = re.compile(r"([b-df-hj-np-tv-xz])\1")
_SILENT_E = re.compile(r"(?<=[a-z]{2}[^aeiouy])e$")


def by_sound(word: str) -> str:
    """Return a word of letters from a to z in Hangul; other letters are passed over.

    A consonant before no vowel becomes a coda where it can be one, and else stands on the vowel ㅡ,
    as in every loanword (스트레스).
    """
    out: list[Syllable] = []
    waiting = ""
    for sound in _SOUNDS.findall(_SILENT_E.sub("", _DOUBLED.sub(r"\1", word))):
        if sound in _VOWELS:
            if waiting == "l":  # between vowels ㄹ is written twice: 플리
                _close(out, "ㄹ")
            onset = _ONSETS.get(waiting, SILENT)
            for vowel in _VOWELS[sound]:
                out.append(Syllable(onset, vowel))
                onset = SILENT
            waiting = ""
            continue
        _settle(out, waiting)
        waiting = ""
        if sound == "tion":
            out.append(_TION)
        elif sound == "ng":
            _close(out, "ㅇ")
        else:
            waiting = _SAME.get(sound, sound)
    _settle(out, waiting)
    return "".join(map(str, out))


def _close(out: list[Syllable], coda: str) -> bool:
    """Give the last syllable a coda; return whether it could take one."""
    if not out or out[-1].coda:
        return False
    out[-1] = Syllable(out[-1].onset, out[-1].vowel, coda)
    return True


def _settle(out: list[Syllable], letter: str) -> None:
    """Put a consonant that no vowel follows where it can be heard; ㄹ for r is left out."""
    if letter in ("", "r"):
        return
    if letter in _CODAS and out and out[-1].vowel != "ㅡ" and _close(out, _CODAS[letter]):
        return
    out.append(Syllable(_ONSETS[letter], "ㅣ" if letter in _SOFT else "ㅡ"))
