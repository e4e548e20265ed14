"""A Korean question as words of Hangul and the marks between them."""

from __future__ import annotations

import re
import unicodedata

from workers.tts.korean import latin, numbers
from workers.tts.korean.jamo import is_hangul

_SIGNS = {
    "%": " 퍼센트", "＋": " 플러스 ", "&": " 앤 ", "@": " 골뱅이 ", "℃": " 도", "₩": " 원 ",
    "$": " 달러 ", "=": " 은 ", "×": " 곱하기 ", "·": ", ", "…": ". ", "・": ", ",
}  # fmt: skip
_PAUSES = {
    "。": ".",
    "、": ",",
    "，": ",",
    "！": "!",
    "？": "?",
    ":": ",",
    ";": ",",
    "—": ",",
    "–": ",",
}
_SENTENCE_MARKS = ".!?"
_TOKEN = re.compile(r"[가-힣]+|[.,!?]")

_JAMO = {
    "ㄱ": "기역", "ㄴ": "니은", "ㄷ": "디귿", "ㄹ": "리을", "ㅁ": "미음", "ㅂ": "비읍",
    "ㅅ": "시옷", "ㅇ": "이응", "ㅈ": "지읒", "ㅊ": "치읓", "ㅋ": "키읔", "ㅌ": "티읕",
    "ㅍ": "피읖", "ㅎ": "히읗",
}  # fmt: skip


def tokens(text: str) -> list[str]:
    """Return ``text`` as words of whole syllables and the marks ``.``, ``,``, ``!``, ``?``.

    Numbers and Latin words are read out; what cannot be read is left out.
    """
    plain = unicodedata.normalize("NFC", text)
    # Numbers that belong to a Latin word (S3, Web3) are separate words.
    plain = re.sub(r"(?<=[A-Za-z])(?=\d)", " ", plain)
    plain = re.sub(r"(?<=\d)(?=[A-Za-z])", " ", plain)
    plain = latin.in_hangul(plain)
    plain = numbers.spelled_out(plain)
    plain = "".join(_PAUSES.get(each, _SIGNS.get(each, _JAMO.get(each, each))) for each in plain)
    return _TOKEN.findall(plain)


def sentences(text: str) -> list[list[str]]:
    """Return the tokens of ``text`` by sentence; each ends in its mark."""
    done: list[list[str]] = []
    current: list[str] = []
    for token in tokens(text):
        if not is_hangul(token[0]) and (not current or not is_hangul(current[-1][0])):
            continue  # a mark after a mark
        current.append(token)
        if token in _SENTENCE_MARKS:
            done.append(current)
            current = []
    if current:
        done.append([*current, "."] if is_hangul(current[-1][0]) else [*current[:-1], "."])
    return done
