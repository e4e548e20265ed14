"""Migrations against the engine: once each, in order, and never changed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from schemas.clickhouse import MigrationError, applied, migrate, migrations

pytestmark = pytest.mark.integration


@pytest.fixture
def database(writer: Client) -> Iterator[str]:
    name = "viva_migrations"
    writer.command(f"DROP DATABASE IF EXISTS {name}")
    yield name
    writer.command(f"DROP DATABASE {name}")


def _write(folder: Path, *texts: str) -> Path:
    for number, text in enumerate(texts, 1):
        (folder / f"{number:04d}_step.sql").write_text(text)
    return folder


def test_all_migrations_apply_once(writer: Client, database: str) -> None:
    names = [each.name for each in migrations()]
    assert migrate(writer, database) == names
    assert migrate(writer, database) == []
    assert applied(writer, database) == {each.name: each.checksum for each in migrations()}
    assert writer.command(f"SELECT count() FROM {database}.recomputed_scores") == 0


def test_only_new_ones_are_applied(writer: Client, database: str, tmp_path: Path) -> None:
    first = "CREATE TABLE IF NOT EXISTS {database}.t (a String) ENGINE = MergeTree ORDER BY a;"
    folder = _write(tmp_path, first)
    assert migrate(writer, database, folder) == ["0001_step"]
    _write(folder, first, "ALTER TABLE {database}.t ADD COLUMN IF NOT EXISTS b UInt8 DEFAULT 7;")
    assert migrate(writer, database, folder) == ["0002_step"]
    writer.command(f"INSERT INTO {database}.t (a) VALUES ('x')")
    assert writer.command(f"SELECT b FROM {database}.t") == 7


def test_a_changed_migration_is_refused(writer: Client, database: str, tmp_path: Path) -> None:
    folder = _write(tmp_path, "SELECT 1;")
    migrate(writer, database, folder)
    _write(folder, "SELECT 2;")
    with pytest.raises(MigrationError, match="0001_step was changed after it was applied: restore"):
        migrate(writer, database, folder)


def test_a_database_of_newer_code_is_refused(writer: Client, database: str, tmp_path: Path) -> None:
    migrate(writer, database, _write(tmp_path, "SELECT 1;", "SELECT 2;"))
    (tmp_path / "0002_step.sql").unlink()
    with pytest.raises(MigrationError, match="run newer code"):
        migrate(writer, database, tmp_path)


def test_a_migration_that_broke_off_is_applied_again(
    writer: Client, database: str, tmp_path: Path
) -> None:
    table = "CREATE TABLE IF NOT EXISTS {database}.t (a String) ENGINE = MergeTree ORDER BY a;"
    folder = _write(tmp_path, table + " SELECT no_such_column;")
    with pytest.raises(DatabaseError, match="no_such_column"):
        migrate(writer, database, folder)
    assert applied(writer, database) == {}
    _write(folder, table)
    assert migrate(writer, database, folder) == ["0001_step"]
