"""Tensification: articles 23 to 25 and 27."""

from __future__ import annotations

from dataclasses import replace

from workers.tts.korean.jamo import Syllable

_TENSE = {"ㄱ": "ㄲ", "ㄷ": "ㄸ", "ㅂ": "ㅃ", "ㅅ": "ㅆ", "ㅈ": "ㅉ"}

_STOPS = frozenset("ㄱㄲㅋㄳㄺㄷㅅㅆㅈㅊㅌㅂㅍㄼㄿㅄ")
_STEMS = frozenset("ㄵㄻㄾ")


def applied(left: Syllable, right: Syllable) -> tuple[Syllable, Syllable]:
    """Return two syllables of a word, the onset of the second tense where it must be.

    - Article 23: after codas that are [ㄱ, ㄷ, ㅂ] (국밥[국빱], 있던[읻떤], 없다[업따]).
    - Articles 24 and 25: after ㄵ, ㄻ, ㄼ, ㄾ of a stem (앉고[안꼬], 닮고[담꼬], 넓게[널께],
      핥다[할따]). Stems in ㄴ and ㅁ (신고[신꼬]) look like nouns: ``lexicon`` has some.
    """
    if right.onset in _TENSE and left.coda in _STOPS | _STEMS:
        return left, replace(right, onset=_TENSE[right.onset])
    return left, right


def after_adnominal(last: Syllable, first: Syllable) -> Syllable:
    """Return the ``first`` syllable of the word after one that ends in ``last``.

    Article 27: after the ending -(으)ㄹ it is tense (할 것을[할 꺼슬]). The caller says where that
    ending is.
    """
    if last.coda == "ㄹ" and first.onset in _TENSE:
        return replace(first, onset=_TENSE[first.onset])
    return first
