"""The engine `openai` against servers that behave, and that do not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from pydantic import SecretStr

from schemas.settings import EmbeddingSettings
from workers.questions.embedding.openai import EndpointEmbedder
from workers.questions.embedding.service import EmbeddingFailed, Purpose

Reply = Callable[[dict[str, Any]], "web.StreamResponse | None"]
"""None: nothing ever comes."""


def vectors(body: dict[str, Any], dimensions: int = 3) -> dict[str, Any]:
    """Return the body of an answer, the last vector first."""
    data = [
        {
            "object": "embedding",
            "index": n,
            "embedding": [len(text), 1.0, *[0.5] * (dimensions - 2)],
        }
        for n, text in enumerate(body["input"])
    ]
    return {"object": "list", "data": data[::-1], "model": body["model"]}


def good(body: dict[str, Any]) -> web.Response:
    return web.json_response(vectors(body))


def status(code: int) -> Reply:
    return lambda _: web.Response(status=code, text="no")


def text(content: str) -> Reply:
    return lambda _: web.Response(text=content, content_type="application/json")


def embedding(value: str) -> Reply:
    """Return a reply whose one vector is the JSON ``value``."""
    return text(f'{{"data": [{{"index": 0, "embedding": {value}}}]}}')


class Server:
    """Answers with the next of ``replies``, the last one for ever."""

    def __init__(self, *replies: Reply) -> None:
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
        said = reply(body)
        if said is None:
            await self.released.wait()
            return web.Response()
        return said


@asynccontextmanager
async def serving(*replies: Reply) -> AsyncIterator[Server]:
    server = Server(*replies)
    app = web.Application()
    app.router.add_post("/v1/embeddings", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.released.set()
        await runner.cleanup()


@asynccontextmanager
async def embedder(
    url: str, rest_s: float = 5.0, **settings: Any
) -> AsyncIterator[EndpointEmbedder]:
    made = EndpointEmbedder(
        EmbeddingSettings(engine="openai", url=url, model="m", **settings), rest_s=rest_s
    )
    try:
        yield made
    finally:
        await made.close()


async def test_vectors_come_back_in_the_order_of_the_texts() -> None:
    async with serving(good) as server, embedder(f"{server.url}/v1") as made:
        found = await made.embed(["a", "bbbb"], Purpose.PASSAGE, within=5)
        assert await made.embed([], Purpose.PASSAGE, within=5) == []
    assert found[0][0] < found[1][0]
    assert server.asked == [{"model": "m", "input": ["a", "bbbb"], "encoding_format": "float"}]
    assert server.authorization == [""]


async def test_prefixes_and_the_key_are_sent() -> None:
    settings = {
        "api_key": SecretStr("secret"), "query_prefix": "query: ", "passage_prefix": "passage: ",
    }  # fmt: skip
    async with serving(good) as server, embedder(server.url, **settings) as made:
        await made.embed(["a"], Purpose.QUERY, within=5)
        await made.embed(["a"], Purpose.PASSAGE, within=5)
    assert [each["input"] for each in server.asked] == [["query: a"], ["passage: a"]]
    assert server.authorization == ["Bearer secret"] * 2


@pytest.mark.parametrize("code", [429, 500, 503])
async def test_a_server_that_stumbles_is_asked_again(code: int) -> None:
    async with serving(status(code), good) as server, embedder(server.url) as made:
        assert len(await made.embed(["a"], Purpose.PASSAGE, within=5)) == 1
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (status(401), "http_4xx"),
        (status(302), "http_other"),
        (text("no json"), "not_json"),
        (text("[" * 100_000), "not_json"),
        (text("[]"), "wrong_shape"),
        (text('{"data": null}'), "wrong_shape"),
        (text('{"data": [1]}'), "wrong_shape"),
        (text('{"data": []}'), "wrong_count"),
        (embedding('"AAAA"'), "wrong_shape"),
        (embedding("[1, NaN]"), "not_finite"),
        (embedding("[0, 0]"), "not_finite"),
        (text(" " * (17 * 1024 * 1024)), "too_large"),
    ],
)
async def test_an_answer_without_vectors_fails_at_once(reply: Reply, reason: str) -> None:
    async with serving(reply) as server, embedder(server.url) as made:
        with pytest.raises(EmbeddingFailed) as caught:
            await made.embed(["a"], Purpose.PASSAGE, within=5)
        assert caught.value.reason == reason
        assert len(server.asked) == 1


async def test_the_number_of_dimensions_may_not_change() -> None:
    def larger(body: dict[str, Any]) -> web.Response:
        return web.json_response(vectors(body, dimensions=5))

    async with serving(good, larger, good) as server, embedder(server.url) as made:
        await made.embed(["a"], Purpose.PASSAGE, within=5)
        with pytest.raises(EmbeddingFailed, match="wrong_dimensions"):
            await made.embed(["b"], Purpose.PASSAGE, within=5)
        assert len(await made.embed(["b"], Purpose.PASSAGE, within=5)) == 1


@pytest.mark.parametrize(
    ("reply", "reason"), [(status(500), "http_5xx"), (lambda _: None, "timeout")]
)
async def test_a_server_that_keeps_failing_is_left_alone_for_a_while(
    reply: Reply, reason: str
) -> None:
    async with serving(reply) as server, embedder(server.url) as made:
        for _ in range(4):
            with pytest.raises(EmbeddingFailed) as caught:
                await made.embed(["a"], Purpose.QUERY, within=0.3)
            assert caught.value.reason == reason
        tries = len(server.asked)
    assert tries <= 3, "only the first call asked"


async def test_after_its_rest_it_is_asked_again() -> None:
    replies = (status(500), status(500), status(500), good)
    async with serving(*replies) as server, embedder(server.url, rest_s=0.0) as made:
        with pytest.raises(EmbeddingFailed):
            await made.embed(["a"], Purpose.PASSAGE, within=5)
        assert len(await made.embed(["a"], Purpose.PASSAGE, within=5)) == 1


async def test_a_server_that_is_away_is_named_and_nothing_raises_when_loading() -> None:
    async with embedder("http://127.0.0.1:9/v1") as made:
        assert "does not answer (unreachable)" in await made.load()


async def test_what_the_server_says_of_itself_reaches_the_log_of_the_start() -> None:
    async with serving(good) as server, embedder(server.url) as made:
        assert json.dumps(await made.load()).endswith('3 dimensions"')
