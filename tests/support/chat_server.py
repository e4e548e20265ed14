"""A chat server that behaves, or misbehaves on purpose."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Reply = Callable[[dict[str, Any]], "str | bytes | web.StreamResponse | None"]
"""From a request's body to the content of the answer, the bytes of the whole body, a response, or
None: nothing ever comes."""


class ChatServer:
    """Answers with the next of ``replies``, the last one for ever; keeps what it was asked."""

    def __init__(self, *replies: Reply | str | bytes) -> None:
        self.replies = list(replies)
        self.asked: list[dict[str, Any]] = []
        self.authorization: list[str] = []
        self.released = asyncio.Event()
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(body)
        self.authorization.append(request.headers.get("Authorization", ""))
        reply = self.replies[0] if len(self.replies) == 1 else self.replies.pop(0)
        said = reply(body) if callable(reply) else reply
        if isinstance(said, web.StreamResponse):
            return said
        if isinstance(said, bytes):
            return web.Response(body=said, content_type="application/json")
        if said is None:
            await self.released.wait()
        return web.json_response(completion(said or ""))


class Reset(ChatServer):
    """Closes every connection without an answer."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()


class Late(ChatServer):
    """Takes half a second."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return await super().answer(request)


class HalfWay(ChatServer):
    """Promises a long body and breaks off."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "5000"})
        await response.prepare(request)
        await response.write(b'{"choices": [')
        assert request.transport is not None
        request.transport.abort()
        return response


class Endless(ChatServer):
    """Sends more than anybody should read."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(64):
            await response.write(b" " * 16_384)
        return response


def completion(content: object, finish: str = "stop") -> dict[str, Any]:
    """Return the body of a chat completion."""
    message = {"role": "assistant", "content": content}
    return {"object": "chat.completion", "choices": [{"message": message, "finish_reason": finish}]}


def drafted(question: str, quote: str) -> str:
    """Return the content that the schema asks for."""
    return json.dumps({"quote": quote, "question": question}, ensure_ascii=False)


def status(code: int) -> Reply:
    """Return a reply with an HTTP status."""
    return lambda _: web.Response(status=code, text="no")


def silence(_: dict[str, Any]) -> None:
    """Never answer."""


@asynccontextmanager
async def serving(server: ChatServer, port: int = 0) -> AsyncIterator[ChatServer]:
    """Run ``server`` on ``port``; 0 takes a free one."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.released.set()
        await runner.cleanup()
