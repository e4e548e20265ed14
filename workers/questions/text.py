"""Words of both languages: what sentences are compared by."""

from __future__ import annotations

import re

from workers.language.plain import CURLY

_WORD = re.compile(r"[가-힣]+|[^\W_가-힣]+(?:['.&+#-][^\W_가-힣]+)*[+#]*")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|(?<!\w)'[^']*'(?!\w)")

_FINALS = 28
"""Syllables that differ in nothing but their final consonant stand next to each other."""

_SUFFIXES = ("ing", "ed", "es", "s", "e")

_PARTICLES_LONGEST_FIRST = (
    "으로부터 에서는 에게서 에서의 으로써 으로서 이라는 이라고 까지 부터 에서 에게 께서 으로 처럼 "
    "보다 마다 이나 라는 라고 하고 에는 에도 와 과 은 는 이 가 을 를 의 에 도 로 만"
)

_STOP_ENGLISH = (
    "a about above after again all also always am an and any are aren't around as at back be "
    "because been before being both but by can can't could couldn't did didn't do does doesn't "
    "doing don't down each either else ever every few for from further get gets getting go goes "
    "going gone got had has have haven't having he he's her here hers him his how i i'd i'll i'm "
    "i've if in into is isn't it it's its just kind like lot lots made make makes many may maybe "
    "me might more most much must my never no nor not now of off often oh okay on one ones only "
    "or other our ours out over own please quite rather really said same say says shall she "
    "should since so some something sometimes sort still such than that that's the their them "
    "then there "
    "there's these they they're thing things this those though three through to too two uh um "
    "under until "
    "up us very was wasn't way we we'd we'll we're we've well went were what what's when where "
    "which while who whom whose why will with without won't would yeah yes yet you you'd you'll "
    "you're you've your yours"
)
_STOP_KOREAN = (
    "저는 제가 저의 저희 저희는 나는 내가 우리 우리는 그리고 그래서 그런데 하지만 그러나 또는 또한 "
    "정말 매우 아주 조금 약간 그런 이런 저런 그냥 사실 일단 먼저 그때 이때 여기 거기 이것 그것 "
    "저것 "
    "것이 것을 것은 것도 것입니다 거의 많이 가장 제일 모든 여러 어떤 무엇 어떻게 때문 때문에 대해 "
    "대한 위해 위한 통해 통한 따라 관련 정도 경우 부분 생각 아니라 입니다 이고 이며 이라 라고 하는 "
    "하고 해서 하면 하며 하면서 했고 했던 했는데 했습니다 합니다 해요 했어요 한다 했다 하게 되는 "
    "되고 되어 되었고 되었습니다 됐습니다 됩니다 되었던 있는 있고 있어서 있었고 있었습니다 "
    "있습니다 "
    "있어요 있다 있던 없는 없고 없었습니다 없습니다 같은 같습니다 같아요 싶은 싶습니다 않고 않은 "
    "않습니다 그렇게 이렇게 그럼 이제 지금 항상 계속 다시 함께 같이 바로 혹시 아마 네네"
)

_PARTICLES = tuple(_PARTICLES_LONGEST_FIRST.split())
_STOP = frozenset((*_STOP_ENGLISH.split(), *_STOP_KOREAN.split()))


def straight(text: str) -> str:
    """Return ``text`` with straight quotes, every character in its place."""
    return text.translate(CURLY)


def unquoted(text: str, instead: str = " ") -> str:
    """Return ``text`` with something instead of what stands in quotation marks."""
    return _QUOTED.sub(instead, text)


def words(text: str) -> list[str]:
    """Return the words in lower case; Hangul and Latin letters never share one."""
    return _WORD.findall(text.translate(CURLY).casefold())


def is_hangul(word: str) -> bool:
    """Whether a word is written in Hangul."""
    return "가" <= word[0] <= "힣"


def stem(word: str) -> str:
    """Return what a word shares with its inflections, roughly: no particle, plural or tense."""
    if is_hangul(word):
        for particle in _PARTICLES:
            if word.endswith(particle) and len(word) - len(particle) >= 2:
                return word[: -len(particle)]
        return word
    word = word.removesuffix("'s")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def root(word: str) -> str:
    """Return what forms of one word have in common: of Hangul two syllables, the last one open.

    만들었습니다 and 만드신 have one root.
    """
    if not is_hangul(word) or len(word) < 2:
        return word
    return word[0] + chr(ord(word[1]) - (ord(word[1]) - ord("가")) % _FINALS)


def is_content(word: str) -> bool:
    """Whether a word carries meaning by itself."""
    if is_hangul(word):
        return len(word) >= 2 and _STOP.isdisjoint((word, stem(word)))
    return len(word) >= 3 and not word.isdigit() and word not in _STOP


def content(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order, each once."""
    return list(dict.fromkeys(stem(word) for word in words(text) if is_content(word)))
