"""Reading a command from a data channel message."""

from __future__ import annotations

import json
from dataclasses import dataclass

MAX_MESSAGE_CHARACTERS = 65_536
"""As many bytes as the answer's SDP lets a browser send at once. An answer of the greatest length
fits, with every second character escaped."""


class Malformed(ValueError):  # noqa: N818 - says what the message is
    """The message is not a command; there is no number to acknowledge."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command with its number; ``command`` is not checked yet, and ``text`` may be anything."""

    seq: int
    command: str
    text: object = None


def parse(text: str) -> Request:
    """Return the request in a message.

    Raises:
        Malformed: it is too long, not a JSON object, or ``seq`` or ``command`` has another type.
    """
    if len(text) > MAX_MESSAGE_CHARACTERS:
        raise Malformed(f"a command has at most {MAX_MESSAGE_CHARACTERS} characters")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("a command is a JSON object") from None
    if not isinstance(body, dict):
        raise Malformed("a command is a JSON object")
    seq, command = body.get("seq"), body.get("command")
    if type(seq) is not int or not 1 <= seq <= 1_000_000:
        raise Malformed("seq is a whole number from 1 on")
    if not isinstance(command, str):
        raise Malformed("command is a string")
    return Request(seq, command, body.get("text"))
