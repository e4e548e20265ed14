"""The gateway's tables: made, kept, and brought up to date by whoever comes first."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.db import migrations
from gateway.db.engine import open_engine
from gateway.db.migrations import NewerDatabase, migrate
from gateway.db.store import open_store
from gateway.db.tables import METADATA, SESSIONS

HEAD = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
BEFORE = (
    """
    CREATE TABLE sessions (
        session VARCHAR(64) NOT NULL,
        version BIGINT NOT NULL,
        slot INTEGER NOT NULL,
        epoch INTEGER NOT NULL,
        state VARCHAR(20) NOT NULL,
        question INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        language VARCHAR(8) NOT NULL,
        policy VARCHAR(20) NOT NULL,
        baseline TEXT NOT NULL,
        connected BOOLEAN NOT NULL,
        recording BOOLEAN NOT NULL,
        pending INTEGER NOT NULL,
        connection_changed_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        interview TEXT NOT NULL,
        PRIMARY KEY (session)
    )
    """,
    "CREATE INDEX sessions_by_state ON sessions (state, connected)",
    """
    CREATE TABLE resumes (
        resume VARCHAR(64) NOT NULL,
        object VARCHAR(200) NOT NULL,
        sections TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (resume)
    )
    """,
    """
    CREATE TABLE gateways (
        slot INTEGER NOT NULL,
        inbox_offset BIGINT NOT NULL,
        seen_at BIGINT NOT NULL,
        PRIMARY KEY (slot)
    )
    """,
)
"""What there was before there were revisions, in the words of then: never changed."""

ROW = """
INSERT INTO sessions VALUES
    ('s_1', 3, 0, 1, 'asked', 2, 1, 'ko', 'practice', '{}', TRUE, FALSE, 0, 5, 9,
     '{"session": "s_1"}')
"""

START = """
import asyncio, sys
from pathlib import Path
from gateway.db.store import open_store

async def main():
    store = open_store(sys.argv[1], Path(sys.argv[2]))
    await store.start()
    await store.stop()

sys.stdin.read()  # all begin when the test says so
asyncio.run(main())
"""


async def asked(engine: AsyncEngine, question: Any) -> Any:
    async with engine.begin() as connection:
        return await connection.run_sync(question)


def revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, METADATA)


async def test_revisions_and_tables_say_the_same(database_url: str, tmp_path: Path) -> None:
    engine = open_engine(database_url, tmp_path)
    await migrate(engine)
    assert await asked(engine, revision) == HEAD
    assert await asked(engine, differences) == []
    await migrate(engine)
    assert await asked(engine, revision) == HEAD
    await engine.dispose()


@pytest.mark.parametrize("statements", [BEFORE, BEFORE[:2]], ids=["all", "sessions alone"])
async def test_a_database_from_before_is_kept(
    database_url: str, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    engine = open_engine(database_url, tmp_path)

    def before(connection: Connection) -> None:
        for each in (*statements, ROW):
            connection.exec_driver_sql(each)

    await asked(engine, before)
    await migrate(engine)
    assert await asked(engine, revision) == HEAD
    assert await asked(engine, differences) == []
    (row,) = await asked(engine, lambda it: it.execute(select(SESSIONS)).all())
    assert (row.session, row.version, row.connected) == ("s_1", 3, True)
    assert row.interview == '{"session": "s_1"}'
    await engine.dispose()


async def test_what_a_later_version_wrote_is_left_alone(database_url: str, tmp_path: Path) -> None:
    engine = open_engine(database_url, tmp_path)
    await migrate(engine)
    await asked(engine, lambda it: it.execute(text("UPDATE alembic_version SET version_num='9'")))
    with pytest.raises(NewerDatabase, match="later version"):
        await migrate(engine)
    assert await asked(engine, revision) == "9"
    await engine.dispose()


async def test_a_revision_that_fails_leaves_nothing_behind(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half (a INTEGER)"))
        raise RuntimeError

    engine = open_engine(database_url, tmp_path)
    monkeypatch.setattr(migrations, "_upgrade", fail)
    with pytest.raises(RuntimeError):
        await migrate(engine)
    assert await asked(engine, lambda it: inspect(it).get_table_names()) == []
    await engine.dispose()


@pytest.mark.integration
async def test_gateways_that_start_together_do_not_hinder_each_other(
    database_url: str, tmp_path: Path
) -> None:
    pipe = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", START, database_url, str(tmp_path), stdin=pipe, stderr=pipe
        )
        for _ in range(3)
    ]
    said = await asyncio.gather(*(each.communicate(b"") for each in started))
    assert [each.returncode for each in started] == [0] * 3, said
    engine = open_engine(database_url, tmp_path)
    assert await asked(engine, revision) == HEAD
    assert await asked(engine, differences) == []
    await engine.dispose()


async def test_the_default_is_a_file_in_the_data_directory(tmp_path: Path) -> None:
    store = open_store("", tmp_path)
    await store.start()
    await store.stop()
    file: Engine = create_engine(f"sqlite:///{tmp_path / 'gateway' / 'sessions.db'}")
    with file.connect() as connection:
        assert revision(connection) == HEAD
    file.dispose()
