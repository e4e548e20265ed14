"""A second member of a process's consumer group, beside the stack's own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import aiohttp
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.local.guard import Guard
from deploy.local.ports import free_port
from deploy.local.processes import ask, module_command
from deploy.local.settings import CHECKOUT
from deploy.local.stack import Stack
from streams.runtime.client import client_arguments


class Member:
    """One more process of ``name``. The guard ends it if we are killed."""

    def __init__(self, stack: Stack, name: str, folder: Path, guard: Guard) -> None:
        self._stack = stack
        self._name = name
        self._guard = guard
        self._port = free_port()
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        env = self._stack.env(self._name) | {
            "VIVA_KAFKA_INSTANCE_ID": f"{self._name}-1",
            "VIVA_HEALTH_PORT": str(self._port),
            "VIVA_DATA_DIR": str(self._folder),
        }
        with (self._folder / f"{self._name}-1.log").open("ab") as log:
            self._child = subprocess.Popen(
                module_command(self._name), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=env, cwd=CHECKOUT, start_new_session=True,
            )  # fmt: skip
        self._guard.watch(self._child.pid)

    async def wait_ready(self) -> None:
        """Wait until it says that it is ready; for a dead one in vain.

        Raises:
            RuntimeError: it ended.
        """
        async with aiohttp.ClientSession() as http:
            while True:
                if self._child is None or self._child.poll() is not None:
                    raise RuntimeError(f"the second {self._name} ended by itself")
                if (await ask(http, f"http://127.0.0.1:{self._port}/readyz")).ready:
                    return
                await asyncio.sleep(0.2)

    async def leave(self, number: int) -> None:
        """Send the signal ``number`` and wait for its end; what is left of it is killed."""
        if self._child is None:
            return
        with suppress(ProcessLookupError):
            self._child.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(self._child.wait, 15)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        await asyncio.to_thread(self._child.wait)
        self._guard.forget(self._child.pid)
        self._child = None


async def is_settled(stack: Stack, name: str) -> bool:
    """Whether the group of ``name`` is stable and has the stack's own member alone."""
    admin = AIOKafkaAdminClient(**client_arguments(stack.kafka), request_timeout_ms=5_000)
    try:
        await admin.start()
        for response in await admin.describe_consumer_groups([stack.kafka.group(name)]):
            for _, _, state, _, _, members, *_ in response.groups:
                if state == "Stable" and len(members) == 1:
                    return True
    except (KafkaError, OSError):
        return False
    finally:
        await admin.close()
    return False
