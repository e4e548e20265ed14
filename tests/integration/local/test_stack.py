"""The stack as tests use it: parts of it, two at once, crashes, and nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import clickhouse_connect
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local import state
from deploy.local.errors import LocalError
from deploy.local.settings import CHECKOUT
from deploy.local.stack import Stack
from schemas.topics import TOPICS, Topic

pytestmark = pytest.mark.integration


async def insert_until_killed(stack: Stack, kills: int) -> tuple[int, int]:
    """Insert rows one batch after the other while ClickHouse is killed; return acked and found."""
    arguments = stack.clickhouse_client(writer=True)

    def connect() -> clickhouse_connect.driver.client.Client:
        deadline = time.monotonic() + 90
        while True:
            try:
                return clickhouse_connect.get_client(**arguments)
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    client = connect()
    client.command("CREATE TABLE viva.killed (n UInt64) ENGINE = MergeTree ORDER BY n")
    acknowledged: set[int] = set()
    stop = asyncio.Event()

    def insert() -> None:
        nonlocal client
        number = 0
        while not stop.is_set():
            number += 1
            try:
                client.insert("viva.killed", [[number]], column_names=["n"])
            except Exception:
                client = connect()
            else:
                acknowledged.add(number)

    inserting = asyncio.create_task(asyncio.to_thread(insert))
    for _ in range(kills):
        await asyncio.sleep(0.5)
        stack.kill("clickhouse", signal.SIGKILL)
        await asyncio.sleep(0.3)
        await stack.wait_ready("clickhouse", 90)
    await asyncio.sleep(0.5)
    stop.set()
    await inserting
    found = {row[0] for row in connect().query("SELECT n FROM viva.killed").result_rows}
    return len(acknowledged), len(acknowledged & found)


async def test_rows_acknowledged_before_kill_9_are_there_after_it() -> None:
    async with Stack(only=["clickhouse"]) as stack:
        acknowledged, found = await insert_until_killed(stack, kills=2)
        assert stack.process("clickhouse").restarts == 2
    assert acknowledged > 3
    assert found == acknowledged


async def test_two_stacks_at_once_keep_what_is_theirs(tmp_path: Path) -> None:
    async with Stack(tmp_path / "a", only=["kafka"]) as one, Stack(only=["kafka"]) as two:
        assert one.bootstrap != two.bootstrap
        for stack, value in ((one, b"one"), (two, b"two")):
            async with AIOKafkaProducer(bootstrap_servers=stack.bootstrap) as producer:
                await producer.send_and_wait(Topic.EVENTS.value, value, key=b"k")
        one.kill("kafka")
        await asyncio.sleep(0.5)
        await one.wait_ready("kafka", 90)
        async with AIOKafkaConsumer(
            Topic.EVENTS.value, bootstrap_servers=one.bootstrap, auto_offset_reset="earliest"
        ) as consumer:
            record = await asyncio.wait_for(consumer.getone(), 20)
        assert record.value == b"one", "an acknowledged record outlives kill -9"
        admin = AIOKafkaAdminClient(bootstrap_servers=two.bootstrap)
        await admin.start()
        described = await admin.describe_topics([topic.value for topic in TOPICS])
        await admin.close()
        assert {each["topic"]: len(each["partitions"]) for each in described} == {
            spec.topic.value: spec.partitions for spec in TOPICS.values()
        }
    secrets = tmp_path / "a" / "secrets.json"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert not two.data_dir.exists()
    left = state.read(tmp_path / "a" / "state.json")
    assert left is not None
    assert not any(state.is_alive(each.pid, each.created) for each in left.processes.values())


async def test_one_data_directory_has_one_stack(tmp_path: Path) -> None:
    async with Stack(tmp_path, only=["clickhouse"]):
        with pytest.raises(LocalError, match="already runs"):
            async with Stack(tmp_path, only=["clickhouse"]):
                pass


async def test_a_process_that_cannot_start_is_named_with_its_last_words(tmp_path: Path) -> None:
    broken = {"clickhouse": {"VIVA_CLICKHOUSE_READERS": "many"}}
    with pytest.raises(LocalError, match=r"(?s)clickhouse ended with 1.*readers.*clickhouse\.log"):
        async with Stack(tmp_path, only=["clickhouse"], env=broken):
            pass
    left = state.read(tmp_path / "state.json")
    assert left is not None
    assert left.phase == "stopped"
    assert "clickhouse" in left.error


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import asyncio, pathlib, sys\n"
        "from deploy.local.stack import Stack\n"
        "async def main():\n"
        "    async with Stack(pathlib.Path(sys.argv[1]), only=['kafka', 'clickhouse']):\n"
        "        print('up', flush=True)\n"
        "        await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, cwd=CHECKOUT
    ) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == b"up\n"
        running = state.read(tmp_path / "state.json")
        assert running is not None
        pids = [each.pid for each in running.processes.values()]
        assert all(psutil.pid_exists(pid) for pid in pids)
        os.kill(supervisor.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(state.is_alive(p.pid, p.created) for p in running.processes.values()):
        assert time.monotonic() < deadline, "a process was left behind"
        time.sleep(0.1)
