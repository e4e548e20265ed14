"""clickhouse-connect, unmodified, against the embedded server (or a real one, see conftest)."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

pytestmark = pytest.mark.integration

TABLE = """
CREATE TABLE viva_test.rows (
    id UInt64, at DateTime64(3, 'UTC'), score Nullable(Float64), tags Array(String),
    weights Map(String, Float64), kind LowCardinality(String), payload JSON,
    pairs Array(Tuple(UInt32, Float64)), version UInt32
) ENGINE = ReplacingMergeTree(version) ORDER BY id
"""
COLUMNS = ["id", "at", "score", "tags", "weights", "kind", "payload", "pairs", "version"]
AT = datetime(2026, 3, 1, 12, 30, 15, 123_000, UTC)


def row(number: int, score: float | None, version: int = 1) -> list[Any]:
    return [
        number, AT, score, ["가", "b'c\\d"], {"gaze": 0.35}, "final",
        {"text": "안녕 \"you\"", "n": number}, [(1, 0.5)], version,
    ]  # fmt: skip


def test_typed_rows_come_back_as_they_went_in(writer: Client, reader: Client) -> None:
    writer.command(TABLE)
    summary = writer.insert("viva_test.rows", [row(1, 0.5), row(2, None)], column_names=COLUMNS)
    assert summary.written_rows == 2
    found = reader.query("SELECT * FROM viva_test.rows ORDER BY id")
    assert found.column_names == tuple(COLUMNS)
    first, second = found.result_rows
    assert first[1].replace(tzinfo=UTC) == AT, "naive in the client's default mode, but UTC"
    assert [first[0], *first[2:6]] == [1, 0.5, ["가", "b'c\\d"], {"gaze": 0.35}, "final"]
    assert first[6]["text"] == '안녕 "you"'
    assert first[7] == [(1, 0.5)]
    assert second[2] is None


def test_final_keeps_the_highest_version(writer: Client, reader: Client) -> None:
    writer.command(TABLE)
    for version in (1, 3, 2):
        writer.insert("viva_test.rows", [row(7, version * 1.0, version)], column_names=COLUMNS)
    sql = "SELECT score, version FROM viva_test.rows FINAL WHERE id = 7"
    assert reader.query(sql).result_rows == [(3.0, 3)]
    plain = "SELECT score FROM viva_test.rows WHERE id = 7"
    assert reader.query(plain, settings={"final": 1}).result_rows == [(3.0,)]


def test_parameters_are_bound_by_the_server(reader: Client) -> None:
    values = {
        "text": "it's\ta \\ 한글\n", "at": AT, "many": ["a", "b'c"], "none": None, "number": 7,
    }  # fmt: skip
    sql = (
        "SELECT {text:String}, {at:DateTime64(3)}, {many:Array(String)}, "
        "{none:Nullable(String)}, {number:UInt8}"
    )
    found = reader.query(sql, parameters=values, settings={"session_timezone": "UTC"})
    text, at, many, none, number = found.result_rows[0]
    assert (text, many, none, number) == ("it's\ta \\ 한글\n", ["a", "b'c"], None, 7)
    assert at.replace(tzinfo=UTC) == AT


@pytest.mark.parametrize("method", ["lz4", "zstd", "gzip", False])
def test_every_compression_works_both_ways(server: Any, writer: Client, method: str | bool) -> None:
    writer.command("CREATE TABLE viva_test.t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    rows = [[number, "x" * 50] for number in range(2_000)]
    arguments = server.client("viva_writer")
    with clickhouse_connect.get_client(**arguments, compress=method) as client:
        client.insert("viva_test.t", rows, column_names=["n", "s"])
        found = client.query("SELECT n, s FROM viva_test.t ORDER BY n").result_rows
    assert found == [tuple(each) for each in rows]


def test_errors_carry_clickhouse_codes(reader: Client, writer: Client) -> None:
    for sql, code, name in (
        ("SELECT nope", 47, "UNKNOWN_IDENTIFIER"),
        ("SELECT * FROM viva_test.absent", 60, "UNKNOWN_TABLE"),
        ("SELECT (1", 62, "SYNTAX_ERROR"),
    ):
        with pytest.raises(DatabaseError, match=rf"(?s){code}.*{name}"):
            reader.query(sql)
    writer.command("CREATE TABLE viva_test.t (n UInt64) ENGINE = MergeTree ORDER BY n")
    with pytest.raises(DatabaseError):
        writer.insert("viva_test.absent", [[1]], column_names=["n"], column_type_names=["UInt64"])
    assert writer.query("SELECT count() FROM viva_test.t").first_row == (0,)


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO viva_test.t VALUES (1)",
        "CREATE TABLE viva_test.x (n UInt8) ENGINE = Memory",
        "DROP TABLE viva_test.t",
        "ALTER TABLE viva_test.t DELETE WHERE 1",
        "TRUNCATE TABLE viva_test.t",
        "SYSTEM SHUTDOWN",
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM `f\\x69le`('/etc/passwd', 'LineAsString')",
        "SELECT file('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM default.`/etc/passwd`",
        "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
        "INSERT INTO FUNCTION file('/tmp/viva-x.tsv', 'TSV', 'a UInt8') VALUES (1)",
        "WITH 1 AS a INSERT INTO viva_test.t SELECT a",
    ],
)
def test_a_reader_changes_nothing_and_reaches_nothing(
    writer: Client, reader: Client, sql: str
) -> None:
    writer.command("CREATE TABLE viva_test.t (n UInt64) ENGINE = MergeTree ORDER BY n")
    writer.insert("viva_test.t", [[5]], column_names=["n"])
    with pytest.raises(DatabaseError):
        reader.command(sql)
    assert writer.query("SELECT n FROM viva_test.t").result_rows == [(5,)]


def test_a_reader_s_query_ends_at_its_limit(reader: Client) -> None:
    began = time.monotonic()
    slow = "SELECT count() FROM numbers(10) WHERE sleepEachRow(2) = 0 SETTINGS max_block_size = 1"
    with pytest.raises(DatabaseError, match="TIMEOUT_EXCEEDED"):
        reader.query(slow, settings={"max_execution_time": 1})
    assert time.monotonic() - began < 15


def test_a_slow_read_holds_up_neither_inserts_nor_other_reads(
    server: Any, writer: Client, reader: Client
) -> None:
    writer.command("CREATE TABLE viva_test.t (n UInt64) ENGINE = MergeTree ORDER BY n")

    async def scene() -> list[str]:
        order: list[str] = []

        async def note(name: str, call: Any, *arguments: Any) -> None:
            await asyncio.to_thread(call, *arguments)
            order.append(name)

        slow = asyncio.create_task(note("slow", reader.query, "SELECT sleep(2)"))
        await asyncio.sleep(0.3)
        with clickhouse_connect.get_client(**server.client("viva_reader")) as other:
            await note("read", other.query, "SELECT 1")
        await note("insert", writer.insert, "viva_test.t", [[1]], ["n"])
        await slow
        return order

    assert asyncio.run(scene()) == ["read", "insert", "slow"]


async def test_the_async_client_works_too(server: Any, writer: Client) -> None:
    writer.command(TABLE)
    arguments = server.client("viva_writer")
    async with await clickhouse_connect.get_async_client(**arguments) as client:
        await client.insert("viva_test.rows", [row(1, 0.5)], column_names=COLUMNS)
        answers = await asyncio.gather(
            *(client.query("SELECT {n:UInt32} + 1", parameters={"n": n}) for n in range(12))
        )
        assert [each.result_rows[0][0] for each in answers] == list(range(1, 13))
        found = await client.query("SELECT id, score FROM viva_test.rows")
        assert found.result_rows == [(1, 0.5)]
        with pytest.raises(DatabaseError):
            await client.query("SELECT nope")


def test_a_database_of_the_client_is_its_default(server: Any, writer: Client) -> None:
    writer.command("CREATE TABLE viva_test.t (n UInt64) ENGINE = MergeTree ORDER BY n")
    arguments = server.client("viva_writer")
    with clickhouse_connect.get_client(**arguments, database="viva_test") as client:
        client.insert("t", [[3]], column_names=["n"])
        assert client.query("SELECT n FROM t").result_rows == [(3,)]
    with clickhouse_connect.get_client(**arguments) as other:
        assert other.command("SELECT currentDatabase()") == "default"


def test_a_wrong_password_is_refused(server: Any) -> None:
    arguments = {**server.client("viva_reader"), "password": "wrong"}
    with pytest.raises(DatabaseError, match=r"(?i)authentication"):
        clickhouse_connect.get_client(**arguments)


async def test_large_inserts_hold_up_nobody(server: Any, writer: Client) -> None:
    writer.command("CREATE TABLE viva_test.t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    rows = [[number, f"{number:0>200}"] for number in range(60_000)]
    wish = {"async_insert": 1, "wait_for_async_insert": 1}
    async with await clickhouse_connect.get_async_client(
        **server.client("viva_writer"), autogenerate_session_id=False
    ) as client:
        inserts = [
            client.insert("viva_test.t", rows, column_names=["n", "s"], settings=wish)
            for _ in range(3)
        ]
        done = await asyncio.gather(*inserts)
        assert [each.written_rows for each in done] == [60_000] * 3
        count = await client.query("SELECT count(), uniqExact(s) FROM viva_test.t")
    assert count.result_rows == [(180_000, 60_000)]


def test_rows_are_streamed_in_blocks(reader: Client) -> None:
    with reader.query_row_block_stream("SELECT number FROM numbers(200000)") as stream:
        assert sum(len(block) for block in stream) == 200_000
