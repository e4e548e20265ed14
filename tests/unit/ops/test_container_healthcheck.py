"""The check that images run against their own process."""

from __future__ import annotations

import asyncio
import os
import sys

from streams.runtime.health import Health, HealthServer
from tests.support.locks import ROOT


async def checked(port: int) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "deploy" / "compose" / "healthcheck.py"),
        env={**os.environ, "VIVA_HEALTH_PORT": str(port)},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    return process.returncode, said.decode()


async def test_container_is_healthy_when_its_process_is_ready() -> None:
    health = Health("for-the-container-check", "abc123")
    server = HealthServer(health, "127.0.0.1", 0)
    port = await server.start()
    try:
        health.waiting("kafka", "connection refused")
        status, said = await checked(port)
        assert status == 1
        assert "connection refused" in said
        health.arrived("kafka")
        health.ready()
        assert await checked(port) == (0, "")
    finally:
        await server.stop()
    status, said = await checked(port)
    assert status == 1
    assert "no answer" in said
