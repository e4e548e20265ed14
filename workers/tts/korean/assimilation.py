"""Nasals and liquids: articles 18 to 20. The codas are those that are heard."""

from __future__ import annotations

from dataclasses import replace

from workers.tts.korean.jamo import Syllable

_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}


def nasal_after_nasal(left: Syllable, right: Syllable) -> tuple[Syllable, Syllable]:
    """Article 19: ㄹ after ㅁ, ㅇ is [ㄴ] (담력[담녁], 종로[종노]).

    The addition: after ㄱ, ㅂ too (막론[망논], 협력[혐녁]); the stop before it comes next.
    """
    if right.onset == "ㄹ" and left.coda in ("ㅁ", "ㅇ", "ㄱ", "ㅂ", "ㄷ"):
        return left, replace(right, onset="ㄴ")
    return left, right


def nasal_before_nasal(left: Syllable, right: Syllable) -> tuple[Syllable, Syllable]:
    """Article 18: ㄱ, ㄷ, ㅂ before ㄴ, ㅁ are [ㅇ, ㄴ, ㅁ] (국물[궁물], 있는[인는])."""
    if right.onset in "ㄴㅁ" and left.coda in _NASAL:
        return replace(left, coda=_NASAL[left.coda]), right
    return left, right


def liquid(left: Syllable, right: Syllable) -> tuple[Syllable, Syllable]:
    """Article 20: ㄴ before or after ㄹ is [ㄹ] (난로[날로], 칼날[칼랄]).

    The words of its proviso (생산량[생산냥]) are in ``lexicon``.
    """
    if (left.coda, right.onset) in (("ㄴ", "ㄹ"), ("ㄹ", "ㄴ")):
        return replace(left, coda="ㄹ"), replace(right, onset="ㄹ")
    return left, right
