"""Pronounced Korean in the symbols that Kokoro was trained with (IPA, other languages' habits)."""

from __future__ import annotations

from collections.abc import Sequence

from workers.tts.korean.jamo import is_hangul, syllable
from workers.tts.korean.pronunciation import pronounced

# ㅓ is between [ʌ] and [ɔ]. Kokoro's [ʌ] is that of English and was at times heard as ㅏ: of the
# bank Whisper base got 9.4 % of the characters wrong with it, 8.6 % with [ɔ] and a little faster.
_VOWELS = {
    "ㅏ": "a", "ㅐ": "ɛ", "ㅑ": "ja", "ㅒ": "jɛ", "ㅓ": "ɔ", "ㅔ": "e", "ㅕ": "jɔ", "ㅖ": "je",
    "ㅗ": "o", "ㅘ": "wa", "ㅙ": "wɛ", "ㅚ": "we", "ㅛ": "jo", "ㅜ": "u", "ㅝ": "wɔ", "ㅞ": "we",
    "ㅟ": "wi", "ㅠ": "ju", "ㅡ": "ɯ", "ㅢ": "ɯi", "ㅣ": "i",
}  # fmt: skip
_ONSETS = {
    "ㄱ": "k", "ㄲ": "kk", "ㄴ": "n", "ㄷ": "t", "ㄸ": "tt", "ㄹ": "ɾ", "ㅁ": "m", "ㅂ": "p",
    "ㅃ": "pp", "ㅅ": "s", "ㅆ": "ss", "ㅇ": "", "ㅈ": "ʨ", "ㅉ": "tʨ", "ㅊ": "ʨʰ", "ㅋ": "kʰ",
    "ㅌ": "tʰ", "ㅍ": "pʰ", "ㅎ": "h",
}  # fmt: skip
_CODAS = {"": "", "ㄱ": "k", "ㄴ": "n", "ㄷ": "t", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "ŋ"}

_VOICED = {"ㄱ": "ɡ", "ㄷ": "d", "ㅂ": "b", "ㅈ": "ʥ"}
"""A lax stop between voiced sounds of a word."""

_SONORANT = frozenset(("", "ㄴ", "ㄹ", "ㅁ", "ㅇ"))
_FRONT = frozenset("ㅣㅟㅑㅕㅛㅠ")
"""Vowels before which ㅅ, ㅆ are said at the palate."""


def of_sentence(tokens: Sequence[str]) -> str:
    """Return the symbols of a sentence: words of Hangul with a space between them, and marks."""
    heard = iter(pronounced([token for token in tokens if is_hangul(token[0])]))
    out = ""
    for token in tokens:
        if is_hangul(token[0]):
            out += (" " if out else "") + of_word(next(heard))
        else:
            out += token
    return out


def of_word(word: str) -> str:
    """Return the symbols of a pronounced word."""
    out, before = "", None
    for each in map(syllable, word):
        onset = _ONSETS[each.onset]
        if before in _SONORANT and each.onset in _VOICED:
            onset = _VOICED[each.onset]
        elif before == each.onset == "ㄹ":
            onset = "l"
        elif each.vowel in _FRONT:
            onset = onset.replace("s", "ɕ")
        out += onset + _VOWELS[each.vowel] + _CODAS[each.coda]
        before = each.coda
    return out
