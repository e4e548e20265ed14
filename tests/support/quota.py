"""A broker's own brake: so many bytes a second that each producer may send."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.local import jars, kafka
from deploy.local.settings import LocalSettings


@asynccontextmanager
async def bytes_a_second(bootstrap: str, rate: int) -> AsyncIterator[None]:
    """Hold every client of the broker to ``rate`` bytes a second while the block runs."""
    await _configure(bootstrap, "--add-config", f"producer_byte_rate={rate}")
    try:
        yield
    finally:
        await _configure(bootstrap, "--delete-config", "producer_byte_rate")


async def _configure(bootstrap: str, *change: str) -> None:
    classpath = await asyncio.to_thread(jars.fetch, LocalSettings().jars)
    command = [
        str(kafka.java()), *kafka.JVM, "-cp", ":".join(str(each) for each in classpath),
        "kafka.admin.ConfigCommand", "--bootstrap-server", bootstrap, "--alter", *change,
        "--entity-type", "clients", "--entity-default",
    ]  # fmt: skip
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
