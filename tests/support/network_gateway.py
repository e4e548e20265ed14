"""A gateway process inside a network namespace, its Kafka outside."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

import httpx

from schemas.settings import KafkaSettings
from tests.support.gateway import KEY, create_session
from tests.support.network import Namespace

PORT = 8080
"""The gateway's HTTP port: the namespace is its own, so any will do."""


class Relay:
    """Passes TCP connections to ``port`` of ``host`` in one namespace on to another place.

    ``to`` is where the connections go on from: a namespace, or None for the test's own network.
    """

    def __init__(
        self, place: Namespace, host: str, port: int, to: Namespace | None, target: tuple[str, int]
    ) -> None:
        self._target = target
        self._own = Looping() if to is None else None
        where = to or self._own
        assert where is not None
        self._loop = where.loop
        self._joined: set[asyncio.Task[None]] = set()
        listener = place.call(lambda: socket.create_server((host, port)))
        asyncio.run_coroutine_threadsafe(self._listen(listener), self._loop).result(10)

    async def _listen(self, listener: socket.socket) -> None:
        self._server = await asyncio.start_server(self._join, sock=listener)

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._joined.add(task)
        task.add_done_callback(self._joined.discard)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))

    async def _end(self) -> None:
        self._server.close()
        joined = set(self._joined)
        for task in joined:
            task.cancel()
        await asyncio.gather(*joined, return_exceptions=True)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        if self._own is not None:
            self._own.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Looping:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


def kafka_in(place: Namespace, bootstrap: str) -> Relay:
    """Return a relay by which ``place`` finds the broker where it says it is: on 127.0.0.1."""
    port = int(bootstrap.rpartition(":")[2])
    return Relay(place, "127.0.0.1", port, None, ("127.0.0.1", port))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        with contextlib.suppress(OSError):
            writer.close()


class GatewayThere:
    """``python -m gateway.app`` in a namespace; may be killed and started again."""

    def __init__(self, place: Namespace, kafka: KafkaSettings, folder: Path, **more: str) -> None:
        self.place = place
        self._log = folder / "gateway.log"
        self._env = {
            **os.environ,
            "VIVA_DATA_DIR": str(folder),
            "VIVA_KAFKA_BOOTSTRAP": kafka.bootstrap,
            "VIVA_KAFKA_TOPIC_PREFIX": kafka.topic_prefix,
            "VIVA_GATEWAY_HOST": "0.0.0.0",
            "VIVA_GATEWAY_PORT": str(PORT),
            "VIVA_GATEWAY_API_KEY": KEY,
            "VIVA_GATEWAY_TOKEN_SECRET": "0123456789abcdef" * 2,
            "VIVA_GATEWAY_CALIBRATION_S": "1",
            **more,
        }
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, **more: str) -> None:
        """Start with these settings on top, and wait until it is ready."""
        self._process = self.place.start(
            sys.executable, "-m", "gateway.app", log=self._log, env={**self._env, **more}
        )
        await self.place.inside(self._ready(self._process))

    async def _ready(self, process: subprocess.Popen[bytes]) -> None:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}") as http:
            async with asyncio.timeout(180):
                while True:
                    assert process.poll() is None, self.said[-2_000:]
                    with contextlib.suppress(httpx.TransportError):
                        if (await http.get("/readyz")).status_code == 200:
                            return
                    await asyncio.sleep(0.1)

    def kill(self) -> None:
        """As ``kill -9``."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(10)

    def stop(self) -> None:
        """Stop in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)

    @property
    def said(self) -> str:
        """The log."""
        return self._log.read_text() if self._log.exists() else ""

    async def create(self, **body: Any) -> dict[str, Any]:
        """Create a session."""
        return await self.place.inside(create_session(f"http://127.0.0.1:{PORT}", **body))

    async def snapshot(self, session: str, token: str) -> dict[str, Any]:
        """Return what the gateway knows of an interview."""
        return await self.place.inside(self._get(f"/api/sessions/{session}", token))

    async def _get(self, path: str, token: str) -> dict[str, Any]:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{PORT}") as http:
            reply = await http.get(path, headers={"Authorization": f"Bearer {token}"})
            return dict(reply.json())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
