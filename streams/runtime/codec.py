"""Events to and from Kafka records."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from schemas.events import EVENTS, Event
from schemas.media import MAX_SLOT

MAX_EVENT_BYTES = 512 * 1024
"""An event's largest value; media have a limit of their own."""

Headers = Sequence[tuple[str, bytes]]


class DecodeError(ValueError):
    """A record is not a valid event; the message says why."""


def encode(event: Event, gw: int) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    """Return key, value and headers of ``event``; ``gw`` is the gateway slot of its session."""
    headers = [
        ("type", event.type.encode()),
        ("v", str(event.v).encode()),
        ("id", event.id.encode()),
        ("at", str(event.at).encode()),
        ("gw", str(gw).encode()),
    ]
    return event.session.encode(), event.model_dump_json().encode(), headers


def header(headers: Headers | Mapping[str, bytes], name: str) -> str:
    """Return one header as text.

    Raises:
        DecodeError: it is missing or not UTF-8.
    """
    value = by_name(headers).get(name)
    if value is None:
        raise DecodeError(f"header {name!r} is missing")
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise DecodeError(f"header {name!r} is not UTF-8 text") from None


def by_name(headers: Headers | Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return ``headers`` as a mapping; of two with the same name the last counts."""
    return headers if isinstance(headers, dict) else dict(headers)


def gateway_slot(headers: Headers | Mapping[str, bytes]) -> int:
    """Return the slot of the gateway that holds the session.

    Raises:
        DecodeError: the header is missing or not a small number.
    """
    text = header(headers, "gw")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SLOT))):
        raise DecodeError(f"header 'gw' is not a slot: {text[:40]!r}")
    return int(text)


def decode(key: bytes | None, value: bytes | None, headers: Headers | Mapping[str, bytes]) -> Event:
    """Return the event in a record.

    Raises:
        DecodeError: a header is missing, type or version is unknown, the value does not fit the
            type, or key or id do not match the value.
    """
    found = by_name(headers)
    cls = _CLASSES.get((found.get("type"), found.get("v"))) or _class(found)
    if value is None:
        raise DecodeError("the value is missing")
    if len(value) > MAX_EVENT_BYTES:
        raise DecodeError(f"the value has {len(value)} bytes, more than {MAX_EVENT_BYTES}")
    try:
        event = cls.model_validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "value"
        raise DecodeError(f"{place}: {first['msg']}"[:300]) from None
    if key != event.session.encode():
        raise DecodeError("the record's key is not the session id")
    if found.get("id") != event.id.encode():
        header(found, "id")
        raise DecodeError(f"header 'id' is not {event.id!r}")
    gateway_slot(found)
    return event


_CLASSES: Mapping[tuple[bytes | None, bytes | None], type[Event]] = {
    (kind.encode(), str(version).encode()): cls for (kind, version), cls in EVENTS.items()
}
"""By the headers as they are usually written, which saves reading them."""


def _class(headers: Mapping[str, bytes]) -> type[Event]:
    kind, version = header(headers, "type"), header(headers, "v")
    cls = EVENTS.get((kind, int(version) if re.fullmatch("[0-9]{1,5}", version) else -1))
    if cls is None:
        raise DecodeError(f"unknown event type {kind[:60]!r} version {version[:10]!r}")
    return cls
