"""Words in Hangul as they are pronounced."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workers.tts.korean import (
    aspiration,
    assimilation,
    finals,
    lexicon,
    liaison,
    palatalisation,
    tensification,
    vowels,
)
from workers.tts.korean.jamo import Syllable, syllable

Rule = Callable[[Syllable, Syllable], tuple[Syllable, Syllable]]

_BEFORE_FINALS: tuple[Rule, ...] = (
    aspiration.applied,
    liaison.applied,
    tensification.applied,
)
_AFTER_FINALS: tuple[Rule, ...] = (
    assimilation.nasal_after_nasal,
    assimilation.nasal_before_nasal,
    assimilation.liquid,
)


def pronounced(words: Sequence[str]) -> list[str]:
    """Return ``words`` (whole syllables of Hangul, said in one breath) as they are pronounced.

    >>> pronounced(["먼저", "말씀해", "주시겠습니까"])
    ['먼저', '말씀해', '주시겓씀니까']
    """
    done: list[str] = []
    for place, word in enumerate(words):
        spelled = [syllable(each) for each in lexicon.respelled(word)]
        if place and spelled and lexicon.is_adnominal(words[place - 1], word):
            last = syllable(words[place - 1][-1])
            spelled[0] = tensification.after_adnominal(last, spelled[0])
        done.append("".join(map(str, _word(spelled))))
    return done


def _word(spelled: list[Syllable]) -> list[Syllable]:
    last = len(spelled) - 1
    heard = list(spelled)
    _through(heard, palatalisation.applied)
    for place, each in enumerate(heard):
        heard[place] = vowels.pronounced(each, is_first=place == 0, is_last=place == last > 0)
    for rule in _BEFORE_FINALS:
        _through(heard, rule)
    for place, each in enumerate(heard):
        heard[place] = finals.applied(each, heard[place + 1] if place < last else None)
    for rule in _AFTER_FINALS:
        _through(heard, rule)
    return heard


def _through(heard: list[Syllable], rule: Rule) -> None:
    for place in range(len(heard) - 1):
        heard[place], heard[place + 1] = rule(heard[place], heard[place + 1])
