from __future__ import annotations

import asyncio

import pytest

from streams.runtime.precedence import Precedence


class Model:
    """Answers when it is told to, and knows what it was asked."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.given_up: list[str] = []
        self.may_answer = asyncio.Event()

    async def answer(self, name: str) -> str:
        self.begun.append(name)
        try:
            await self.may_answer.wait()
        except asyncio.CancelledError:
            self.given_up.append(name)
            raise
        return f"{name} answered"


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_was_in_the_way_is_begun_anew_after_what_is_waited_for() -> None:
    model, turns = Model(), Precedence()
    draft = asyncio.create_task(turns.last(lambda: model.answer("draft")))
    await settle()
    assert model.begun == ["draft"]
    question = asyncio.create_task(turns.first(lambda: model.answer("question")))
    other = asyncio.create_task(turns.first(lambda: model.answer("other")))
    late = asyncio.create_task(turns.last(lambda: model.answer("late")))
    await settle()
    assert model.given_up == ["draft"]
    assert model.begun == ["draft", "question", "other"]
    model.may_answer.set()
    assert await asyncio.gather(question, other, draft, late) == [
        f"{name} answered" for name in ("question", "other", "draft", "late")
    ]
    assert sorted(model.begun[3:]) == ["draft", "late"]


async def test_no_draft_comes_between_two_tries_of_a_question() -> None:
    turns, told = Precedence(), []

    async def answer(name: str) -> None:
        told.append(f"{name} begins")
        await settle()
        told.append(f"{name} ends")

    async def two_tries() -> None:
        await turns.first(lambda: answer("one"))
        await turns.first(lambda: answer("two"))

    question = asyncio.create_task(two_tries())
    await asyncio.sleep(0)
    await asyncio.gather(question, turns.last(lambda: answer("draft")))
    order = [f"{name} {what}" for name in ("one", "two", "draft") for what in ("begins", "ends")]
    assert told == order


async def test_a_failure_is_raised_and_lets_the_others_by() -> None:
    turns = Precedence()

    async def fails() -> None:
        raise LookupError("nothing there")

    for way in (turns.first, turns.last):
        with pytest.raises(LookupError, match="nothing there"):
            await way(fails)
    model = Model()
    model.may_answer.set()
    assert await turns.last(lambda: model.answer("draft")) == "draft answered"


async def test_who_is_given_up_ends_what_it_had_begun() -> None:
    model, turns = Model(), Precedence()
    draft = asyncio.create_task(turns.last(lambda: model.answer("draft")))
    await settle()
    assert model.begun == ["draft"]
    draft.cancel()
    with pytest.raises(asyncio.CancelledError):
        await draft
    assert model.given_up == ["draft"]
