"""Exceptions as ClickHouse shows them: a code, a message, an HTTP status."""

from __future__ import annotations

import re
from http import HTTPStatus

_CODE = re.compile(r"Code: (\d+)\. (?:DB::\w*Exception: )?")
_TRAILER = re.compile(r" \(version [^)]*\)\s*$")
_CLIENT_PREFIX = re.compile(r"^Streaming insert (?:append|finish) failed: ")

_STATUS: dict[HTTPStatus, frozenset[int]] = {
    HTTPStatus.UNAUTHORIZED: frozenset({194}),
    HTTPStatus.FORBIDDEN: frozenset({164, 192, 193, 452, 497, 512, 516}),
    HTTPStatus.NOT_FOUND: frozenset({34, 46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 161, 336}),
    HTTPStatus.REQUEST_TIMEOUT: frozenset({159}),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: frozenset({223}),
    HTTPStatus.NOT_IMPLEMENTED: frozenset({48}),
    HTTPStatus.BAD_REQUEST: frozenset(
        {6, 7, 8, 25, 26, 27, 32, 33, 36, 38, 41, 42, 43, 53, 62, 69, 70, 72, 117, 130, 167, 168,
         321, 441, 457, 467, 675}
    ),
}  # fmt: skip

BAD_ARGUMENTS = 36
NOT_IMPLEMENTED = 48
SYNTAX_ERROR = 62
TIMEOUT_EXCEEDED = 159
READONLY = 164
REQUIRED_PASSWORD = 194
QUERY_IS_TOO_LARGE = 223
SETTING_CONSTRAINT_VIOLATION = 452
ACCESS_DENIED = 497
AUTHENTICATION_FAILED = 516

_NAMES = {
    BAD_ARGUMENTS: "BAD_ARGUMENTS",
    NOT_IMPLEMENTED: "NOT_IMPLEMENTED",
    SYNTAX_ERROR: "SYNTAX_ERROR",
    TIMEOUT_EXCEEDED: "TIMEOUT_EXCEEDED",
    READONLY: "READONLY",
    REQUIRED_PASSWORD: "REQUIRED_PASSWORD",
    QUERY_IS_TOO_LARGE: "QUERY_IS_TOO_LARGE",
    SETTING_CONSTRAINT_VIOLATION: "SETTING_CONSTRAINT_VIOLATION",
    ACCESS_DENIED: "ACCESS_DENIED",
    AUTHENTICATION_FAILED: "AUTHENTICATION_FAILED",
}


class ClickHouseError(Exception):
    """A query failed; ``code`` is ClickHouse's number, ``str`` its text."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code

    @classmethod
    def make(cls, code: int, message: str) -> ClickHouseError:
        """Return an error that this server raises itself, worded as the engine would."""
        return cls(code, f"Code: {code}. DB::Exception: {message} ({_NAMES[code]})")

    @classmethod
    def from_engine(cls, error: BaseException) -> ClickHouseError:
        """Return what the engine reported; the first code in its text counts."""
        text = _TRAILER.sub("", _CLIENT_PREFIX.sub("", str(error))).strip()
        found = _CODE.search(text)
        if found is None:
            return cls(1002, f"Code: 1002. DB::Exception: {text} (UNKNOWN_EXCEPTION)")
        return cls(int(found[1]), text)

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status of this error; a server-side failure is a 500."""
        for status, codes in _STATUS.items():
            if self.code in codes:
                return status
        return HTTPStatus.INTERNAL_SERVER_ERROR
