from __future__ import annotations

import asyncio

import pytest

from tests.unit.questions.embedding.embedders import LETTERS, Letters
from workers.questions.embedding.cache import CachedEmbedder
from workers.questions.embedding.service import EmbeddingFailed, Purpose

SIZE = 4 * len(LETTERS)
"""Bytes of one vector."""


def texts_asked(engine: Letters) -> list[str]:
    return [text for _, texts in engine.asked for text in texts]


async def test_texts_reach_the_engine_in_batches_and_come_back_in_order() -> None:
    engine = Letters(batch=3)
    cache = CachedEmbedder(engine)
    texts = ["a", "b", "c", "d", "e", "f", "g"]
    found = await cache.embed(texts, Purpose.PASSAGE, within=5)
    assert [len(batch) for _, batch in engine.asked] == [3, 3, 1]
    assert [LETTERS[max(range(26), key=vector.__getitem__)] for vector in found] == texts


async def test_a_text_is_asked_once_as_a_query_and_once_as_a_passage() -> None:
    engine = Letters()
    cache = CachedEmbedder(engine)
    for _ in range(3):
        await cache.embed(["kafka", "kafka"], Purpose.PASSAGE, within=5)
        await cache.embed(["kafka"], Purpose.QUERY, within=5)
    assert engine.asked == [(Purpose.PASSAGE, ("kafka",)), (Purpose.QUERY, ("kafka",))]


async def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    engine = Letters()
    cache = CachedEmbedder(engine, most_bytes=2 * SIZE)
    for text in ("one", "two", "one", "three", "one", "two"):
        await cache.embed([text], Purpose.PASSAGE, within=5)
    assert texts_asked(engine) == ["one", "two", "three", "two"]


async def test_more_texts_at_once_than_it_keeps_are_all_answered() -> None:
    cache = CachedEmbedder(Letters(), most_bytes=2 * SIZE)
    assert len(await cache.embed(list("abcdefgh"), Purpose.PASSAGE, within=5)) == 8


async def test_after_a_failure_it_goes_on_where_it_was() -> None:
    engine = Letters(batch=2)
    engine.fail_after = 2
    cache = CachedEmbedder(engine)
    with pytest.raises(EmbeddingFailed):
        await cache.embed(list("abcdef"), Purpose.PASSAGE, within=5)
    engine.fail_after = None
    assert len(await cache.embed(list("abcdef"), Purpose.PASSAGE, within=5)) == 6
    assert [batch for _, batch in engine.asked] == [
        ("a", "b"), ("c", "d"), ("e", "f"), ("e", "f"),
    ]  # fmt: skip


async def test_lines_that_several_ask_for_at_once_are_embedded_once() -> None:
    engine = Letters(batch=2)
    cache = CachedEmbedder(engine)
    engine.pause_s = 0.001
    calls = (cache.embed(list("abcde"), Purpose.PASSAGE, within=5) for _ in range(4))
    found = await asyncio.gather(*calls)
    assert sorted(texts_asked(engine)) == list("abcde")
    assert all(each == found[0] for each in found)


async def test_who_waits_for_its_turn_waits_no_longer_than_it_has_time() -> None:
    engine = Letters()
    cache = CachedEmbedder(engine)
    engine.pause_s = 0.2
    first = asyncio.create_task(cache.embed(["a"], Purpose.PASSAGE, within=5))
    await asyncio.sleep(0)
    with pytest.raises(EmbeddingFailed, match="timeout"):
        await cache.embed(["b"], Purpose.PASSAGE, within=0.01)
    assert len(await first) == 1
    assert len(await cache.embed(["b"], Purpose.PASSAGE, within=5)) == 1
    assert texts_asked(engine) == ["a", "b"]


async def test_without_time_nothing_new_is_asked_but_what_is_known_is_there() -> None:
    engine = Letters()
    cache = CachedEmbedder(engine)
    await cache.embed(["known"], Purpose.PASSAGE, within=5)
    assert len(await cache.embed(["known"], Purpose.PASSAGE, within=0)) == 1
    with pytest.raises(EmbeddingFailed, match="timeout"):
        await cache.embed(["known", "new"], Purpose.PASSAGE, within=0)
    assert texts_asked(engine) == ["known"]
