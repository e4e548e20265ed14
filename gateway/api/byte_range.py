"""The header ``Range`` of a request for bytes (RFC 9110, section 14)."""

from __future__ import annotations

import re

_ONE = re.compile(r"bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})", re.IGNORECASE)


class Unsatisfiable(Exception):  # noqa: N818 - names what the range is
    """The range begins where there is nothing any more."""


def parse(value: str, size: int) -> range | None:
    """Return the bytes that ``value`` asks for out of ``size``; None: all of them.

    A range that is not understood, or several of them, is ignored, as a server may.

    Raises:
        Unsatisfiable: there is nothing in it.
    """
    found = _ONE.fullmatch(value.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last so many
        length = min(int(found[2]), size)
        if not length:
            raise Unsatisfiable
        return range(size - length, size)
    first = int(found[1])
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return range(first, min(int(found[2]) + 1, size) if found[2] else size)
