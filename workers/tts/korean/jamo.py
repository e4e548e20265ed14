"""Syllables of Hangul and their parts."""

from __future__ import annotations

from dataclasses import dataclass

ONSETS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
CODAS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")

SILENT = "ㅇ"
"""The onset of a syllable that begins with its vowel."""

_FIRST = ord("가")


@dataclass(frozen=True, slots=True)
class Syllable:
    """One syllable; ``coda`` is empty where the vowel ends it."""

    onset: str
    vowel: str
    coda: str = ""

    def __str__(self) -> str:
        place = ONSETS.index(self.onset) * len(VOWELS) + VOWELS.index(self.vowel)
        return chr(_FIRST + place * len(CODAS) + CODAS.index(self.coda))


def is_hangul(character: str) -> bool:
    """Whether ``character`` is a whole syllable."""
    return "가" <= character <= "힣"


def syllable(character: str) -> Syllable:
    """Return the parts of a whole syllable.

    Raises:
        ValueError: it is none.
    """
    if not is_hangul(character):
        raise ValueError(f"{character!r} is no syllable of Hangul")
    place, coda = divmod(ord(character) - _FIRST, len(CODAS))
    onset, vowel = divmod(place, len(VOWELS))
    return Syllable(ONSETS[onset], VOWELS[vowel], CODAS[coda])
