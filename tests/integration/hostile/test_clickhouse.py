"""The embedded ClickHouse's HTTP interface against people who want more than they may have."""

from __future__ import annotations

import bz2
import gzip
import lzma
import socket
import time
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import cramjam
import httpx
import pytest

from deploy.local.clickhouse.statement import MAX_QUERY
from deploy.local.stack import Stack

pytestmark = pytest.mark.integration

READER, WRITER = "viva_reader", "viva_writer"


@pytest.fixture
def door(parts: Stack) -> Iterator[httpx.Client]:
    """A client; afterwards the server is the one it was, answers, and still has its table."""
    before = parts.process("clickhouse").pid
    with httpx.Client(base_url=parts.clickhouse_url, timeout=30) as client:
        ask(parts, client, "CREATE DATABASE IF NOT EXISTS hostile", WRITER)
        ask(parts, client, "CREATE TABLE IF NOT EXISTS hostile.t (n UInt64) ENGINE = Log", WRITER)
        yield client
        assert client.get("/ping").text == "Ok.\n"
        assert ask(parts, client, "SELECT count() FROM hostile.t").text == "0\n"
    assert parts.process("clickhouse").pid == before


def ask(
    parts: Stack, client: httpx.Client, sql: str | bytes, user: str = READER, **more: object
) -> httpx.Response:
    secrets = parts.secrets
    password = secrets.clickhouse_writer if user == WRITER else secrets.clickhouse_reader
    return client.post("/", content=sql, auth=(user, password), **more)  # type: ignore[arg-type]


def refused(reply: httpx.Response, *codes: str) -> None:
    # 501 is what ClickHouse says where it will not, rather than where you may not.
    assert 400 <= reply.status_code < 500 or reply.status_code == 501, reply.text[:300]
    assert "Traceback" not in reply.text
    if codes:
        assert reply.headers["X-ClickHouse-Exception-Code"] in codes, reply.text[:300]


def test_wrong_credentials_have_one_answer(parts: Stack, door: httpx.Client) -> None:
    right = parts.secrets.clickhouse_reader
    texts = set()
    for user, password in (
        (READER, ""), (READER, "x"), (READER, right[:-1]), (READER, right + "x"), (READER, "\0"),
        ("default", ""), ("admin", right), (READER.upper(), right), ("", right), (WRITER, right),
        ("x" * 2_000, "y" * 2_000), (READER + "\n", right), ("' OR 1=1 --", "x"),
    ):  # fmt: skip
        reply = door.post("/", content="SELECT 1", auth=(user, password))
        assert reply.status_code in (401, 403), (user, reply.text)
        texts.add(reply.text.replace(user or "default", "?"))
    assert len(texts) == 1, "the text tells which part was wrong"
    for headers in (
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + "A" * 4_000},
        {"Authorization": "Bearer x"},
        {"X-ClickHouse-User": WRITER},
        {"X-ClickHouse-Key": right},
        {"X-ClickHouse-SSL-Certificate-Auth": "on", "X-ClickHouse-User": WRITER},
    ):
        refused(door.post("/", content="SELECT 1", headers=headers))
    refused(door.post("/", content="SELECT 1", params={"user": WRITER}))


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO hostile.t VALUES (1)",
        "INSERT INTO hostile.t SELECT 1",
        "WITH 1 AS x INSERT INTO hostile.t SELECT x",
        "/* SELECT */ INSERT INTO hostile.t FORMAT CSV\n1\n",
        "DROP TABLE hostile.t",
        "TRUNCATE hostile.t",
        "ALTER TABLE hostile.t DELETE WHERE 1",
        "CREATE TABLE hostile.u (n UInt8) ENGINE = Memory",
        "CREATE TEMPORARY TABLE u (n UInt8)",
        "CREATE FUNCTION f AS (x) -> x",
        "CREATE USER x IDENTIFIED BY 'y'",
        "GRANT ALL ON *.* TO viva_reader",
        "RENAME TABLE hostile.t TO hostile.v",
        "ATTACH TABLE hostile.w FROM '/tmp' (n UInt8) ENGINE = Log",
        "BACKUP DATABASE viva TO File('/tmp/x')",
        "KILL QUERY WHERE 1",
        "OPTIMIZE TABLE hostile.t",
        "SYSTEM SHUTDOWN",
        "SYSTEM FLUSH LOGS",
        "system stop merges",
        "SELECT 1; DROP TABLE hostile.t",
        "SELECT 1;\n\n;SYSTEM SHUTDOWN",
        "EXPLAIN SELECT 1; TRUNCATE hostile.t",
        "EXECUTE AS viva_writer SELECT 1",
        "BEGIN TRANSACTION",
        "DETACH DATABASE viva",
        "UNDROP TABLE hostile.t",
    ],
)
def test_a_reader_changes_nothing(parts: Stack, door: httpx.Client, sql: str) -> None:
    for params in ({}, {"readonly": "0"}, {"allow_ddl": "1", "readonly": "0"}):
        refused(ask(parts, door, sql, params=params))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM `file`('/etc/passwd', 'LineAsString')",
        "SELECT * FROM \"fi\\x6ce\"('/etc/passwd', 'LineAsString')",
        "SELECT * FROM File /* x */ ('/etc/passwd', 'LineAsString')",
        "SELECT file('/etc/passwd')",
        "SELECT * FROM url('http://127.0.0.1:1/', CSV)",
        "SELECT * FROM remote('127.0.0.1', system.one)",
        "SELECT * FROM remoteSecure('127.0.0.1', system.one)",
        "SELECT * FROM cluster('default', system.one)",
        "SELECT * FROM s3('http://127.0.0.1/x')",
        "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
        "SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
        "SELECT * FROM sqlite('/etc/passwd', 'x')",
        "SELECT * FROM executable('id', 'TSV', 'x String')",
        "SELECT * FROM python('x')",
        "SELECT * FROM input('n UInt8')",
        "DESCRIBE TABLE file('/etc/passwd', 'LineAsString')",
        "EXPLAIN SELECT * FROM file('/etc/passwd', 'LineAsString')",
        "SELECT * FROM view(SELECT * FROM file('/etc/passwd', 'LineAsString'))",
        "SELECT * FROM (SELECT * FROM url('http://127.0.0.1:1/', CSV))",
        "WITH x AS (SELECT * FROM file('/etc/passwd', 'LineAsString')) SELECT * FROM x",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM `/etc/passwd`",
        "SELECT * FROM default.`/etc/passwd`",
        "SELECT 1 INTO OUTFILE '/tmp/hostile'",
        "SELECT 1 INTO /* */ OUTFILE '/tmp/hostile' TRUNCATE",
        "SELECT * FROM hostile.t INTO\nOUTFILE '/tmp/hostile' FORMAT CSV",
        "SELECT dictGet('x', 'y', 1)",
    ],
)
def test_a_reader_reaches_no_file_and_no_network(
    parts: Stack, door: httpx.Client, sql: str
) -> None:
    reply = ask(parts, door, sql)
    refused(reply)
    assert "root:" not in reply.text


LONG = "SELECT sum(sleepEachRow(0.01)) FROM numbers(100000) SETTINGS max_block_size = 10"
LARGE = "SELECT length(groupArray(number)) FROM numbers(400000000)"


@pytest.mark.parametrize(
    "change",
    [
        "max_execution_time = 0", "`max_execution_time` = 0", '"max_execution_time" = 0',
        "MAX_EXECUTION_TIME=0", "`max_execution\\x5ftime` = 0", "readonly = 0", "`readonly`=0",
        "max_memory_usage = 0", "timeout_overflow_mode = 'break'", "allow_ddl = 1",
    ],
)  # fmt: skip
def test_a_reader_keeps_its_limits(parts: Stack, door: httpx.Client, change: str) -> None:
    refused(ask(parts, door, f"SELECT 1 SETTINGS {change}"))
    refused(ask(parts, door, f"SET {change}"))


def test_limits_hold_against_the_url_too(parts: Stack, door: httpx.Client) -> None:
    began = time.monotonic()
    wishes = {"max_execution_time": "0", "timeout_overflow_mode": "break", "readonly": "0"}
    refused(ask(parts, door, LONG, params=wishes), "159", "160")
    assert time.monotonic() - began < 20
    reply = ask(parts, door, LARGE, params={"max_memory_usage": "0"})
    assert reply.status_code >= 400
    assert reply.headers["X-ClickHouse-Exception-Code"] in ("159", "241")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT " + "1," * 2_000_000 + "1",
        "SELECT 1 " + "/* " * 500_000,
        "SELECT '" + "''" * 500_000,
        "SELECT " + "(" * 100_000,
        "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
        "SELECT " + "-" * 100_001 + "1",
        "SELECT 1" + " UNION ALL SELECT 1" * 2_000,
        "SELECT [" * 5_000,
        "SELECT \x00",
        b"SELECT '\xff\xfe'",
        "\ufeffSELECT 1",
        ";" * 100_000,
        "",
    ],
    ids=range(13),
)
def test_monstrous_queries(parts: Stack, door: httpx.Client, sql: str | bytes) -> None:
    began = time.monotonic()
    reply = ask(parts, door, sql)
    assert reply.status_code == 200 or reply.headers["X-ClickHouse-Exception-Code"]
    assert "Traceback" not in reply.text
    if len(sql) > MAX_QUERY:
        refused(reply, "62")
    assert time.monotonic() - began < 20


ZEROS = bytes(40 << 20)
"""More than a body may have here."""


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", lambda data: gzip.compress(data, 1)),
        ("deflate", lambda data: zlib.compress(data, 1)),
        ("zstd", lambda data: bytes(cramjam.zstd.compress(data))),
        ("br", lambda data: bytes(cramjam.brotli.compress(data, 1))),
        ("bz2", lambda data: bz2.compress(data, 1)),
        ("xz", lambda data: lzma.compress(data, preset=0)),
    ],
)
def test_a_few_bytes_that_stand_for_gigabytes(
    parts: Stack, door: httpx.Client, encoding: str, pack: object
) -> None:
    bomb = pack(ZEROS)  # type: ignore[operator]
    began = time.monotonic()
    reply = ask(parts, door, bomb, headers={"Content-Encoding": encoding})
    refused(reply, "223", "36")
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "encoding", ["gzip", "deflate", "zstd", "br", "lz4", "xz", "bz2", "snappy"]
)
@pytest.mark.parametrize("body", [b"\x00", b"SELECT 1", bytes(100), b"\xff" * 70_000])
def test_what_is_not_compressed_as_it_says(
    parts: Stack, door: httpx.Client, encoding: str, body: bytes
) -> None:
    refused(ask(parts, door, body, headers={"Content-Encoding": encoding}), "36", "62")


def test_other_encodings_methods_and_forms(parts: Stack, door: httpx.Client) -> None:
    refused(ask(parts, door, "SELECT 1", headers={"Content-Encoding": "gzip, gzip"}))
    refused(ask(parts, door, "SELECT 1", params={"decompress": "1"}))
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        reply = ask(parts, door, b"--x\r\nno header\r\n", headers={"Content-Type": kind})
        refused(reply)
    form = b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\n1\r\n--x--\r\n'
    refused(ask(parts, door, form, headers={"Content-Type": "multipart/form-data; boundary=x"}))
    for method in ("DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
        refused(door.request(method, "/"))
    for path in ("/../etc/passwd", "/play", "/dashboard", "/%00", "/viva"):
        refused(door.get(path))


def test_bodies_that_never_end(parts: Stack, door: httpx.Client) -> None:
    """Many at once, which send a byte and no more: each is let go, and others are answered."""
    where = urlsplit(parts.clickhouse_url)
    user = httpx.BasicAuth(READER, parts.secrets.clickhouse_reader)._auth_header
    head = (
        f"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: {user}\r\nContent-Length: 1000\r\n\r\nS"
    ).encode()
    slow = [socket.create_connection((where.hostname, where.port)) for _ in range(50)]
    try:
        for each in slow:
            each.sendall(head)
            each.settimeout(20)
        assert ask(parts, door, "SELECT 1").text == "1\n"
        for each in slow:
            assert each.recv(40).startswith(b"HTTP/1.1 408")
    finally:
        for each in slow:
            each.close()
    rude = socket.create_connection((where.hostname, where.port))
    rude.sendall(head[:-1])
    rude.close()  # in the middle of the body


def test_headers_and_lines_of_any_size(parts: Stack, door: httpx.Client) -> None:
    for headers in ({"X": "y" * 100_000}, {f"X{n}": "y" for n in range(500)}):
        try:
            assert ask(parts, door, "SELECT 1", headers=headers).status_code in (200, 400, 431)
        except httpx.HTTPError:
            continue  # closed without a word is an answer too
    long = ask(parts, door, "", params={"query": "SELECT 1 -- " + "x" * 60_000})
    assert long.status_code in (200, 400, 414)
    identity = ask(parts, door, "SELECT 1", params={"query_id": "x\r\nSet-Cookie: a=b"})
    assert "set-cookie" not in identity.headers
