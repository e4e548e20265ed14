"""Who may do what in the embedded ClickHouse."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from deploy.local.clickhouse.access import READER, WRITER, Access, User
from deploy.local.clickhouse.errors import ClickHouseError
from deploy.local.clickhouse.settings import ServerSettings
from deploy.local.clickhouse.statement import scan

SETTINGS = ServerSettings(writer_password=SecretStr("w"), reader_password=SecretStr("r"))
ACCESS = Access(SETTINGS, frozenset({"file", "url", "numbers", "s3", "executable"}))


def code_of(sql: str, user: User) -> int:
    """Return the error code, 0 when the statement is allowed."""
    try:
        ACCESS.check(user, scan(sql.encode()))
    except ClickHouseError as error:
        return error.code
    return 0


def test_the_two_users_sign_in_with_their_own_passwords() -> None:
    assert ACCESS.authenticate(WRITER, "w").can_write
    assert not ACCESS.authenticate(READER, "r").can_write


@pytest.mark.parametrize(
    ("name", "password"), [(WRITER, "r"), (READER, ""), (READER, None), ("default", ""), ("", "r")]
)
def test_anyone_else_is_refused(name: str, password: str | None) -> None:
    with pytest.raises(ClickHouseError) as refused:
        ACCESS.authenticate(name, password)
    assert refused.value.code == 516
    assert refused.value.status == 403


def test_no_credentials_ask_for_some() -> None:
    with pytest.raises(ClickHouseError) as refused:
        ACCESS.authenticate("", None)
    assert refused.value.status == 401


def test_an_empty_password_in_the_settings_opens_nothing() -> None:
    access = Access(ServerSettings(), frozenset())
    for name in (WRITER, READER):
        with pytest.raises(ClickHouseError):
            access.authenticate(name, "")


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT count() FROM viva.scores FINAL", 0),
        ("WITH 1 AS a SELECT a", 0),
        ("SHOW TABLES FROM viva", 0),
        ("SELECT sum(number) FROM numbers(10) SETTINGS max_threads = 1", 0),
        ("INSERT INTO viva.t VALUES (1)", 497),
        ("INSERT INTO viva.t SELECT 1", 497),
        ("DROP TABLE viva.t", 497),
        ("SYSTEM SHUTDOWN", 497),
        ("KILL QUERY WHERE 1", 497),
        ("SELECT * FROM url('http://x', 'CSV')", 497),
        ("SELECT file('/etc/passwd')", 497),
        ("SELECT 1 SETTINGS max_execution_time = 0", 452),
        ("SET readonly = 0", 452),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", 48),
        ("SELEC 1", 62),
    ],
)
def test_what_a_reader_may_do(sql: str, code: int) -> None:
    assert code_of(sql, User(READER, False)) == code


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("INSERT INTO viva.t VALUES (1)", 0),
        ("DROP TABLE viva.t", 0),
        ("SELECT 1 SETTINGS max_execution_time = 0", 0),
        ("SELECT 1 INTO OUTFILE '/tmp/x'", 48),
    ],
)
def test_what_a_writer_may_do(sql: str, code: int) -> None:
    assert code_of(sql, User(WRITER, True)) == code


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("Code: 47. DB::Exception: Unknown identifier. (UNKNOWN_IDENTIFIER)", 47, 404),
        (
            "Streaming insert finish failed: Code: 32. DB::Exception: Attempt to read after eof. "
            "(ATTEMPT_TO_READ_AFTER_EOF) (version 26.9.2.1)",
            32,
            400,
        ),
        ("Code: 210. DB::NetException: refused. (NETWORK_ERROR)", 210, 500),
        ("something unheard of", 1002, 500),
    ],
)
def test_an_engine_error_keeps_its_code(text: str, code: int, status: int) -> None:
    error = ClickHouseError.from_engine(RuntimeError(text))
    assert (error.code, error.status) == (code, status)
    assert str(error).startswith(f"Code: {code}. ")
    assert "(version" not in str(error)
