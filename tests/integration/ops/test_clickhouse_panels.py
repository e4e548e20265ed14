"""The dashboard's ClickHouse queries on the real engine with our tables; and the prepare step."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import clickhouse_connect
import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.stack import Stack, background
from schemas.clickhouse import HISTORY, migrations
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS
from tests.support.dashboard import Query, queries
from tests.support.locks import ROOT

pytestmark = pytest.mark.integration

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with background(Stack(only=["kafka", "clickhouse"])) as running:
        yield running


@pytest.fixture(scope="module")
def scored(stack: Stack) -> Stack:
    """A stack with the scores of one answer: 0.5 s and 3 s after it ended."""
    row = {
        "session": "s-panels", "question": 1, "attempt": 1, "epoch": 1, "v": 1, "at": NOW,
        "language": "en", "policy": "practice", "formula_version": "f1", "gaze": 80.0,
        "total": 80.0, "started_at": NOW - timedelta(seconds=60), "ended_at": NOW,
    }  # fmt: skip
    stages = [
        row | {"stage": stage, "seq": seq, "evidence": 10 + seq, "inserted_at": NOW + late}
        for seq, (stage, late) in enumerate(
            [("behaviour", timedelta(seconds=0.5)), ("final", timedelta(seconds=3))]
        )
    ]
    with clickhouse_connect.get_client(**stack.clickhouse_client(writer=True)) as client:
        for each in stages:
            client.insert("question_scores", [list(each.values())], list(each), database="viva")
    return stack


def filled(sql: str) -> str:
    """Fill in Grafana's macros as its ClickHouse plugin does."""
    since = int((NOW - timedelta(hours=1)).timestamp())
    until = int((NOW + timedelta(hours=1)).timestamp())
    for column in ("visible_at", "last_answer_at"):
        sql = sql.replace(
            f"$__timeFilter({column})",
            f"{column} >= toDateTime({since}) AND {column} <= toDateTime({until})",
        )
    assert "$__" not in sql
    return sql


def rows(stack: Stack, query: Query) -> list[dict[str, Any]]:
    with clickhouse_connect.get_client(**stack.clickhouse_client()) as client:
        return list(client.query(filled(query.text)).named_results())


@pytest.mark.parametrize("query", queries("clickhouse"), ids=lambda query: query.title)
def test_panel_shows_the_scores(scored: Stack, query: Query) -> None:
    assert rows(scored, query)


def test_lag_panel_shows_each_stage(scored: Stack) -> None:
    query = next(each for each in queries("clickhouse") if "as ClickHouse saw it" in each.title)
    lags = {row["series"]: row["lag"] for row in rows(scored, query)}
    assert lags == {
        "behaviour p50": 0.5, "behaviour p95": 0.5, "final p50": 3.0, "final p95": 3.0
    }  # fmt: skip


def test_slowest_panel_begins_with_the_slowest(scored: Stack) -> None:
    query = next(each for each in queries("clickhouse") if each.title == "Slowest scores")
    assert [(row["stage"], row["lag_s"]) for row in rows(scored, query)] == [
        ("final", 3.0),
        ("behaviour", 0.5),
    ]


async def topics_of(bootstrap: str) -> set[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return set(await admin.list_topics())
    finally:
        await admin.close()


def prepare(stack: Stack, **changed: str) -> subprocess.CompletedProcess[str]:
    access = stack.clickhouse_client(writer=True)
    environment = {
        "VIVA_KAFKA_BOOTSTRAP": stack.bootstrap,
        **{f"VIVA_CLICKHOUSE_{name.upper()}": str(value) for name, value in access.items()},
        **changed,
    }
    return subprocess.run(
        [sys.executable, "-m", "deploy.compose.prepare"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_prepare_makes_topics_and_tables_and_may_be_repeated(stack: Stack) -> None:
    prefix, database = f"p{uuid.uuid4().hex[:8]}.", f"p{uuid.uuid4().hex[:8]}"
    for _ in range(2):
        done = prepare(stack, VIVA_KAFKA_TOPIC_PREFIX=prefix, VIVA_CLICKHOUSE_DATABASE=database)
        assert done.returncode == 0, done.stderr
    wanted = {KafkaSettings(topic_prefix=prefix).physical(topic) for topic in TOPICS}
    assert wanted <= asyncio.run(topics_of(stack.bootstrap))
    with clickhouse_connect.get_client(**stack.clickhouse_client(writer=True)) as client:
        names = client.query(f"SELECT name FROM {database}.{HISTORY} ORDER BY name").result_rows
    assert [name for (name,) in names] == [each.name for each in migrations()]


def test_prepare_says_in_a_line_that_the_password_is_wrong(stack: Stack) -> None:
    done = prepare(stack, VIVA_CLICKHOUSE_PASSWORD="wrong")
    assert done.returncode == 1
    assert "viva_writer" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
