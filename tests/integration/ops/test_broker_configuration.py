"""The broker configuration that compose mounts starts a real Kafka; only addresses are changed."""

from __future__ import annotations

import asyncio
import subprocess
import time
from pathlib import Path

import pytest

from deploy.local import kafka
from deploy.local.jars import fetch
from deploy.local.ports import free_port
from deploy.local.settings import LocalSettings
from schemas.settings import KafkaSettings
from tests.support.locks import ROOT

SHIPPED = ROOT / "deploy" / "compose" / "kafka" / "server.properties"


@pytest.mark.integration
def test_shipped_configuration_starts_a_broker_that_takes_our_topics(tmp_path: Path) -> None:
    internal, host, controller = free_port(), free_port(), free_port()
    text = SHIPPED.read_text(encoding="utf-8")
    for shipped, here in {
        "kafka:9093": f"127.0.0.1:{controller}",
        "kafka:19092": f"127.0.0.1:{internal}",
        "127.0.0.1:9092": f"127.0.0.1:{host}",
        "INTERNAL://:19092": f"INTERNAL://127.0.0.1:{internal}",
        "HOST://:9092": f"HOST://127.0.0.1:{host}",
        "CONTROLLER://:9093": f"CONTROLLER://127.0.0.1:{controller}",
        "/var/lib/kafka/data": str(tmp_path / "data"),
    }.items():
        assert shipped in text
        text = text.replace(shipped, here)
    properties = tmp_path / "server.properties"
    properties.write_text(text, encoding="utf-8")
    classpath = ":".join(map(str, fetch(LocalSettings().jars)))
    # The heap of a broker on its own: the embedded one's configuration asks for less.
    java = [str(kafka.java()), *kafka.JVM, "-Xms64m", "-Xmx512m", "-cp", classpath]
    subprocess.run(
        [
            *java,
            *("kafka.tools.StorageTool", "format", "-t", "vivaVivaVivaVivaVivaVg"),
            "-c",
            str(properties),
        ],
        check=True,
        capture_output=True,
    )
    with (tmp_path / "log").open("wb") as log:
        broker = subprocess.Popen([*java, "kafka.Kafka", str(properties)], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 60
        while not asyncio.run(kafka.is_up(f"127.0.0.1:{host}")):
            assert broker.poll() is None, (tmp_path / "log").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.2)
        for port in (host, internal):
            asyncio.run(kafka.create_topics(KafkaSettings(bootstrap=f"127.0.0.1:{port}")))
    finally:
        broker.kill()
        broker.wait()
