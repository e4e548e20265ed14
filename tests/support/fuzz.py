"""Hostile records: valid ones of every consumed topic, damaged in seeded ways, and lies.

A *damage* breaks a record somewhere: headers, key, value, picture, sound. A *lie* is a record that
the contract accepts and that no honest process would write: an end with counts that never come, a
second start, features of a session that never began.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from schemas.events import Event
from schemas.formula import Policy
from schemas.language import Language
from schemas.media import MAX_CHUNK_SAMPLES, AudioMeta, FrameMeta
from schemas.topics import ROUTES, Topic
from streams.runtime.codec import encode
from tests.contract.examples import load_all
from tests.support.fuzz_json import damage_json
from tests.support.fuzz_pictures import damage_picture, picture

CONSUMED = (Topic.FRAMES, Topic.AUDIO, Topic.EVENTS, Topic.SCORES, Topic.INBOX)

Headers = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True)
class Raw:
    """A record as it goes to the broker; ``how`` names what was done to it."""

    topic: Topic
    key: bytes | None
    value: bytes | None
    headers: Headers
    how: str = "valid"


Damage = Callable[[random.Random, Raw], Raw]


def session(choose: random.Random) -> str:
    """A session that belongs to nobody; many, so that all partitions are hit."""
    return f"fz-{choose.randrange(10_000)}"


def valid(choose: random.Random, topic: Topic) -> Raw:
    """Return a valid record of ``topic``, of a session of ``session``."""
    if topic is Topic.FRAMES:
        return _media(choose, FrameMeta, picture(choose))
    if topic is Topic.AUDIO:
        samples = choose.choice((0, 1, 160, MAX_CHUNK_SAMPLES))
        return _media(choose, AudioMeta, choose.randbytes(2 * samples))
    event = choose.choice(_examples(topic))
    renamed = event.model_copy(update={"session": session(choose), "id": ""})
    return of_event(type(event).model_validate(renamed.model_dump()), topic)


def of_event(event: Event, topic: Topic, how: str = "valid") -> Raw:
    """Return ``event`` as a record of ``topic``."""
    key, value, headers = encode(event, 0)
    return Raw(topic, key, value, tuple(headers), how)


@lru_cache
def _examples(topic: Topic) -> Sequence[Event]:
    every = load_all()
    if topic is Topic.INBOX:
        return [each for each in every if each.LIVE]
    return [each for each in every if ROUTES[each.type].topic is topic]


def _media(choose: random.Random, kind: type[FrameMeta] | type[AudioMeta], value: bytes) -> Raw:
    meta = kind(
        session=session(choose),
        question=choose.randrange(4),
        attempt=choose.randint(1, 3),
        epoch=choose.randint(1, 3),
        seq=choose.choice((0, 1, 7, 300)),
        at=1_790_000_000_000 + choose.randrange(10**6),
        gw=0,
        language=choose.choice(list(Language)),
        policy=choose.choice(list(Policy)),
    )
    topic = ROUTES[kind.TYPE].topic
    return Raw(topic, meta.session.encode(), value, tuple(meta.to_headers()))


# -- damage to headers and key ---------------------------------------------------------------

_TEXTS = (
    b"", b"\xff\xfe", b"\xed\xa0\x80", b"\x00", b"-1", b"1e9", b"9" * 15, b"9" * 5_000, b" 1",
    b"0x1", b"NaN", b"1_000", "١".encode(), "²".encode(), b"4294967296", b"18446744073709551616",
    b"999999999999999", b"fz-0\n", b"null", b"x" * 65_536, "\u202e한".encode(),
)  # fmt: skip

_IDS = (
    "fz-0:1:1:1:answer.started:0", "a:b:c:d:e:f", ":::::", "fz-0:" + "1" * 5_000 + ":1:1:x:0",
    "fz-0:1:" + "9" * 40_000 + ":1:x:0", "fz-0:٣:1:1:x:0", "fz-0:1:1:1:x", "fz-0:-1:1:1:x:0",
)  # fmt: skip


def _header(choose: random.Random, raw: Raw) -> Raw:
    """Drop, double, replace or invent one header."""
    headers = list(raw.headers)
    at = choose.randrange(len(headers)) if headers else 0
    name = headers[at][0] if headers else "id"
    way = choose.randrange(6)
    if way == 0 and headers:
        del headers[at]
    elif way == 1:
        headers.insert(choose.randrange(len(headers) + 1), (name, choose.choice(_TEXTS)))
    elif way == 2:
        headers.append((choose.choice(("", "dl-topic", "x" * 300, "\u202e")), b"1"))
    elif way == 3 and headers:
        headers[at] = (name, None)
    elif headers:
        headers[at] = (name, choose.choice(_TEXTS))
    return replace(raw, headers=tuple(headers))


def _identity(choose: random.Random, raw: Raw) -> Raw:
    """Give the record another id, type or version than its value has."""
    name, text = choose.choice(
        [("id", each) for each in _IDS]
        + [("type", each) for each in (*ROUTES, "no.such.type", "TYPE" * 20_000)]
        + [("v", each) for each in ("0", "2", "999", "-1", "1.0", "١")]
    )
    return _with(raw, name, text.encode())


def _with(raw: Raw, name: str, value: bytes) -> Raw:
    kept = [each for each in raw.headers if each[0] != name]
    return replace(raw, headers=(*kept, (name, value)))


def _headers(choose: random.Random, raw: Raw) -> Raw:
    """Take all headers away, shuffle them, or add very many."""
    headers = list(raw.headers)
    way = choose.randrange(3)
    if way == 0:
        return replace(raw, headers=())
    if way == 1:
        choose.shuffle(headers)
        return replace(raw, headers=tuple(headers))
    return replace(raw, headers=tuple(headers * 50))


def _key(choose: random.Random, raw: Raw) -> Raw:
    """Give the record the key of nobody, of somebody else or no key."""
    other = session(choose).encode()
    key = choose.choice((None, b"", other, b"\xff", b"k" * 70_000, (raw.key or b"") + b"\n"))
    return replace(raw, key=key)


# -- damage to the value ---------------------------------------------------------------------


def _bytes(choose: random.Random, raw: Raw) -> Raw:
    """Cut, flip, double or replace the value."""
    value = raw.value or b""
    way = choose.randrange(7)
    if way == 0:
        return replace(raw, value=None)
    if way == 1:
        return replace(raw, value=value[: choose.randrange(len(value) + 1)])
    if way in (2, 3) and value:
        flipped = bytearray(value)
        for _ in range(choose.randint(1, 8)):
            flipped[choose.randrange(len(flipped))] ^= 1 << choose.randrange(8)
        return replace(raw, value=bytes(flipped))
    if way == 4:
        return replace(raw, value=value + value)
    if way == 5:
        return replace(raw, value=choose.randbytes(choose.choice((0, 1, 33, 20_001))))
    return replace(raw, value=value + b"\x00")


def _content(choose: random.Random, raw: Raw) -> Raw:
    """Damage the value as what it is: JSON, a picture, sound."""
    value = raw.value or b""
    if raw.topic is Topic.FRAMES:
        return replace(raw, value=damage_picture(choose, value))
    if raw.topic is Topic.AUDIO:
        longer = choose.choice((1, 2, 3, 2 * MAX_CHUNK_SAMPLES, 100_001))
        return replace(raw, value=(value + b"\x7f" * longer))
    return replace(raw, value=damage_json(choose, value))


DAMAGES: dict[str, Damage] = {
    "header": _header,
    "identity": _identity,
    "headers": _headers,
    "key": _key,
    "bytes": _bytes,
    "content": _content,
}


def damaged(choose: random.Random, topic: Topic, names: Sequence[str] = ()) -> Raw:
    """Return a record of ``topic`` with one to three damages, or those with ``names``."""
    raw = valid(choose, topic)
    # What is likely to break nothing but the contents comes more often: it gets the furthest.
    some = names or choose.choices(
        [*DAMAGES, "content", "content"], k=choose.choice((1, 1, 1, 2, 3))
    )
    for name in some:
        raw = DAMAGES[name](choose, raw)
    return replace(raw, how="+".join(some))


def as_text(raw: Raw) -> str:
    """A short line for reports of findings."""
    headers = {name: (value or b"")[:40] for name, value in raw.headers[:14]}
    value = raw.value
    shown = "None" if value is None else f"{len(value)} bytes {value[:120]!r}"
    return json.dumps({"topic": raw.topic, "how": raw.how}) + f" {headers} {shown}"


# -- lies ------------------------------------------------------------------------------------

_LARGEST = 2**32 - 1
_PLACES = (0, 1, 2, 999_999, _LARGEST)
_BEYOND = (2**32, 10**12, 10**15 - 1)
"""What a header can hold and a table cannot."""


def lying_media(choose: random.Random, topic: Topic) -> Raw:
    """Return a media record that agrees with itself, its numbers from the ends of their ranges."""
    kind = FrameMeta if topic is Topic.FRAMES else AudioMeta
    places = choose.choice((_PLACES, _PLACES, _BEYOND))
    about: dict[str, object] = {
        "session": session(choose),
        "language": choose.choice(list(Language)),
        "policy": choose.choice(list(Policy)),
        "gw": 0,
    }
    for name in ("question", "attempt", "epoch", "seq", "at"):
        about[name] = choose.choice((0, 1, 2, choose.choice(places)))
    about["gw"] = choose.choice((0, 0, 7, choose.choice(places)))
    if kind is AudioMeta:
        about["first_sample"] = choose.choice((0, 8_000, choose.choice(places)))
        about["final"] = choose.random() < 0.3
    meta = kind(**about)  # type: ignore[arg-type]
    value = picture(choose) if kind is FrameMeta else _loud(choose)
    return Raw(topic, meta.session.encode(), value, tuple(meta.to_headers()), "lie")


def _loud(choose: random.Random) -> bytes:
    """Half a second that every detector of speech by energy takes for speech."""
    return (choose.randint(8_000, 20_000)).to_bytes(2, "little") * MAX_CHUNK_SAMPLES


def lying_event(choose: random.Random, topic: Topic) -> Raw:
    """Return a valid event that nobody sent: an end without a start, counts that never come."""
    event = choose.choice(_examples(topic))
    change: dict[str, object] = {
        "session": f"fz-lie-{choose.randrange(40)}",
        "id": "",
        "question": choose.choice((0, 1, 2, choose.choice(_PLACES))),
        "attempt": choose.choice((1, 1, 2, choose.choice(_PLACES))),
        "epoch": choose.choice((1, 1, 2, choose.choice(_PLACES))),
        "seq": choose.choice((0, 1, 2, choose.choice(_PLACES))),
        "at": choose.choice((0, 1_790_000_000_000, 4_102_444_800_000)),
    }
    body = event.model_dump() | change
    if "counts" in body:
        many = choose.choice((0, 1, 2, 10_000, _LARGEST))
        body["counts"] = [
            {"epoch": choose.choice((1, body["epoch"])), "frames": many, "chunks": many}
            for _ in range(choose.choice((0, 1, 1, 3, 500)))
        ]
    if "formula" in body and choose.random() < 0.5:
        formula = body["formula"]
        formula["weights"] = dict.fromkeys(formula["weights"], choose.choice((0.0, 1e308, 5e-324)))
        formula["volume_full"] = choose.choice((5e-324, 1e308, formula["volume_floor"] or 0.1))
        formula["min_speech_ms"] = choose.choice((0, 2**40, 10**30))
    if "baseline" in body and choose.random() < 0.3:
        body["baseline"]["head_yaw"] = choose.choice((1e308, -1e308))
    return of_event(type(event).model_validate(body), topic, "lie")


def lie(choose: random.Random, topic: Topic) -> Raw:
    """Return a record of ``topic`` that decodes and is not true."""
    make = lying_media if topic in (Topic.FRAMES, Topic.AUDIO) else lying_event
    return make(choose, topic)
