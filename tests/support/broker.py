"""A real Kafka broker for a test: own folder, free ports, gone afterwards."""

from __future__ import annotations

import asyncio
import subprocess
import time
from pathlib import Path
from typing import Self

from deploy.local import jars, kafka
from deploy.local.ports import free_port
from deploy.local.settings import LocalSettings
from schemas.settings import KafkaSettings


class Broker:
    """One broker process; ``stop`` and ``start`` again keep its records and its port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._controller = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self._port}"

    def settings(self, prefix: str = "", **more: object) -> KafkaSettings:
        """Return settings for this broker; ``prefix`` separates tests on one broker."""
        return KafkaSettings(bootstrap=self.bootstrap, topic_prefix=prefix, **more)

    async def start(self) -> None:
        classpath = await asyncio.to_thread(jars.fetch, LocalSettings().jars)
        command = await asyncio.to_thread(
            kafka.prepare, self._folder, self._port, self._controller, classpath
        )
        self._process = await asyncio.to_thread(self._launch, command)
        deadline = time.monotonic() + 60
        while not await kafka.is_up(self.bootstrap):
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = (self._folder / "kafka.log").read_text()[-2000:]
                raise RuntimeError(f"Kafka did not start: {tail}")
            await asyncio.sleep(0.2)

    def _launch(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "kafka.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log)

    def stop(self, *, kill: bool = False) -> None:
        if self._process is not None:
            if kill:
                self._process.kill()
            else:
                self._process.terminate()
            self._process.wait(30)
            self._process = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop()
