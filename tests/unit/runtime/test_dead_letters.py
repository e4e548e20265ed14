from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from schemas.topics import Process, Topic
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.producer import Producer, RecordRefused
from tests.support import evidence as make

RECORD = make.record(make.frame(make.place("a"), 7), 42)


class Broker:
    """Keeps what is published and refuses values over ``limit``."""

    def __init__(self, limit: int = 1 << 30) -> None:
        self.limit = limit
        self.kept: list[tuple[bytes | None, bytes | None, dict[str, bytes]]] = []

    async def publish_raw(
        self,
        topic: Topic,
        key: bytes | None,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes]],
        **_: Any,
    ) -> None:
        assert topic is Topic.DEAD_LETTERS
        assert key is not None or value is not None, "aiokafka refuses this"
        if len(value or b"") + sum(len(data or b"") for _, data in headers) > self.limit:
            raise RecordRefused("too large")
        self.kept.append((key, value, dict(headers)))


def letters(broker: Broker) -> DeadLetters:
    return DeadLetters(cast("Producer", broker), Process.SINK)


async def test_a_dead_letter_keeps_the_record_and_says_where_it_was_and_why() -> None:
    broker = Broker()
    await letters(broker).put(RECORD, "not JSON")
    ((key, value, headers),) = broker.kept
    assert (key, value) == (RECORD.key, RECORD.value)
    assert dict(RECORD.headers).items() <= headers.items()
    place = {name: headers[f"dl-{name}"] for name in ("topic", "partition", "offset", "reason")}
    assert place == {
        "topic": b"session.events",
        "partition": b"0",
        "offset": b"42",
        "reason": b"not JSON",
    }
    assert headers["dl-process"] == b"sink"


async def test_a_record_of_nothing_is_kept_too() -> None:
    broker = Broker()
    await letters(broker).put(RECORD._replace(key=None, value=None, headers=()), "empty")
    assert broker.kept[0][:2] == (None, b"")


async def test_a_reason_that_is_no_text_does_not_stop_it() -> None:
    broker = Broker()
    await letters(broker).put(RECORD, "found \ud800")
    assert broker.kept[0][2]["dl-reason"] == b"found ?"


async def test_what_the_broker_finds_too_large_is_cut_and_says_so() -> None:
    broker = Broker(limit=100_000)
    await letters(broker).put(RECORD._replace(value=b"x" * 200_000), "too large")
    _, value, headers = broker.kept[0]
    assert len(value or b"") == 65_536
    assert headers["dl-cut"] == b"200000"
    with pytest.raises(RecordRefused):
        await letters(Broker(limit=10)).put(RECORD, "hopeless")


async def test_megabytes_of_headers_and_key_are_cut_too() -> None:
    """A record may be larger than what we may send: it must not end the process that reads it."""
    broker = Broker(limit=150_000)
    headers = [(f"h{number}", b"x" * 64_000) for number in range(100)] + [("none", None)]
    record = RECORD._replace(key=b"k" * 200_000, headers=tuple(headers))
    await letters(broker).put(record, "too large")
    key, value, kept = broker.kept[0]
    assert (key, value) == (b"k" * 1024, RECORD.value)
    assert kept["h0"] == b"x" * 1024
    assert kept["dl-offset"] == b"42"
