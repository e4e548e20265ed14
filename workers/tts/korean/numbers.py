"""Numbers in Korean: which of the two series, and how they are read."""

from __future__ import annotations

import re

_DIGITS = "영일이삼사오육칠팔구"
_SMALL = ("", "십", "백", "천")
_LARGE = ("", "만", "억", "조", "경")

_ONES = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_MODIFYING = {"하나": "한", "둘": "두", "셋": "세", "넷": "네", "스물": "스무"}

_COUNTED = frozenset(
    [
        "가지",
        "개",
        "곳",
        "군데",
        "권",
        "그루",
        "달",
        "마디",
        "마리",
        "명",
        "배",
        "번",
        "벌",
        "사람",
        "살",
        "시",
        "시간",
        "장",
        "잔",
        "줄",
        "차례",
        "채",
        "켤레",
        "통",
    ]
)
"""Units that are counted in the native series: 3명 is 세 명; all others in the Chinese one."""

_LONGEST_UNIT = max(map(len, _COUNTED))
_PARTICLES = "이가은는을를에의도로과와만씩이나까지부터보다처럼쯤정도마다밖에간째당"

_NUMBER = re.compile(r"(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<part>\d+))?(?P<unit>[가-힣]*)")
_RANGE = re.compile(r"(?<=\d)\s*[~∼〜～]\s*(?=\d)")
_LARGEST_DIGITS = 20
_LARGEST_NATIVE = 99


def chinese(number: int) -> str:
    """Return ``number`` (0 to 10**20 - 1) in the Chinese series: 2026 is 이천이십육.

    Raises:
        ValueError: it is negative or larger.
    """
    if not 0 <= number < 10**_LARGEST_DIGITS:
        raise ValueError("a number from 0 to 10**20 - 1")
    if number == 0:
        return _DIGITS[0]
    groups: list[str] = []
    for large in _LARGE:
        number, four = divmod(number, 10_000)
        if four:
            said = "" if four == 1 and large == "만" and number == 0 else _below_ten_thousand(four)
            groups.append(said + large)
    return "".join(reversed(groups))


def native(number: int) -> str:
    """Return ``number`` (1 to 99) in the native series, as it stands before a unit: 3 is 세.

    Raises:
        ValueError: it is not in the series.
    """
    if not 1 <= number <= _LARGEST_NATIVE:
        raise ValueError("a number from 1 to 99")
    tens, ones = divmod(number, 10)
    if ones:
        return _TENS[tens] + _MODIFYING.get(_ONES[ones], _ONES[ones])
    return _MODIFYING.get(_TENS[tens], _TENS[tens])


def spelled_out(text: str) -> str:
    """Return ``text`` with its numbers in words: 3년, 2명 is 삼년, 두명; 1~2 is 일에서 이.

    A number is read in the native series before the units that are counted so, up to 99.
    """
    return _NUMBER.sub(_said, _RANGE.sub("에서 ", text))


def _said(found: re.Match[str]) -> str:
    digits, part, rest = found["whole"].replace(",", ""), found["part"], found["unit"]
    if len(digits) > _LARGEST_DIGITS or (len(digits) > 1 and digits[0] == "0" and not part):
        return "".join(_DIGITS[int(each)] for each in digits).replace("영", "공") + rest
    if part:
        decimals = "".join(_DIGITS[int(each)] for each in part)
        return f"{chinese(int(digits))}점{decimals}{rest}"
    number = int(digits)
    if 1 <= number <= _LARGEST_NATIVE and _is_counted(rest):
        return f"{native(number)} {rest}"
    return chinese(number) + rest


def _is_counted(rest: str) -> bool:
    """Whether ``rest`` begins with a unit of the native series: with it alone or a particle."""
    for length in range(min(_LONGEST_UNIT, len(rest)), 0, -1):
        unit, after = rest[:length], rest[length:]
        if unit in _COUNTED and (not after or after[0] in _PARTICLES):
            return True
    return False


def _below_ten_thousand(number: int) -> str:
    said = ""
    for place, digit in enumerate(reversed(f"{number:04}")):
        if digit != "0":
            one = digit == "1" and place > 0
            said = ("" if one else _DIGITS[int(digit)]) + _SMALL[place] + said
    return said
