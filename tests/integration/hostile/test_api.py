"""The gateway's HTTP interface against requests that nobody thought of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.api.middleware import BodyLimit
from tests.support.fuzz_api import Door, fuzz_api
from tests.support.gateway import KEY, RunningGateway
from tests.support.hostile import bearer

pytestmark = pytest.mark.integration


async def test_every_reply_is_one_that_the_description_promises(gateway: RunningGateway) -> None:
    created = await gateway.create()
    door = Door(gateway.url, KEY, created["session"], created["token"])
    outcome = await asyncio.to_thread(fuzz_api, door, 25, 1)
    assert not outcome.findings, "\n".join(outcome.findings[:20])
    assert outcome.records > 200
    assert outcome.accepted > 20


async def test_bodies_of_any_size_and_kind(gateway: RunningGateway) -> None:
    created = await gateway.create()
    limit = 2 * gateway.services.settings.max_offer_bytes
    async with httpx.AsyncClient(base_url=gateway.url, timeout=20) as http:
        for path, token in (("/api/sessions", KEY), ("/rtc/offer", created["token"])):
            headers = bearer(token) | {"Content-Type": "application/json"}
            for body in (
                b"", b"\xff", b"[" * 100_000, b"{" * 100_000, b'{"a":' * 20_000, b"9" * 100_000,
                b'{"session":' + b"9" * 5_000 + b"}", b'"' + b"x" * 100_000 + b'"', b"\x00" * 100,
                b" " * (limit + 1), b"{}" + b" " * (10 * limit),
            ):  # fmt: skip
                reply = await http.post(path, content=body, headers=headers)
                assert reply.status_code in (400, 413, 422), (path, body[:20], reply.text)
                assert reply.json()["error"]["code"] in (
                    "bad_request",
                    "too_large",
                    "invalid_request",
                )
                assert "Traceback" not in reply.text
                if len(body) > limit:
                    assert reply.status_code == 413

            async def endless() -> AsyncIterator[bytes]:
                while True:
                    yield b"x" * 65_536

            try:
                assert (await http.post(path, content=endless(), headers=headers)).is_error
            except httpx.HTTPError:
                continue  # the door was closed while it was still talking
        for headers in ({"X": "y" * 100_000}, {f"X-{n}": "y" for n in range(500)}):
            try:
                assert (await http.get("/healthz", headers=headers)).status_code in (200, 400, 431)
            except httpx.HTTPError:
                continue  # closed without a word is an answer too
        assert (await http.get("/readyz")).status_code == 200


async def test_a_body_that_does_not_come_is_not_waited_for(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, port = gateway.url.removeprefix("http://").split(":")
    limit = gateway.app.middleware_stack
    while not isinstance(limit, BodyLimit):
        limit = limit.app if hasattr(limit, "app") else limit._app
    monkeypatch.setattr(limit, "_seconds", 0.5)
    open_ones = [await asyncio.open_connection(host, int(port)) for _ in range(30)]
    for _, writer in open_ones:
        writer.write(b"POST /rtc/offer HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{")
    for reader, writer in open_ones:
        reply = await asyncio.wait_for(reader.read(), 10)
        assert reply.startswith(b"HTTP/1.1 408")
        assert b"too_slow" in reply
        writer.close()
