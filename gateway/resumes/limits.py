"""How much of a file is read. The text's limits are part of the contract, ``schemas.resume``."""

from __future__ import annotations

from gateway.resumes.refusal import Code, Refused

MAX_BYTES = 5 * 1024 * 1024
"""Bytes of the file as it came."""

MAX_PAGES = 20
"""Pages of a PDF."""

MIN_LETTERS = 20
"""Letters and digits in a résumé; a scanner adds a line of its own to pictures."""


def check_size(data: bytes) -> None:
    """Check that a file is neither empty nor too large.

    Raises:
        Refused: it is.
    """
    if not data:
        raise Refused(Code.EMPTY, "this file is empty: choose your résumé again")
    if len(data) > MAX_BYTES:
        raise Refused(
            Code.TOO_LARGE,
            f"this file is larger than {MAX_BYTES // 1024**2} MiB: save it without its pictures",
        )
