"""Codas: articles 8 to 11."""

from __future__ import annotations

from dataclasses import replace

from workers.tts.korean.jamo import Syllable

_HEARD = {
    "ㄲ": "ㄱ", "ㅋ": "ㄱ", "ㅅ": "ㄷ", "ㅆ": "ㄷ", "ㅈ": "ㄷ", "ㅊ": "ㄷ", "ㅌ": "ㄷ", "ㅎ": "ㄷ",
    "ㅍ": "ㅂ",
    "ㄳ": "ㄱ", "ㄵ": "ㄴ", "ㄶ": "ㄴ", "ㄼ": "ㄹ", "ㄽ": "ㄹ", "ㄾ": "ㄹ", "ㅀ": "ㄹ", "ㅄ": "ㅂ",
    "ㄺ": "ㄱ", "ㄻ": "ㅁ", "ㄿ": "ㅂ",
}  # fmt: skip


def applied(left: Syllable, right: Syllable | None) -> Syllable:
    """Return a syllable with one of the seven codas that are heard (8): ㄱ, ㄴ, ㄷ, ㄹ, ㅁ, ㅂ, ㅇ.

    - Article 9: ㄲ, ㅋ; ㅅ, ㅆ, ㅈ, ㅊ, ㅌ; ㅍ are [ㄱ, ㄷ, ㅂ] (밖[박], 있다[읻따], 앞[압]).
    - Article 10: of ㄳ, ㄵ, ㄼ, ㄽ, ㄾ, ㅄ the first is heard (넋[넉], 값[갑]); 밟 is [밥] before a
      consonant.
    - Article 11: of ㄺ, ㄻ, ㄿ the second (닭[닥], 삶[삼]); ㄺ of a stem before ㄱ is [ㄹ]
      (맑게[말께]).
    """
    if left.coda == "ㄺ" and right is not None and right.onset in "ㄱㄲ":
        return replace(left, coda="ㄹ")
    if str(left) == "밟" and right is not None:
        return replace(left, coda="ㅂ")
    return replace(left, coda=_HEARD.get(left.coda, left.coda))
