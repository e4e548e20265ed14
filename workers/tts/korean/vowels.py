"""Vowels: article 5."""

from __future__ import annotations

from dataclasses import replace

from workers.tts.korean.jamo import SILENT, Syllable


def pronounced(each: Syllable, *, is_first: bool, is_last: bool) -> Syllable:
    """Return a syllable of a word with the vowel that is heard.

    - Proviso 1: 져, 쪄, 쳐 are [저, 쩌, 처].
    - Proviso 2: ㅖ is [ㅔ] but in 예 and 례, also as [녜] (시계[시게]).
    - Proviso 3: ㅢ after a consonant is [ㅣ] (희망[히망]).
    - Proviso 4: 의 that does not begin a word may be [ㅣ] (주의[주이]) and the particle [ㅔ]
      (우리의[우리에]): what ends a word is taken for the particle, since that is far more frequent.
    """
    if each.vowel == "ㅕ" and each.onset in "ㅈㅉㅊ":
        return replace(each, vowel="ㅓ")
    if each.vowel == "ㅖ" and each.onset not in (SILENT, "ㄹ", "ㄴ"):
        return replace(each, vowel="ㅔ")
    if each.vowel == "ㅢ" and each.onset != SILENT:
        return replace(each, vowel="ㅣ")
    if each.vowel == "ㅢ" and not is_first:
        return replace(each, vowel="ㅔ" if is_last and not each.coda else "ㅣ")
    return each
