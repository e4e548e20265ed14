"""Palatalisation: article 17."""

from __future__ import annotations

from dataclasses import replace

from workers.tts.korean.jamo import SILENT, Syllable

_BEFORE_I = {"ㄷ": ("", "ㅈ"), "ㅌ": ("", "ㅊ"), "ㄾ": ("ㄹ", "ㅊ")}


def applied(left: Syllable, right: Syllable) -> tuple[Syllable, Syllable]:
    """Return two syllables with ㄷ, ㅌ before 이 as [ㅈ, ㅊ] (굳이[구지], 같이[가치]).

    The addition: ㄷ before 히 is [ㅊ] (닫히다[다치다]). ㅕ counts as well: 이 and 어 drawn together
    (붙여[부처], 닫혀[다처]).
    """
    if right.vowel != "ㅣ" and not (right.vowel == "ㅕ" and right.coda in ("", "ㅆ")):
        return left, right  # 맏형[마텽] is no 이 and 어
    if right.onset == SILENT and left.coda in _BEFORE_I:
        coda, onset = _BEFORE_I[left.coda]
        return replace(left, coda=coda), replace(right, onset=onset)
    if right.onset == "ㅎ" and left.coda == "ㄷ":
        return replace(left, coda=""), replace(right, onset="ㅊ")
    return left, right
