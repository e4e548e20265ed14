from __future__ import annotations

import pytest

from gateway.api.byte_range import Unsatisfiable, parse


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes=0-", range(100)),
        ("bytes=0-0", range(1)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-30", range(70, 100)),
        ("bytes=-500", range(100)),
        (" Bytes = 5 - 6 ", range(5, 7)),
        # not understood, or more than one: all of it
        ("", None),
        ("bytes=-", None),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=--5", None),
        (f"bytes={'9' * 40}-", None),
    ],
)
def test_what_a_range_asks_for(value: str, expected: range | None) -> None:
    assert parse(value, 100) == expected


@pytest.mark.parametrize("value", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=9999999-"])
def test_a_range_with_nothing_in_it(value: str) -> None:
    with pytest.raises(Unsatisfiable):
        parse(value, 100)


def test_nothing_can_be_asked_of_nothing() -> None:
    with pytest.raises(Unsatisfiable):
        parse("bytes=0-", 0)
