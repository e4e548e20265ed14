from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.formula import Policy
from schemas.ids import new_session_id, parse_session_id
from schemas.language import Language
from schemas.media import FrameMeta, HeaderError
from streams.runtime.codec import DecodeError, decode, encode
from tests.contract.examples import PATHS, load

pytestmark = pytest.mark.requirement("webrtc-session-id")


@pytest.mark.parametrize("value", [1, 1.0, True, None, b"1", ["1"]])
def test_only_a_string_is_a_session_id(value: object) -> None:
    with pytest.raises(TypeError, match="a session id is a string"):
        parse_session_id(value)


@pytest.mark.parametrize("value", ["", "a b", "a/b", "ü", "x" * 65, "1\n"])
def test_a_string_may_be_no_session_id(value: str) -> None:
    with pytest.raises(ValueError, match="letters, digits"):
        parse_session_id(value)


def test_digits_in_a_string_are_a_session_id() -> None:
    assert parse_session_id("1") == "1"


def test_new_ids_are_session_ids_and_differ() -> None:
    ids = {new_session_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(parse_session_id(each) == each for each in ids)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_no_event_takes_an_integer_for_a_session(path: Path) -> None:
    event = load(path)
    fields = {**event.model_dump(), "session": 1, "id": ""}
    with pytest.raises(ValidationError, match="session"):
        type(event).model_validate(fields)
    _, _, headers = encode(event, gw=0)
    changed = {**json.loads(path.read_text(encoding="utf-8")), "session": 1, "id": ""}
    with pytest.raises(DecodeError, match="session"):
        decode(b"1", json.dumps(changed).encode(), headers)


@pytest.mark.parametrize("text", [b"s 1", b"", b"a/b"])
def test_media_headers_refuse_what_is_no_session_id(text: bytes) -> None:
    meta = FrameMeta(
        session="s1",
        question=1,
        attempt=1,
        epoch=1,
        seq=0,
        at=0,
        gw=0,
        language=Language.ENGLISH,
        policy=Policy.PRACTICE,
    )
    headers = [(name, text if name == "session" else value) for name, value in meta.to_headers()]
    with pytest.raises(HeaderError, match="letters, digits"):
        FrameMeta.from_headers(headers)
