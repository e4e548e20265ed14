"""What one SQL text is: read, write or insert with data. Scans tokens; parses no SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from deploy.local.clickhouse.errors import SYNTAX_ERROR, ClickHouseError

_TOKEN = re.compile(
    rb"""
    (?P<space>\s+|--[^\n]*|\#[!\ ][^\n]*|/\*.*?(?:\*/|\Z))
  | (?P<quoted>'(?:\\.|''|[^'\\])*+(?:'|\Z)
      |"(?:\\.|""|[^"\\])*+(?:"|\Z)
      |`(?:\\.|``|[^`\\])*+(?:`|\Z))
  | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

_READS = frozenset(
    {b"SELECT", b"WITH", b"FROM", b"SHOW", b"DESC", b"DESCRIBE", b"EXPLAIN", b"EXISTS", b"SET",
     b"USE", b"("}
)  # fmt: skip

MAX_QUERY = 256 * 1024
"""Bytes of SQL without an insert's data: ClickHouse's own default for ``max_query_size``."""

ESCAPED = "\\"
"""Stands among ``Statement.calls`` for a quoted name with escapes, which could be any."""

_AFTER_FORMAT = re.compile(rb"[ \t\f]*\r?\n?")


class Kind(Enum):
    """What a statement does."""

    READ = auto()
    WRITE = auto()
    INSERT = auto()


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a request.

    ``text`` is the SQL; of an insert with data it ends before SETTINGS, FORMAT or VALUES,
    ``settings`` is the SETTINGS clause and ``data`` what follows.

    ``format`` is the FORMAT clause, empty without one. ``calls`` holds every name
    before an opening parenthesis, lower case; ``assigned`` every name before an equals sign.
    """

    kind: Kind
    text: str
    format: str
    data: bytes
    calls: frozenset[str]
    assigned: frozenset[str]
    outfile: bool
    settings: str = ""


@dataclass(frozen=True, slots=True)
class _Token:
    value: bytes
    start: int
    end: int
    word: bool

    @property
    def upper(self) -> bytes:
        return self.value.upper()


def _tokens(sql: bytes, most: int) -> Iterator[_Token]:
    """Yield the tokens of the first ``most`` bytes; what is not closed there reaches to the end."""
    for match in _TOKEN.finditer(sql, 0, most):
        if match.lastgroup == "space":
            continue
        yield _Token(match[0], match.start(), match.end(), match.lastgroup == "word")


def _name(before: _Token) -> str:
    """Return the name that a token is, ``ESCAPED`` for a quoted one with escapes."""
    if before.word:
        return before.value.decode().lower()
    if before.value[:1] not in (b"`", b'"'):
        return ""
    name = before.value[1:-1]
    return ESCAPED if b"\\" in name else name.decode(errors="replace").lower()


def _text(sql: bytes) -> str:
    try:
        return sql.decode().strip()
    except UnicodeDecodeError:
        raise ClickHouseError.make(SYNTAX_ERROR, "Syntax error: the query is not UTF-8") from None


def _parted(head: bytes, settings_at: int) -> tuple[str, str]:
    """Return an insert's head without and from its SETTINGS clause on."""
    if settings_at < 0:
        return _text(head), ""
    return _text(head[:settings_at]), _text(head[settings_at:])


def scan(sql: bytes) -> Statement:
    """Say what ``sql`` is.

    Raises:
        ClickHouseError: the query is empty, holds several statements, or is not UTF-8.
    """
    first: bytes = b""
    calls: set[str] = set()
    assigned: set[str] = set()
    previous = before = _Token(b"", 0, 0, False)
    format_name, candidate, end = "", "", -1
    outfile = selects = False
    settings_at = -1
    for token in _tokens(sql, MAX_QUERY):
        if end >= 0:
            raise ClickHouseError.make(
                SYNTAX_ERROR, "Syntax error (Multi-statements are not allowed)"
            )
        if candidate and token.upper in (b";", b"SETTINGS"):
            format_name = candidate
        candidate = ""
        if not first:
            first = token.upper if token.word else token.value
        inserting = first == b"INSERT" and not selects
        if token.value == b";":
            end = token.start
        elif token.value == b"(" and (name := _name(previous)):
            calls.add(name)
        elif token.value == b"=" and (name := _name(previous)):
            assigned.add(name)
        elif token.upper == b"OUTFILE" and previous.upper == b"INTO":
            outfile = True
        elif token.word and previous.upper == b"FORMAT" and before.value != b".":
            candidate = token.value.decode()
            if inserting:
                data_at = _AFTER_FORMAT.match(sql, token.end)
                data = sql[data_at.end() if data_at else token.end :]
                text, settings = _parted(sql[: previous.start], settings_at)
                return Statement(Kind.INSERT, text, candidate, data, frozenset(calls),
                                 frozenset(assigned), outfile, settings)  # fmt: skip
        elif inserting and token.upper == b"VALUES" and previous.upper not in (b"INTO", b"TABLE"):
            text, settings = _parted(sql[: token.start], settings_at)
            return Statement(Kind.INSERT, text, "Values", sql[token.end :], frozenset(calls),
                             frozenset(assigned), outfile, settings)  # fmt: skip
        elif inserting and token.upper == b"SETTINGS" and previous.upper not in (b"INTO", b"TABLE"):
            settings_at = token.start
        elif inserting and token.upper in (b"SELECT", b"WITH") and previous.upper != b"INTO":
            selects = True
        before, previous = previous, token
    if len(sql) > MAX_QUERY:
        raise ClickHouseError.make(
            SYNTAX_ERROR, f"Syntax error: Max query size exceeded ({MAX_QUERY} bytes)"
        )
    if not first:
        raise ClickHouseError.make(SYNTAX_ERROR, "Syntax error: Empty query")
    format_name = candidate or format_name
    text = _text(sql[:end] if end >= 0 else sql)
    kind = Kind.READ if first in _READS else Kind.WRITE
    if first == b"INSERT" and not selects:
        kind, format_name = Kind.INSERT, "Values"
    return Statement(kind, text, format_name, b"", frozenset(calls), frozenset(assigned), outfile)
