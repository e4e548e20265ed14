from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.clickhouse import MigrationError, migrate, migrations, split


class Recorder:
    """A client that only writes down what it is told."""

    def __init__(self, history: str = "") -> None:
        self.history = history
        self.commands: list[str] = []

    def command(self, cmd: str) -> Any:
        self.commands.append(cmd)
        return self.history if cmd.startswith("SELECT arrayStringConcat") else ""


@pytest.mark.parametrize(
    ("sql", "statements"),
    [
        ("", []),
        ("-- nothing; at all\n", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;;\nSELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';' AS a; SELECT 2", ["SELECT ';' AS a", "SELECT 2"]),
        ("SELECT 'it''s; -- here', \"a;b\", `c;d`;", ["SELECT 'it''s; -- here', \"a;b\", `c;d`"]),
        (r"SELECT 'a\';b'; SELECT 2", [r"SELECT 'a\';b'", "SELECT 2"]),
        ("SELECT 1 /* a; b */ + 2;", ["SELECT 1   + 2"]),
        ("SELECT 1 -- 'open\n+ 2;", ["SELECT 1  \n+ 2"]),
    ],
)
def test_statements_are_split_where_they_end(sql: str, statements: list[str]) -> None:
    assert split(sql) == statements


def test_files_are_numbered_without_a_gap() -> None:
    found = migrations()
    assert [int(each.name[:4]) for each in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("name", ["0003_gap.sql", "1_short.sql", "0001_Upper.sql"])
def test_a_wrong_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("SELECT 1;")
    with pytest.raises(MigrationError, match="expected 0001_name"):
        migrations(tmp_path)


def test_every_name_is_qualified_by_the_database() -> None:
    client = Recorder()
    migrate(client, "other")
    made = [each for each in client.commands if each.startswith("CREATE")]
    assert len(made) > 15
    assert all(" other" in each for each in made)
    assert not any("{database}" in each or "viva." in each for each in client.commands)


def test_every_statement_can_be_run_again() -> None:
    for migration in migrations():
        for statement in migration.statements("viva"):
            again = ("IF NOT EXISTS", "OR REPLACE", "MODIFY COLUMN", "MODIFY COMMENT")
            assert any(each in statement for each in again)


def test_what_was_applied_is_not_applied_again() -> None:
    done = ",".join(f"{each.name}={each.checksum}" for each in migrations())
    client = Recorder(done)
    assert migrate(client, "viva") == []
    assert len(client.commands) == 3


def test_a_hole_in_what_was_applied_is_refused() -> None:
    later = migrations()[1]
    with pytest.raises(MigrationError, match="0001_events was never applied"):
        migrate(Recorder(f"{later.name}={later.checksum}"), "viva")


@pytest.mark.parametrize("name", ["", "a b", "viva;DROP", "1viva"])
def test_a_database_name_is_plain(name: str) -> None:
    with pytest.raises(ValueError, match="letters, digits and _ only"):
        migrate(Recorder(), name)
