"""The HTTP interface itself, as curl and Grafana use it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import zlib
from typing import Any

import httpx
import pytest
from clickhouse_connect.driver.client import Client

pytestmark = pytest.mark.integration


def post(server: Any, sql: str | bytes, user: str = "viva_writer", **more: Any) -> httpx.Response:
    return httpx.post(server.url, content=sql, auth=server.auth(user), timeout=30, **more)


def test_ping_and_root_need_no_password(server: Any) -> None:
    assert httpx.get(server.url + "/ping").text == "Ok.\n"
    assert httpx.get(server.url).text == "Ok.\n"


def test_a_query_may_be_in_the_url_the_body_or_both(server: Any, writer: Client) -> None:
    url = httpx.get(server.url, params={"query": "SELECT 1"}, auth=server.auth("viva_reader"))
    assert url.text == "1\n"
    assert post(server, "SELECT 2", "viva_reader").text == "2\n"
    writer.command("CREATE TABLE viva_test.t (n UInt64, s String) ENGINE = MergeTree ORDER BY n")
    both = {"query": "INSERT INTO viva_test.t FORMAT JSONEachRow"}
    assert post(server, b'{"n":1,"s":"a"}\n{"n":2}', params=both).status_code == 200
    assert post(server, " (3, 'FORMAT x'), (4, 'it''s')",
                params={"query": "INSERT INTO viva_test.t VALUES"}).status_code == 200  # fmt: skip
    assert post(server, "INSERT INTO viva_test.t (n) FORMAT CSV\n5\n6\n").status_code == 200
    assert post(server, "INSERT INTO viva_test.t SELECT number, '' FROM numbers(7, 2)").is_success
    rows = post(server, "SELECT n, s FROM viva_test.t ORDER BY n FORMAT TSV").text.splitlines()
    assert rows == ["1\ta", "2\t", "3\tFORMAT x", "4\tit\\'s", "5\t", "6\t", "7\t", "8\t"]


def test_headers_tell_what_was_done(server: Any, writer: Client) -> None:
    answer = post(server, "SELECT 1 AS n FORMAT JSON", "viva_reader", params={"query_id": "q-7"})
    assert answer.headers["X-ClickHouse-Query-Id"] == "q-7"
    assert answer.headers["X-ClickHouse-Format"] == "JSON"
    assert answer.headers["X-ClickHouse-Server-Display-Name"]
    assert answer.headers["X-ClickHouse-Timezone"] == "UTC"
    assert answer.json()["data"] == [{"n": 1}]
    writer.command("CREATE TABLE viva_test.t (n UInt64) ENGINE = MergeTree ORDER BY n")
    done = post(server, "INSERT INTO viva_test.t VALUES (1), (2), (3)")
    assert json.loads(done.headers["X-ClickHouse-Summary"])["written_rows"] == "3"
    shaped = post(server, "SELECT 1 AS n", params={"default_format": "JSONEachRow"})
    assert shaped.json() == {"n": 1}


def test_an_error_has_status_code_and_text(server: Any, writer: Client) -> None:
    for sql, status, code in (
        ("SELECT nope", 404, "47"),
        ("SELECT * FROM viva_test.absent", 404, "60"),
        ("SELECT * FROM", 400, "62"),
    ):
        answer = post(server, sql, "viva_reader")
        assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (status, code)
        assert answer.text.startswith(f"Code: {code}. DB::")
        assert "(version " in answer.text
    missing = post(server, "SELECT 1", params={"no_such_setting": "1"})
    assert (missing.status_code, missing.headers["X-ClickHouse-Exception-Code"]) == (404, "115")


def test_a_reader_s_write_is_a_4xx(server: Any, writer: Client) -> None:
    writer.command("CREATE TABLE viva_test.t (n UInt64) ENGINE = MergeTree ORDER BY n")
    answer = post(server, "INSERT INTO viva_test.t VALUES (1)", "viva_reader")
    assert 400 <= answer.status_code < 600
    assert answer.headers["X-ClickHouse-Exception-Code"] in ("164", "497")
    got = httpx.get(
        server.url,
        params={"query": "INSERT INTO viva_test.t VALUES (1)"},
        auth=server.auth("viva_writer"),
    )
    assert got.headers["X-ClickHouse-Exception-Code"] == "164", "GET implies readonly"
    assert post(server, "SELECT count() FROM viva_test.t").text == "0\n"


def test_wrong_or_missing_credentials(server: Any) -> None:
    wrong = httpx.post(server.url, content="SELECT 1", auth=("viva_reader", "x"))
    assert wrong.headers["X-ClickHouse-Exception-Code"] == "516"
    assert wrong.status_code in (401, 403)
    nobody = httpx.post(server.url, content="SELECT 1")
    assert nobody.status_code in (401, 403)
    user, password = server.auth("viva_reader")
    by_header = httpx.post(
        server.url, content="SELECT 1",
        headers={"X-ClickHouse-User": user, "X-ClickHouse-Key": password},
    )  # fmt: skip
    assert by_header.text == "1\n"
    by_url = httpx.post(server.url, content="SELECT 1", params={"user": user, "password": password})
    assert by_url.text == "1\n"


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_a_compressed_body_and_answer(
    server: Any, writer: Client, encoding: str, pack: Any
) -> None:
    writer.command("CREATE TABLE viva_test.t (n UInt64) ENGINE = MergeTree ORDER BY n")
    body = b"INSERT INTO viva_test.t FORMAT JSONEachRow\n" + b"".join(
        b'{"n":%d}\n' % n for n in range(500)
    )
    done = post(server, pack(body), headers={"Content-Encoding": encoding})
    assert done.status_code == 200, done.text
    answer = post(
        server, "SELECT n FROM viva_test.t ORDER BY n", "viva_reader",
        params={"enable_http_compression": "1"}, headers={"Accept-Encoding": encoding},
    )  # fmt: skip
    assert answer.headers["Content-Encoding"] == encoding
    assert answer.text.split() == [str(n) for n in range(500)]
    plain = post(server, "SELECT n FROM viva_test.t", headers={"Accept-Encoding": encoding})
    assert "Content-Encoding" not in plain.headers, "only when enable_http_compression asks"


def test_a_body_that_is_not_what_it_says_is_refused(server: Any) -> None:
    answer = post(server, b"not gzip at all", headers={"Content-Encoding": "gzip"})
    assert answer.status_code >= 400
    cut = gzip.compress(b"SELECT 1" * 100)[:-9]
    assert post(server, cut, headers={"Content-Encoding": "gzip"}).status_code >= 400


def test_several_statements_and_nothing_at_all_are_refused(server: Any) -> None:
    for sql in ("SELECT 1; SELECT 2", "", "  -- only a comment"):
        answer = post(server, sql, "viva_reader")
        assert (answer.status_code, answer.headers["X-ClickHouse-Exception-Code"]) == (400, "62")
    assert post(server, "SELECT 1;", "viva_reader").text == "1\n"


def test_one_query_s_settings_are_not_the_next_one_s(server: Any) -> None:
    sql = "SELECT toString(1/3)::String, getSetting('max_threads')"
    first = post(server, sql, "viva_reader", params={"max_threads": "1"}).text
    assert first.endswith("\t1\n")
    post(server, "SET max_threads = 1", "viva_writer")
    assert post(server, sql, "viva_reader", params={"max_threads": "3"}).text.endswith("\t3\n")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(server: Any) -> None:
    user, password = server.auth("viva_reader")
    command = ["curl", "-sS", "--fail", "-u", f"{user}:{password}", "--data-binary", "@-",
               "--compressed", f"{server.url}/?enable_http_compression=1&param_x=7"]  # fmt: skip
    sql = b"SELECT sum(number) + {x:UInt8} FROM numbers(10)"
    done = subprocess.run(command, input=sql, capture_output=True, check=True)
    assert done.stdout == b"52\n"


@pytest.mark.skipif("VIVA_TEST_CLICKHOUSE_URL" in os.environ, reason="only ours has these")
def test_readiness_and_metrics(server: Any) -> None:
    ready = httpx.get(server.url + "/readyz")
    assert ready.status_code == 200
    assert ready.json()["ready"] is True
    assert ready.json()["device"] == "cpu"
    post(server, "SELECT 1", "viva_reader")
    metrics = httpx.get(server.url + "/metrics").text
    assert 'viva_work_seconds_count{process="clickhouse"}' in metrics
    assert 'viva_ready{device="cpu",process="clickhouse"} 1.0' in metrics
