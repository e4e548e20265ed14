"""``viva account`` on a database of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from typer.testing import CliRunner

from deploy.local import accounts
from deploy.local.cli import app
from deploy.local.errors import LocalError
from gateway import tokens
from gateway.accounts.__main__ import main as in_container
from gateway.accounts.model import Account, Role
from gateway.accounts.passwords import Passwords
from gateway.accounts.reset import check_unused
from gateway.db import migrations
from gateway.tokens import Purpose

HEAD = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIVA_DATA_DIR", str(tmp_path))
    for name in ("DATABASE_URL", "TOKEN_SECRET"):
        monkeypatch.delenv(f"VIVA_GATEWAY_{name}", raising=False)
    return tmp_path


def viva(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["account", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the command prints, whole: a console of a test has no width."""
    lines: list[str] = []

    def take(*what: object, **_: object) -> None:
        lines.extend(map(str, what))

    monkeypatch.setattr("deploy.local.commands.account.out.print", take)
    return lines


def found(email: str) -> Account:
    async def read() -> Account | None:
        async with accounts.opened() as store:
            return await store.people.by_email(email)

    account = asyncio.run(read())
    assert account is not None
    return account


def test_the_first_administrator_is_made(said: list[str]) -> None:
    viva("create", "Admin@example.org", "--role", "admin", "--name", "The <Admin>")
    account = found("admin@example.org")
    assert (account.person.role, account.person.name) == (Role.ADMIN, "The <Admin>")
    assert said[0].startswith("admin@example.org is admin")
    password = said[1].removeprefix("password: ")
    assert asyncio.run(Passwords().fits(account.password_hash, password))
    with pytest.raises(LocalError, match="has an account already"):
        viva("create", "admin@example.org")


def test_a_link_to_a_new_password_is_printed(said: list[str]) -> None:
    viva("create", "coach@example.org", "--role", "coach")
    viva("reset", "COACH@example.org", "--url", "https://viva.example/")
    page, _, token = said[-1].partition("#reset=")
    assert page == "https://viva.example/login.html"
    secret = accounts.link_secret()
    claims = tokens.read(Purpose.RESET, token, secret)
    account = found("coach@example.org")
    assert claims.subject == account.person.person
    check_unused(account, secret, claims.state)


def test_somebody_is_disabled_and_let_in_again(said: list[str]) -> None:
    viva("create", "coach@example.org", "--role", "coach")
    viva("disable", "coach@example.org")
    assert found("coach@example.org").person.disabled
    with pytest.raises(LocalError, match="disabled"):
        viva("reset", "coach@example.org")
    viva("enable", "coach@example.org")
    assert not found("coach@example.org").person.disabled


def test_a_role_changes_and_its_log_ins_end(said: list[str]) -> None:
    viva("create", "coach@example.org", "--role", "coach")

    async def logged_in() -> str:
        async with accounts.opened() as store:
            return await store.logins.add(found_by, 0, 10**15) or ""

    async def who(token: str) -> object:
        async with accounts.opened() as store:
            return await store.logins.person(token, 1, 10**15)

    found_by = found("coach@example.org")
    token = asyncio.run(logged_in())
    assert asyncio.run(who(token)) is not None
    viva("role", "Coach@example.org", "admin")
    assert found("coach@example.org").person.role is Role.ADMIN
    assert "is admin" in said[-1]
    assert asyncio.run(who(token)) is None


def test_accounts_are_listed() -> None:
    assert "no accounts" in viva("list")
    viva("create", "coach@example.org", "--role", "coach", "--name", "[red]Coach")
    viva("create", "admin@example.org", "--role", "admin")
    listed = viva("list")
    assert listed.index("coach@example.org") < listed.index("admin@example.org")
    assert "[red]Coach" in listed


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("create", "nobody"), "e-mail address"),
        (("create", "a@example.org", "--name", "x" * 101), "100 characters"),
        (("create", "a@example.org", "--name", "a\x07b"), "can be printed"),
        (("reset", "a@example.org"), "viva account list"),
        (("disable", "a@example.org"), "viva account list"),
        (("role", "a@example.org", "coach"), "viva account list"),
    ],
)
def test_mistakes_are_one_line(arguments: tuple[str, ...], advice: str) -> None:
    with pytest.raises(LocalError, match=advice):
        viva(*arguments)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("mysql://localhost/viva", "VIVA_GATEWAY_DATABASE_URL"),
        ("sqlite:////nowhere/at/all.db", "cannot be used"),
    ],
)
def test_a_database_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, url: str, advice: str
) -> None:
    monkeypatch.setenv("VIVA_GATEWAY_DATABASE_URL", url)
    with pytest.raises(LocalError, match=advice):
        viva("list")


def test_a_container_does_without_viva(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_GATEWAY_TOKEN_SECRET", "x" * 32)
    assert in_container(["create", "Admin@example.org", "--role", "admin"]) == 0
    password = capsys.readouterr().out.rpartition(" ")[2].strip()
    account = found("admin@example.org")
    assert account.person.role is Role.ADMIN
    assert asyncio.run(Passwords().fits(account.password_hash, password))
    assert in_container(["reset", "admin@example.org"]) == 0
    assert capsys.readouterr().out.startswith("/login.html#reset=")
    assert in_container(["role", "admin@example.org", "--role", "coach"]) == 0
    assert found("admin@example.org").person.role is Role.COACH
    with pytest.raises(SystemExit):
        in_container(["role", "admin@example.org"])
    capsys.readouterr()
    assert in_container(["disable", "admin@example.org"]) == 0
    assert found("admin@example.org").person.disabled
    assert in_container(["reset", "admin@example.org"]) == 1
    assert "enable it first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("missing", "unable to open database file"),
        ("unreachable", "Connect call failed"),
        ("locked", "database is locked"),
        ("no database", "file is not a database"),
        ("newer", "written by a later version"),
        ("no tables", "no such table: people"),
    ],
)
def test_a_container_says_in_one_line_what_is_wrong_with_the_database(
    case: str,
    reason: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = tmp_path / "sessions.db"
    urls = {
        "missing": "sqlite:////nowhere/at/all.db",
        "unreachable": "postgresql://a@127.0.0.1:1/b",
    }
    monkeypatch.setenv("VIVA_GATEWAY_DATABASE_URL", urls.get(case, f"sqlite:///{file}"))
    monkeypatch.setattr("gateway.db.engine._PRAGMAS", ("busy_timeout=50",))
    if case == "no database":
        file.write_text("not a database, but long enough to look at " * 20)
    with closing(sqlite3.connect(file if case == "locked" else ":memory:")) as other:
        other.execute("BEGIN EXCLUSIVE")
        if case in ("newer", "no tables"):
            revision = "9" if case == "newer" else HEAD
            with closing(sqlite3.connect(file)) as mine:
                mine.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
                mine.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
                mine.commit()
        assert in_container(["disable", "a@example.org"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("accounts: the gateway's database cannot be used: ")
    assert reason in line


def test_an_installation_elsewhere_has_its_own_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here = accounts.link_secret()
    monkeypatch.setenv("VIVA_GATEWAY_TOKEN_SECRET", "x" * 32)
    assert accounts.link_secret() == here, "the stack of the data directory does not read it"
    monkeypatch.setenv("VIVA_GATEWAY_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
    assert accounts.link_secret().get_secret_value() == "x" * 32
