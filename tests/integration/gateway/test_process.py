"""The gateway as a process of its own: starts, says what is wrong, stops cleanly."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import sys
from pathlib import Path

import httpx
import pytest

from deploy.local.certificate import own
from schemas.settings import KafkaSettings
from tests.support.gateway import KEY

pytestmark = pytest.mark.integration


def environment(kafka: KafkaSettings, folder: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "VIVA_DATA_DIR": str(folder),
        "VIVA_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "VIVA_KAFKA_TOPIC_PREFIX": kafka.topic_prefix,
        "VIVA_GATEWAY_PORT": "0",
        "VIVA_GATEWAY_API_KEY": KEY,
        "VIVA_GATEWAY_TOKEN_SECRET": "0123456789abcdef" * 2,
        **more,
    }


async def start(env: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "gateway.app", env=env, stderr=asyncio.subprocess.PIPE
    )


async def port_of(process: asyncio.subprocess.Process, scheme: str = "http") -> int:
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while line := await process.stderr.readline():
            said = json.loads(line)
            if said["message"] == "listening" and said["scheme"] == scheme:
                return int(said["port"])
    raise AssertionError("the gateway does not listen")


async def ready(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while (await http.get("/readyz")).status_code != 200:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def ends_in_order(process: asyncio.subprocess.Process) -> None:
    """Ask it to end; it must do so without a complaint."""
    process.send_signal(signal.SIGTERM)
    assert process.stderr is not None
    rest = await asyncio.wait_for(process.stderr.read(), 10)
    assert await process.wait() == 0
    assert b'"level": "ERROR"' not in rest, rest.decode()


async def test_it_starts_serves_and_stops_on_sigterm(kafka: KafkaSettings, tmp_path: Path) -> None:
    process = await start(environment(kafka, tmp_path))
    try:
        port = await port_of(process)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
            await ready(http)
            reply = await http.post(
                "/api/sessions", headers={"Authorization": f"Bearer {KEY}"}, json={"language": "ko"}
            )
            assert reply.status_code == 201
            token = reply.json()["token"]
            path = f"/api/sessions/{reply.json()['session']}"
            shown = await http.get(path, headers={"Authorization": f"Bearer {token}"})
            assert shown.json()["language"] == "ko"
        await ends_in_order(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_https_is_served_beside_http_and_one_signal_ends_both(
    kafka: KafkaSettings, tmp_path: Path
) -> None:
    made = own(tmp_path / "tls", ["localhost"], ["127.0.0.1"])
    secure = {
        "VIVA_GATEWAY_TLS_CERT": str(made.cert),
        "VIVA_GATEWAY_TLS_KEY": str(made.key),
        "VIVA_GATEWAY_TLS_HOST": "127.0.0.1",
        "VIVA_GATEWAY_TLS_PORT": "0",
    }
    process = await start(environment(kafka, tmp_path, **secure))
    try:
        plain, port = await port_of(process), await port_of(process, "https")
        trusting = ssl.create_default_context(cafile=str(made.cert))
        async with (
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{plain}") as http,
            httpx.AsyncClient(base_url=f"https://127.0.0.1:{port}", verify=trusting) as https,
        ):
            await ready(http)
            wish = {"email": "a@example.org", "name": "A", "password": "nobody guesses this"}
            cookies = []
            for client in (https, http):
                assert (await client.get("/readyz")).status_code == 200
                account = {**wish, "email": f"{client.base_url.port}@example.org"}
                origin = {"Origin": str(client.base_url).rstrip("/")}
                reply = await client.post("/api/accounts/sign-up", json=account, headers=origin)
                assert reply.status_code == 201, reply.text
                cookies.append("secure" in reply.headers["set-cookie"].lower())
            assert cookies == [True, False]
            await https.aclose()  # else it would not answer when TLS is closed, as browsers do
            await ends_in_order(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_key_of_another_certificate_is_one_line(
    kafka: KafkaSettings, tmp_path: Path
) -> None:
    one, other = (own(tmp_path / name, ["localhost"], []) for name in ("one", "other"))
    pair = {"VIVA_GATEWAY_TLS_CERT": str(one.cert), "VIVA_GATEWAY_TLS_KEY": str(other.key)}
    process = await start(environment(kafka, tmp_path, **pair))
    _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    (line,) = said.decode().splitlines()
    assert "VIVA_GATEWAY_TLS_KEY" in line
    assert "is not the key of the certificate" in line


async def test_a_taken_port_is_named(kafka: KafkaSettings, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = await start(environment(kafka, tmp_path, VIVA_GATEWAY_PORT=port))
        _, said = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    (line,) = said.splitlines()
    assert "VIVA_GATEWAY_PORT" in json.loads(line)["reason"]
