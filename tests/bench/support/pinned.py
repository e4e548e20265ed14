"""One of our processes on chosen cores, started as in production."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psutil
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.ports import free_port
from deploy.local.settings import LocalSettings
from schemas.metrics import Metric
from schemas.settings import KafkaSettings
from tests.support.waiting import until

ROOT = Path(__file__).resolve().parents[3]
CORES = sorted(os.sched_getaffinity(0))
OTHERS, MEASURED = CORES[:-1] or CORES, CORES[-1:]
"""Brokers and servers run on the first cores, what is measured runs on the last one alone."""


@contextmanager
def on_cores(cores: list[int]) -> Iterator[None]:
    """Bind this thread, and what it starts meanwhile, to ``cores``."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Pinned:
    """A process of ours, by default on the measured core."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.pid = process.pid
        self._process = process
        self._port = port
        self._log = log

    async def ready(self, seconds: float = 90.0) -> None:
        """Wait until models are loaded and warm, and partitions are asked for."""

        async def is_ready() -> bool:
            assert self._process.poll() is None, self._log.read_text()[-2000:]
            return bool(json.loads(await self._get("readyz") or "{}").get("ready"))

        await until(is_ready, f"a ready process, see {self._log}", seconds)

    async def count(self, metric: Metric, **labels: str) -> float:
        """Return the sum of a counter's (a histogram's: its count's) samples with ``labels``."""
        names = {metric.name, f"{metric.name}_total", f"{metric.name}_count"}
        return sum(
            sample.value
            for family in text_string_to_metric_families(await self._get("metrics"))
            for sample in family.samples
            if sample.name in names and labels.items() <= sample.labels.items()
        )

    def cpu_s(self) -> float:
        """Return the processor time that it and its children have used."""
        root = psutil.Process(self.pid)
        family = [root, *root.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in family)

    def own_cpu_s(self) -> float:
        """Return the processor time that it has used, without its children."""
        return float(sum(psutil.Process(self.pid).cpu_times()[:2]))

    def leave_to_children(self) -> None:
        """Move it, but not its children, to the other cores."""
        for thread in psutil.Process(self.pid).threads():
            os.sched_setaffinity(thread.id, OTHERS)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop it and its children meanwhile, so that what else is measured has the core alone."""
        root = psutil.Process(self.pid)
        family = [root, *root.children(recursive=True)]
        for each in family:
            each.suspend()
        try:
            yield
        finally:
            for each in family:
                each.resume()

    async def _get(self, path: str) -> str:
        return await asyncio.to_thread(self._read, path)

    def _read(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/{path}", timeout=5) as it:
                return str(it.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.read().decode())
        except OSError:
            return ""

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


@asynccontextmanager
async def running(
    module: str,
    kafka: KafkaSettings,
    settings: Mapping[str, str] | None = None,
    cores: list[int] = MEASURED,
) -> AsyncIterator[Pinned]:
    """Run ``python -m module`` on ``cores`` against ``kafka`` until the block is left."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "VIVA_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "VIVA_KAFKA_TOPIC_PREFIX": kafka.topic_prefix,
            "VIVA_KAFKA_INSTANCE_ID": f"{module}-0",
            "VIVA_KAFKA_SESSION_TIMEOUT_MS": "60000",  # longer than it is ever frozen
            "VIVA_DATA_DIR": folder,
            "VIVA_MODELS_DIR": str(LocalSettings().models),
            "VIVA_HEALTH_PORT": str(port),
            "VIVA_BUILD": "bench",
            **(settings or {}),
        }
        log = Path(folder) / "log"
        pinned = Pinned(_started(module, environment, log, cores), port, log)
        try:
            yield pinned
        finally:
            await asyncio.to_thread(pinned.stop)


def _started(
    module: str, environment: dict[str, str], log: Path, cores: list[int]
) -> subprocess.Popen[bytes]:
    with log.open("ab") as out, on_cores(cores):
        return subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env=environment, stdout=out, stderr=out
        )


def bare(module: str, *arguments: str, settings: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a bare loop as a process of its own on the measured core; return what it prints."""
    with on_cores(MEASURED):
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=os.environ | dict(settings or {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, f"{module} ended with {process.returncode}: {errors[-2000:]!r}"
    return dict(json.loads(out.splitlines()[-1]))
