"""The coda ㅎ and the onset ㅎ: article 12."""

from __future__ import annotations

from dataclasses import replace

from workers.tts.korean.jamo import SILENT, Syllable

_REST = {"ㅎ": "", "ㄶ": "ㄴ", "ㅀ": "ㄹ"}
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅈ": "ㅊ"}
_BEFORE_H = {
    "ㄱ": ("", "ㅋ"), "ㄲ": ("", "ㅋ"), "ㅋ": ("", "ㅋ"), "ㄳ": ("", "ㅋ"), "ㄺ": ("ㄹ", "ㅋ"),
    "ㄷ": ("", "ㅌ"), "ㅌ": ("", "ㅌ"), "ㅅ": ("", "ㅌ"), "ㅆ": ("", "ㅌ"), "ㅊ": ("", "ㅌ"),
    "ㅂ": ("", "ㅍ"), "ㅍ": ("", "ㅍ"), "ㅄ": ("", "ㅍ"), "ㄼ": ("ㄹ", "ㅍ"), "ㄿ": ("ㄹ", "ㅍ"),
    "ㅈ": ("", "ㅊ"), "ㄵ": ("ㄴ", "ㅊ"),
}  # fmt: skip


def applied(left: Syllable, right: Syllable) -> tuple[Syllable, Syllable]:
    """Return two syllables with what becomes of ㅎ between them.

    - 1: ㅎ before ㄱ, ㄷ, ㅈ makes [ㅋ, ㅌ, ㅊ] (놓고[노코], 많고[만코]). Additions 1 and 2:
      so does the onset ㅎ with what it follows (각하[가카], 밝히다[발키다], 못하다[모타다]).
    - 2: ㅎ before ㅅ makes [ㅆ] (닿소[다쏘]).
    - 3: ㅎ before ㄴ is [ㄴ] (놓는[논는]); the addition: in ㄶ and ㅀ it is silent (않네[안네]).
    - 4: ㅎ before a vowel is silent (낳은[나은], 많아[마나]).
    """
    if right.onset == "ㅎ" and left.coda in _BEFORE_H:
        coda, onset = _BEFORE_H[left.coda]
        return replace(left, coda=coda), replace(right, onset=onset)
    if left.coda not in _REST:
        return left, right
    rest = replace(left, coda=_REST[left.coda])
    if right.onset in _ASPIRATED:
        return rest, replace(right, onset=_ASPIRATED[right.onset])
    if right.onset == "ㅅ":
        return rest, replace(right, onset="ㅆ")
    if right.onset == "ㄴ":
        return replace(left, coda=_REST[left.coda] or "ㄴ"), right
    if right.onset == SILENT:
        return rest, right
    return left, right
