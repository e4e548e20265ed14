from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.codec import MAX_EVENT_BYTES, DecodeError, decode, encode, gateway_slot, header
from streams.runtime.record import Record
from tests.support import evidence as make

KEY = make.place("a")
GOOD = make.record(make.frame(KEY, 7), 0, gw=5)


def test_what_is_encoded_decodes_to_the_same() -> None:
    event = make.segment(KEY, 0, "배송 지연을 줄였습니다")
    key, value, headers = encode(event, 5)
    assert key == b"a"
    assert decode(key, value, headers) == event
    assert gateway_slot(headers) == 5
    assert dict(headers)["id"] == b"a:1:1:1:transcript.segment:0"
    assert dict(headers)["at"] == str(event.at).encode()


def changed(**headers: bytes | None) -> Record:
    kept = {**dict(GOOD.headers), **headers}
    return GOOD._replace(headers=tuple((k, v) for k, v in kept.items() if v is not None))


def with_value(**fields: object) -> Record:
    value = json.loads(GOOD.value or b"") | fields
    return GOOD._replace(value=json.dumps(value).encode())


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (changed(type=None), "header 'type' is missing"),
        (changed(v=None), "header 'v' is missing"),
        (changed(id=None), "header 'id' is missing"),
        (changed(gw=None), "header 'gw' is missing"),
        (changed(type=b"\xff"), "not UTF-8"),
        (changed(type=b"vision.feature"), "unknown event type"),
        (changed(v=b"2"), "version '2'"),
        (changed(v=b"1e3"), "unknown event type"),
        (changed(v=b"-1"), "unknown event type"),
        (changed(v=b"9" * 5000), "unknown event type"),
        (changed(gw=b"x"), "not a slot"),
        (changed(gw="٣".encode()), "not a slot"),
        (changed(gw=b"1234567"), "not a slot"),
        (changed(id=b"a:1:1:1:vision.features:8"), "is not 'a:1:1:1:vision.features:7'"),
        (changed(type=b"voice.features"), ""),
        (GOOD._replace(key=b"b"), "key is not the session id"),
        (GOOD._replace(key=None), "key is not the session id"),
        (GOOD._replace(value=None), "the value is missing"),
        (GOOD._replace(value=b""), ""),
        (GOOD._replace(value=b"null"), ""),
        (GOOD._replace(value=b"[" * 50_000), ""),
        (GOOD._replace(value=b" " * (MAX_EVENT_BYTES + 1)), "bytes, more than"),
        (with_value(session=1), "session"),
        (with_value(faces=-1), "faces"),
        (with_value(smile=1.5), "smile"),
        (with_value(smile=None), "exactly when a face is detected"),
        (with_value(surprise=1), "surprise"),
        (with_value(at=10**30), "at"),
        (with_value(id="another"), "id"),
    ],
)
def test_what_does_not_decode_says_why_in_one_line(record: Record, reason: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(record.key, record.value, record.headers)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@given(
    st.none() | st.binary(max_size=40),
    st.none() | st.binary(max_size=200),
    st.lists(
        st.tuples(
            st.sampled_from(["type", "v", "id", "gw", "at"]),
            st.sampled_from([b"vision.features", b"1", b"a:1:1:1:vision.features:7"])
            | st.binary(max_size=20),
        )
    ),
)
def test_no_bytes_whatever_raise_anything_else(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
) -> None:
    with pytest.raises(DecodeError):
        decode(key, value, headers)


@given(st.integers(0, len(GOOD.value or b"") - 1), st.integers(0, 255))
def test_a_flipped_byte_decodes_to_something_valid_or_not_at_all(at: int, byte: int) -> None:
    value = bytearray(GOOD.value or b"")
    value[at] = byte
    try:
        event = decode(GOOD.key, bytes(value), GOOD.headers)
    except DecodeError:
        return
    assert event.id == "a:1:1:1:vision.features:7"


def test_a_null_header_is_a_missing_one() -> None:
    with pytest.raises(DecodeError, match="missing"):
        header({"type": None}, "type")  # type: ignore[dict-item] - Kafka allows it
