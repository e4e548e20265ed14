"""Who may do what. The engine refuses CREATE USER, so users live here."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from deploy.local.clickhouse.errors import (
    ACCESS_DENIED,
    AUTHENTICATION_FAILED,
    NOT_IMPLEMENTED,
    REQUIRED_PASSWORD,
    SETTING_CONSTRAINT_VIOLATION,
    SYNTAX_ERROR,
    ClickHouseError,
)
from deploy.local.clickhouse.settings import ServerSettings
from deploy.local.clickhouse.statement import ESCAPED, Kind, Statement

WRITER = "viva_writer"
READER = "viva_reader"

SAFE_TABLE_FUNCTIONS = frozenset(
    {"format", "generate_series", "generaterandom", "generateseries", "merge", "null", "numbers",
     "numbers_mt", "primes", "values", "view", "viewexplain", "viewifpermitted", "zeros",
     "zeros_mt", "loop"}
)  # fmt: skip
"""Table functions that reach no file and no network; a reader may call these only."""

LIMITED = frozenset(
    {"max_execution_time", "max_memory_usage", "max_memory_usage_for_user", "readonly",
     "max_estimated_execution_time", "timeout_overflow_mode", "timeout_before_checking_execution_"
     "speed", "allow_ddl"}
)  # fmt: skip
"""Settings that hold a reader's limits and that its queries may therefore not change."""


_WRITES = frozenset(
    {"ALTER", "ATTACH", "BACKUP", "CREATE", "DELETE", "DETACH", "DROP", "EXCHANGE", "GRANT",
     "INSERT", "KILL", "MOVE", "OPTIMIZE", "RENAME", "REPLACE", "RESTORE", "REVOKE", "SYSTEM",
     "TRUNCATE", "UNDROP", "UPDATE"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may send queries."""

    name: str
    can_write: bool


class Access:
    """Checks credentials and what a reader's statement would do.

    Args:
        settings: the passwords.
        table_functions: every table function that the engine knows, lower case.
    """

    def __init__(self, settings: ServerSettings, table_functions: frozenset[str]) -> None:
        self._passwords = {
            WRITER: settings.writer_password.get_secret_value(),
            READER: settings.reader_password.get_secret_value(),
        }
        self._refused = table_functions - SAFE_TABLE_FUNCTIONS | {ESCAPED}

    def authenticate(self, name: str, password: str | None) -> User:
        """Return the user.

        Raises:
            ClickHouseError: no credentials, or wrong ones; the text does not say which part.
        """
        if not name and password is None:
            raise ClickHouseError.make(
                REQUIRED_PASSWORD,
                "default: Authentication failed: a user and a password are required.",
            )
        expected = self._passwords.get(name, "")
        given = (password or "").encode()
        if not (hmac.compare_digest(given, expected.encode()) and expected):
            raise ClickHouseError.make(
                AUTHENTICATION_FAILED,
                f"{name or 'default'}: Authentication failed: password is incorrect, "
                "or there is no user with such name.",
            )
        return User(name, name == WRITER)

    def check(self, user: User, statement: Statement) -> None:
        """Refuse what ``user`` may not do.

        Raises:
            ClickHouseError: a write, a file, the network or a limit setting by a reader.
        """
        if statement.outfile:
            raise ClickHouseError.make(NOT_IMPLEMENTED, "INTO OUTFILE is not allowed over HTTP.")
        if user.can_write:
            return
        if statement.kind is not Kind.READ:
            verb = statement.text.split(None, 1)[0].upper()
            if verb not in _WRITES:
                raise ClickHouseError.make(
                    SYNTAX_ERROR, f"Syntax error: failed at position 1 ({verb[:40].lower()})."
                )
            raise ClickHouseError.make(
                ACCESS_DENIED,
                f"{user.name}: Not enough privileges. To execute this query, it's necessary to "
                f"have the grant {verb}.",
            )
        if reached := statement.calls & self._refused:
            raise ClickHouseError.make(
                ACCESS_DENIED,
                f"{user.name}: Not enough privileges. To execute this query, it's necessary to "
                f"have the grant for the function {min(reached)}.",
            )
        if changed := statement.assigned & (LIMITED | {ESCAPED}):
            raise ClickHouseError.make(
                SETTING_CONSTRAINT_VIOLATION,
                f"Setting {min(changed)} should not be changed.",
            )
