"""The tables: numbered SQL, applied in order and once.

``NNNN_name.sql`` holds statements ended by semicolons; ``{database}`` stands for the database, as
every name is qualified (the embedded engine has no ``USE``). A migration that was applied is never
edited: add the next number. Statements are ``IF NOT EXISTS`` or ``OR REPLACE``, so that a migration
that broke off half-way can be applied again.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

logger = logging.getLogger(__name__)

FOLDER = Path(__file__).parent
HISTORY = "schema_migrations"

_FILE_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_DATABASE_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<quoted>'(?:\\.|''|[^'\\])*'|`[^`]*`|"[^"]*")|(?P<end>;)""",
    re.DOTALL,
)


class MigrationError(RuntimeError):
    """The tables cannot be brought to what the code expects; the message says what to do."""


class Client(Protocol):
    """What the migrator needs: clickhouse-connect's sync client has it."""

    def command(self, cmd: str) -> Any:
        """Run one statement and return its single value, if it has one."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: ``name`` without the suffix, ``checksum`` the SHA-256 of its text."""

    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Hex SHA-256 of the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def statements(self, database: str) -> list[str]:
        """Return the statements with ``database`` filled in."""
        return [each.replace("{database}", database) for each in split(self.sql)]


def split(sql: str) -> list[str]:
    """Return the statements of ``sql`` without comments.

    Semicolons and dashes within quotes do not count.
    """
    return [statement for each in _pieces(sql) if (statement := each.strip())]


def _pieces(sql: str) -> Iterator[str]:
    piece, position = "", 0
    for token in _TOKEN.finditer(sql):
        piece += sql[position : token.start()]
        position = token.end()
        if token.lastgroup == "quoted":
            piece += token.group()
        elif token.lastgroup == "comment":
            piece += " "
        else:
            yield piece
            piece = ""
    yield piece + sql[position:]


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Return all migrations in order.

    Raises:
        MigrationError: a file's name or number is not as it should be.
    """
    found: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        match = _FILE_NAME.match(path.name)
        if match is None or int(match[1]) != len(found) + 1:
            raise MigrationError(f"{path.name}: expected {len(found) + 1:04d}_name.sql next")
        found.append(Migration(path.stem, path.read_text(encoding="utf-8")))
    return found


def applied(client: Client, database: str) -> dict[str, str]:
    """Return the checksums of applied migrations by name."""
    pairs = "arrayStringConcat(arraySort(groupArray(concat(name, '=', checksum))), ',')"
    lines = client.command(f"SELECT {pairs} FROM {database}.{HISTORY}")  # noqa: S608 - our names
    return dict(line.split("=") for line in str(lines or "").strip().split(",") if "=" in line)


def migrate(client: Client, database: str = "viva", folder: Path = FOLDER) -> list[str]:
    """Create or bring up to date all tables and views; return the names newly applied.

    Raises:
        MigrationError: an applied migration was changed, or the database is newer than the code.
        ValueError: ``database`` is not a plain name.
    """
    if not _DATABASE_NAME.match(database):
        raise ValueError(f"{database!r} cannot be a database name: letters, digits and _ only")
    client.command(f"CREATE DATABASE IF NOT EXISTS {database}")
    client.command(
        f"CREATE TABLE IF NOT EXISTS {database}.{HISTORY} "
        "(name String, checksum String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')) "
        "ENGINE = MergeTree ORDER BY name COMMENT 'Migrations applied to this database'"
    )
    known = {each.name: each for each in migrations(folder)}
    done = applied(client, database)
    _verify(known, done)
    new = [each for each in known.values() if each.name not in done]
    for migration in new:
        for statement in migration.statements(database):
            client.command(statement)
        client.command(
            f"INSERT INTO {database}.{HISTORY} (name, checksum) "  # noqa: S608 - names we checked
            f"VALUES ('{migration.name}', '{migration.checksum}')"
        )
        logger.info("migration applied", extra={"migration": migration.name})
    return [each.name for each in new]


def _verify(known: Mapping[str, Migration], done: Mapping[str, str]) -> None:
    for name, checksum in done.items():
        if name not in known:
            raise MigrationError(
                f"the database has migration {name}, which this code does not know: "
                "run newer code or use another database"
            )
        if known[name].checksum != checksum:
            raise MigrationError(
                f"migration {name} was changed after it was applied: restore the file and put the "
                "change into a new migration (or start with an empty data directory)"
            )
    first_new = min((name for name in known if name not in done), default=None)
    if first_new is not None and any(name > first_new for name in done):
        raise MigrationError(f"migration {first_new} was never applied, but later ones were")


__all__ = [
    "HISTORY",
    "Client",
    "Migration",
    "MigrationError",
    "applied",
    "migrate",
    "migrations",
    "split",
]
