"""Damage to JSON: what parsers and validators are known to trip over."""

from __future__ import annotations

import json
import random
from typing import Any

_LEAVES: tuple[Any, ...] = (
    None, True, "", "x" * 5_000, "\x00", "\u202e", "한국어", 0, -1, 2**32, 2**63, -(2**63), 2**64,
    1.5, -0.0, 1e308, -1e308, 5e-324, [], {}, [[]], [None] * 1_000, "1", "NaN", {"a": {"b": []}},
)  # fmt: skip

_TOKENS = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5_000, "-" + "9" * 400, "0" * 10 + "1",
    '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"' + "y" * 200_000 + '"', "[" * 100_000,
    '{"a":' * 50_000, "[" * 150 + "]" * 150, "+1", "0x10", "'x'", "undefined", "1.", ".5", "tru",
)  # fmt: skip
"""Written in place of a value as they are: several are no JSON at all."""

_WHOLE = (
    b"", b"null", b"[]", b"{}", b'""', b"1", b"\xef\xbb\xbf{}", b"[" * 200_000, b'{"a":' * 100_000,
    b"\x00" * 100, b"{" + b" " * 600_000 + b"}", b'{"v":1}' * 50_000, "{}".encode("utf-16"),
    b'"' + b"\\" * 100_001, b"-", b"9" * 300_000,
)  # fmt: skip
"""Instead of the whole value."""

_HOLE = "\x01hole\x01"


def damage_json(choose: random.Random, value: bytes) -> bytes:
    """Return ``value``, a JSON object, with one thing wrong with it."""
    try:
        body = json.loads(value)
    except (ValueError, RecursionError):
        return choose.choice(_WHOLE)
    way = choose.randrange(7)
    if way == 0 or not isinstance(body, dict) or not body:
        return choose.choice(_WHOLE)
    place, name = _somewhere(choose, body)
    if way == 1:
        del place[name]
    elif way == 2:
        body[choose.choice(("extra", "", "id", "__class__", "\ud800"))] = choose.choice(_LEAVES)
    elif way == 3:
        first = next(iter(body))
        again = json.dumps({first: choose.choice(_LEAVES)})[1:-1]
        return value.rstrip()[:-1] + b"," + again.encode() + b"}"
    elif way == 4:
        place[name] = _HOLE
        written = json.dumps(body).replace(json.dumps(_HOLE), choose.choice(_TOKENS), 1)
        return written.encode()
    else:
        place[name] = choose.choice(_LEAVES)
    return json.dumps(body).encode()


def _somewhere(choose: random.Random, body: dict[str, Any]) -> tuple[Any, Any]:
    """Return a container inside ``body`` and the key or index of one of its values."""
    place: Any = body
    name: Any = choose.choice(list(body))
    while isinstance(place[name], dict | list) and place[name] and choose.random() < 0.8:
        place = place[name]
        name = choose.choice(list(place)) if isinstance(place, dict) else choose.randrange(
            len(place)
        )  # fmt: skip
    return place, name
