"""What one SQL text is, as the embedded ClickHouse server sees it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.clickhouse.errors import ClickHouseError
from deploy.local.clickhouse.statement import ESCAPED, Kind, scan


@pytest.mark.parametrize(
    ("sql", "kind", "format_name", "data"),
    [
        (b"SELECT 1", Kind.READ, "", b""),
        (b"-- hello\n/* there */ select 1 FORMAT JSON ;", Kind.READ, "JSON", b""),
        (b"SELECT 1 FORMAT CSV SETTINGS max_threads = 1", Kind.READ, "CSV", b""),
        (b"SELECT format FROM t", Kind.READ, "", b""),
        (b"SELECT 'FORMAT x; INSERT' AS a", Kind.READ, "", b""),
        (b"(SELECT 1)", Kind.READ, "", b""),
        (b"INSERT INTO t FORMAT Native\n\x01\x00;'", Kind.INSERT, "Native", b"\x01\x00;'"),
        (b"INSERT INTO t (a, b) FORMAT CSV \r\n1,2\n", Kind.INSERT, "CSV", b"1,2\n"),
        (b"insert into t settings x = 1 format TSV\n\n", Kind.INSERT, "TSV", b"\n"),
        (b"INSERT INTO t (a) VALUES (1), ('; DROP')", Kind.INSERT, "Values", b" (1), ('; DROP')"),
        (b"INSERT INTO t", Kind.INSERT, "Values", b""),
        (b"INSERT INTO t SELECT 1", Kind.WRITE, "", b""),
        (b"INSERT INTO t (a) SELECT a FROM x FORMAT Null", Kind.WRITE, "Null", b""),
        (b"INSERT INTO t WITH 1 AS q SELECT q", Kind.WRITE, "", b""),
        (b"CREATE TABLE t (a UInt8) ENGINE = Memory", Kind.WRITE, "", b""),
        (b"KILL QUERY WHERE 1", Kind.WRITE, "", b""),
    ],
)
def test_kind_format_and_data(sql: bytes, kind: Kind, format_name: str, data: bytes) -> None:
    found = scan(sql)
    assert (found.kind, found.format, found.data) == (kind, format_name, data)


def test_an_insert_s_text_ends_before_its_data() -> None:
    assert scan(b"INSERT INTO viva.t (a) FORMAT Native\n\xff").text == "INSERT INTO viva.t (a)"
    assert scan(b"INSERT INTO t VALUES (1)").text == "INSERT INTO t"


@pytest.mark.parametrize(
    "sql", [b"", b"  \n", b"-- only a comment", b"SELECT 1; SELECT 2", b"SELECT '\xff'"]
)
def test_what_is_no_single_statement_is_a_syntax_error(sql: bytes) -> None:
    with pytest.raises(ClickHouseError) as refused:
        scan(sql)
    assert refused.value.code == 62


def test_a_semicolon_at_the_end_is_no_second_statement() -> None:
    assert scan(b"SELECT ';' ; -- done\n").text == "SELECT ';'"


@pytest.mark.parametrize(
    "call", [b"file(", b"FILE (", b"file/**/(", b"`file`(", b'"File" (', b"file -- x\n ("]
)
def test_a_call_is_found_however_it_is_written(call: bytes) -> None:
    assert "file" in scan(b"SELECT * FROM " + call + b"'/etc/passwd')").calls


def test_a_name_with_escapes_could_be_any() -> None:
    assert ESCAPED in scan(rb"SELECT * FROM `f\x69le`('x')").calls
    assert ESCAPED not in scan(rb"SELECT 'a\n' = replaceOne(`b`, 'c', 'd')").calls


def test_a_call_inside_a_string_is_none() -> None:
    assert "file" not in scan(b"SELECT 'file(1)'").calls


def test_assigned_settings_are_found() -> None:
    found = scan(b"SELECT 1 SETTINGS Max_Execution_Time = 0, final=1")
    assert {"max_execution_time", "final"} <= found.assigned


@given(st.binary(max_size=200))
def test_no_input_breaks_the_scanner(data: bytes) -> None:
    with suppress(ClickHouseError):  # a refusal is an answer, any other exception a fault
        scan(data)


@given(st.binary(max_size=300))
def test_insert_data_is_passed_on_untouched(data: bytes) -> None:
    assert scan(b"INSERT INTO t (a, `b`) FORMAT Native\n" + data).data == data


def test_an_inserts_settings_are_parted_from_its_head() -> None:
    found = scan(b"INSERT INTO t (settings) SETTINGS x = 1, y = 2 FORMAT TSV\n1\n")
    assert (found.text, found.settings) == ("INSERT INTO t (settings)", "SETTINGS x = 1, y = 2")
    assert (found.format, found.data) == ("TSV", b"1\n")
    found = scan(b"INSERT INTO settings VALUES (1)")
    assert (found.text, found.settings) == ("INSERT INTO settings", "")
