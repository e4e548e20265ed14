"""Liaison: articles 13 and 14."""

from __future__ import annotations

from dataclasses import replace

from workers.tts.korean.jamo import SILENT, Syllable

_PAIRS = {
    "ㄳ": ("ㄱ", "ㅆ"), "ㄵ": ("ㄴ", "ㅈ"), "ㄺ": ("ㄹ", "ㄱ"), "ㄻ": ("ㄹ", "ㅁ"),
    "ㄼ": ("ㄹ", "ㅂ"), "ㄽ": ("ㄹ", "ㅆ"), "ㄾ": ("ㄹ", "ㅌ"), "ㄿ": ("ㄹ", "ㅍ"),
    "ㅄ": ("ㅂ", "ㅆ"),
}  # fmt: skip


def applied(left: Syllable, right: Syllable) -> tuple[Syllable, Syllable]:
    """Return two syllables, the coda of the first before the vowel of the second.

    - Article 13: one consonant goes over as it is (옷이[오시], 있어[이써]).
    - Article 14: of two the second goes over, ㅅ as [ㅆ] (앉아[안자], 값을[갑쓸]).

    The coda ㅇ stays. Article 15, before a word of its own (맛없다[마덥따]), is in ``lexicon``.
    """
    if right.onset != SILENT or left.coda in ("", "ㅇ", "ㅎ"):
        return left, right
    coda, onset = _PAIRS.get(left.coda, ("", left.coda))
    return replace(left, coda=coda), replace(right, onset=onset)
