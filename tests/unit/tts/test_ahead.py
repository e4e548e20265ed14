"""The bank is said ahead, and only while nobody waits for a question."""

from __future__ import annotations

import asyncio
from pathlib import Path

from schemas.bank import BANKS, Bank, Entry
from schemas.language import Language
from tests.unit.tts.test_service import Setup, asked
from workers.tts.ahead import say_ahead, texts

SMALL = {
    Language.ENGLISH: Bank(
        (Entry("Who?", "Who, {position}?"),), (Entry("an unsayable one"), Entry("a fault")), ()
    ),
    Language.KOREAN: Bank((), (Entry("왜요?"), Entry("어떻게요?")), (Entry("끝으로요?"),)),
}


async def test_every_question_has_its_clip_before_it_is_asked(tmp_path: Path) -> None:
    setup = Setup(tmp_path)
    await say_ahead(setup.service, idle_s=0, banks=SMALL)
    english, korean = ["Who?", "an unsayable one", "a fault"], ["왜요?", "어떻게요?", "끝으로요?"]
    assert setup.voice.said[::2] == english
    assert setup.voice.said[1::2] == korean
    assert setup.broker.spoken == []
    await setup.service.answer(asked("Who?"), gw=0)
    assert setup.broker.spoken[0].cached
    # What is in the store is not said again.
    await say_ahead(setup.service, idle_s=0, banks=SMALL)
    assert setup.voice.said.count("Who?") == 1


async def test_it_waits_while_questions_come(tmp_path: Path) -> None:
    setup = Setup(tmp_path)
    task = asyncio.create_task(say_ahead(setup.service, idle_s=0.3, banks=SMALL))
    for number in range(5):
        await asyncio.sleep(0.1)
        await setup.service.answer(asked(f"Question {number}?"), gw=0)
    assert [each for each in setup.voice.said if not each.startswith("Question")] == []
    await task
    assert "끝으로요?" in setup.voice.said


def test_the_bank_has_all_its_questions_in_the_list() -> None:
    found = list(texts(BANKS))
    assert len(found) == sum(len(bank.all) for bank in BANKS.values())
    assert {language for language, _ in found[:2]} == set(BANKS)
