from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemas.events import EVENTS
from streams.runtime.codec import DecodeError, decode, encode
from tests.contract.examples import PATHS, event_class, load

by_name = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def test_every_event_version_has_an_example() -> None:
    assert {event_class(path) for path in PATHS} == set(EVENTS.values())


@by_name
def test_example_is_of_the_type_its_name_says(path: Path) -> None:
    event = load(path)
    assert path.name.startswith(f"{event.type}.v{event.v}.")


@by_name
def test_example_round_trips(path: Path) -> None:
    event = load(path)
    key, value, headers = encode(event, gw=3)
    assert decode(key, value, headers) == event
    assert json.loads(value) == json.loads(path.read_text(encoding="utf-8"))


@by_name
def test_example_with_a_field_more_is_refused(path: Path) -> None:
    key, _, headers = encode(load(path), gw=0)
    changed = {**json.loads(path.read_text(encoding="utf-8")), "surprise": 1}
    with pytest.raises(DecodeError, match="surprise"):
        decode(key, json.dumps(changed).encode(), headers)


@by_name
def test_example_without_a_required_field_is_refused(path: Path) -> None:
    event = load(path)
    key, _, headers = encode(event, gw=0)
    required = [
        name
        for name, field in type(event).model_fields.items()
        if field.is_required() and name not in ("type", "v")
    ]
    for name in required:
        changed = json.loads(path.read_text(encoding="utf-8"))
        del changed[name]
        with pytest.raises(DecodeError):
            decode(key, json.dumps(changed).encode(), headers)


@by_name
def test_example_with_another_version_is_refused(path: Path) -> None:
    key, value, headers = encode(load(path), gw=0)
    newer = [(name, b"99" if name == "v" else text) for name, text in headers]
    with pytest.raises(DecodeError, match="version"):
        decode(key, value, newer)


@by_name
def test_a_wrong_id_is_refused(path: Path) -> None:
    key, _, headers = encode(load(path), gw=0)
    changed = {**json.loads(path.read_text(encoding="utf-8")), "id": "s:1:1:1:other:0"}
    with pytest.raises(DecodeError, match="is not"):
        decode(key, json.dumps(changed).encode(), headers)
