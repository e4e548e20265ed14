"""The worker around an engine: clips, failures, turns, the store."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import pytest

from schemas.events import (
    Event,
    QuestionAsked,
    QuestionDrafted,
    QuestionSpoken,
    SessionConnected,
    SessionEnded,
)
from schemas.language import Language
from schemas.topics import Process, Topic
from streams.runtime.codec import DecodeError, encode
from streams.runtime.consumer import Partition, PromptService
from streams.runtime.health import Health
from streams.runtime.objects import FolderStore
from streams.runtime.record import Record
from streams.runtime.requests import Requests
from streams.runtime.turns import Turns
from tests.unit.tts.sounds import tone
from workers.tts.ogg import length_ms
from workers.tts.piper import _line
from workers.tts.service import SpeakingService, SpeechFailed
from workers.tts.sound import Speech


class Voice:
    """An engine whose speech is a tone; says what it was asked and how many at once."""

    name: Literal["piper"] = "piper"
    voice, device, model = "tone", "cpu", "0"

    def __init__(self) -> None:
        self.said: list[str] = []
        self.at_once = self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self) -> str:
        return "a tone"

    async def speak(self, text: str) -> Speech:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
            await asyncio.sleep(0)
        finally:
            self.at_once -= 1
        self.said.append(text)
        if "unsayable" in text:
            raise SpeechFailed("the tongue is in a knot")
        if "fault" in text:
            raise RuntimeError("a fault of ours")
        return tone(0.5, level=0.0 if "silent" in text else 0.1)

    async def close(self) -> None:
        pass


class Broker:
    """A producer and dead letters that keep what they are given."""

    def __init__(self) -> None:
        self.spoken: list[QuestionSpoken] = []
        self.slots: list[int] = []
        self.came = asyncio.Event()
        self.aside: list[str] = []

    async def publish(self, event: Event, *, gw: int) -> None:
        assert isinstance(event, QuestionSpoken)
        self.spoken.append(event)
        self.slots.append(gw)
        self.came.set()

    async def put(self, record: Record, reason: str) -> None:
        self.aside.append(reason)


class Setup:
    def __init__(self, folder: Path, deadline_s: float = 30.0) -> None:
        self.voice, self.broker, self.store = Voice(), Broker(), FolderStore(folder)
        self.service = SpeakingService(
            dict.fromkeys(Language, self.voice),
            self.store,
            self.broker,  # type: ignore[arg-type]
            deadline_s=deadline_s,
        )


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


def asked(text: str = "Who are you?", session: str = "s", question: int = 2) -> QuestionAsked:
    return QuestionAsked(
        session=session, question=question, attempt=1, epoch=3, seq=4, at=5,
        language=Language.ENGLISH, text=text, engine="bank", source="bank",
    )  # fmt: skip


def record(event: Event, offset: int = 0, value: bytes | None = None) -> Record:
    key, encoded, headers = encode(event, gw=1)
    return Record(Topic.EVENTS, 0, offset, key, value or encoded, tuple(headers))


async def test_a_question_is_spoken_under_its_own_numbers(setup: Setup) -> None:
    await setup.service.answer(asked(), gw=6)
    (event,) = setup.broker.spoken
    assert event.id == "s:2:1:3:question.spoken:4"
    assert (event.at, event.engine, event.voice, event.language) == (5, "piper", "tone", "en")
    assert (event.failure, event.cached) == ("", False)
    assert setup.broker.slots == [6]
    clip = await setup.store.get(event.clip)
    assert clip is not None
    assert event.duration_ms == length_ms(clip) > 400


async def test_the_same_text_is_said_once_for_everybody(setup: Setup, tmp_path: Path) -> None:
    first = await setup.service.spoken(asked(session="one"))
    second = await setup.service.spoken(asked("Who  are you?", session="two"))
    again = await Setup(tmp_path).service.spoken(asked(session="restarted"))
    assert setup.voice.said == ["Who are you?"]
    assert first.clip == second.clip == again.clip
    assert [first.cached, second.cached, again.cached] == [False, True, True]
    assert first.duration_ms == second.duration_ms


async def test_two_who_ask_the_same_at_once_wait_for_one_clip(setup: Setup) -> None:
    found = await asyncio.gather(*(setup.service.spoken(asked(session=f"s{n}")) for n in range(4)))
    assert setup.voice.said == ["Who are you?"]
    assert len({each.clip for each in found}) == 1


async def test_one_text_at_a_time(setup: Setup) -> None:
    await asyncio.gather(*(setup.service.spoken(asked(f"Number {n}?")) for n in range(5)))
    assert len(setup.voice.said) == 5
    assert setup.voice.most_at_once == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("unsayable", "the tongue is in a knot"),
        ("a fault", "a fault of ours"),
        ("silent", "no sound"),
        ("?!…", "nothing to say"),
    ],
)
async def test_what_cannot_be_said_is_told_with_its_reason(
    setup: Setup, text: str, reason: str
) -> None:
    await setup.service.answer(asked(text), gw=0)
    await setup.service.answer(asked(), gw=0)
    failed, fine = setup.broker.spoken
    assert (failed.clip, failed.duration_ms) == ("", 0)
    assert reason in failed.failure
    assert fine.clip


async def test_what_takes_too_long_is_given_up(tmp_path: Path) -> None:
    setup = Setup(tmp_path, deadline_s=0.5)
    setup.voice.gate.clear()
    first, second = await asyncio.gather(
        setup.service.spoken(asked("One?")), setup.service.spoken(asked("Two?"))
    )
    assert "longer than 0.5 s" in first.failure
    assert "longer than 0.5 s" in second.failure, "its turn never came"
    assert setup.voice.at_once == 1, "what has begun is finished"
    setup.voice.gate.set()
    again = await setup.service.spoken(asked("One?"))
    assert again.clip
    await asyncio.sleep(0.5)
    assert setup.voice.said == ["One?"], "said once, and nobody waited for the second any more"


async def test_what_is_in_the_making_ends_with_the_worker(setup: Setup) -> None:
    setup.voice.gate.clear()
    waiting = asyncio.create_task(setup.service.spoken(asked()))
    await asyncio.sleep(0.02)
    await setup.service.close()
    await asyncio.wait({waiting})
    assert setup.voice.at_once == 0


async def test_a_store_that_fails_costs_the_clip_only(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / "clips").write_bytes(b"a file where the folder should be")
    event = await setup.service.spoken(asked())
    assert event.clip == ""
    assert event.failure.startswith("the object store")


async def test_a_broken_clip_in_the_store_is_made_anew(setup: Setup) -> None:
    first = await setup.service.spoken(asked())
    await setup.store.put(first.clip, b"rubbish")
    again = await setup.service.spoken(asked())
    assert (again.clip, again.cached) == (first.clip, False)
    assert await setup.store.get(first.clip) != b"rubbish"


def together(setup: Setup) -> Requests[QuestionAsked | QuestionDrafted | SessionEnded]:
    return Requests(
        setup.service,
        (QuestionAsked, QuestionDrafted, SessionEnded),
        dead_letters=setup.broker,  # type: ignore[arg-type]
        health=Health(Process.TTS, "test"),
    )


async def test_a_question_in_the_saying_holds_the_commit_and_nobody_else(setup: Setup) -> None:
    service, partition = together(setup), Partition(Topic.EVENTS, 0)
    setup.voice.gate.clear()
    partition.seen(0)
    await service.handle(record(asked()), partition)
    partition.seen(1)
    await service.handle(record(SessionConnected(session="s", at=0), 1), partition)
    assert partition.position == 0
    setup.voice.gate.set()
    await asyncio.wait_for(setup.broker.came.wait(), 5)
    for _ in range(3):
        await asyncio.sleep(0)
    assert partition.position == 2
    await service.stop()


async def test_what_is_revoked_is_given_up_and_not_committed(setup: Setup) -> None:
    service, partition = together(setup), Partition(Topic.EVENTS, 0)
    setup.voice.gate.clear()
    partition.seen(0)
    await service.handle(record(asked()), partition)
    await asyncio.sleep(0.05)  # into the engine
    await service.revoked(partition)
    setup.voice.gate.set()
    await asyncio.sleep(0)
    assert setup.broker.spoken == []
    assert partition.position == 0
    assert (await setup.service.spoken(asked())).clip, "its turn was not kept by the one given up"


async def test_other_types_are_passed_over_and_broken_questions_refused(setup: Setup) -> None:
    service, partition = together(setup), Partition(Topic.EVENTS, 0)
    assert isinstance(service, PromptService)
    assert service.take(record(SessionConnected(session="s", at=0)), partition)
    assert not service.take(record(asked()), partition)
    with pytest.raises(DecodeError):
        await service.handle(record(asked(), value=b"{}"), partition)
    with pytest.raises(DecodeError):
        service.take(Record(Topic.EVENTS, 0, 2, b"s", b"{}", ()), partition)
    assert partition.units == 0


def drafted(text: str, seq: int = 1, session: str = "s") -> QuestionDrafted:
    return QuestionDrafted(
        session=session, question=2, epoch=3, seq=seq, at=5, language=Language.ENGLISH, text=text,
        engine="bank", source="bank",
    )  # fmt: skip


async def test_a_draft_is_said_ahead_and_told_to_nobody(setup: Setup) -> None:
    await setup.service.answer(drafted("Who are you?"), gw=0)
    assert setup.broker.spoken == []
    await setup.service.answer(asked(), gw=0)
    assert [each.cached for each in setup.broker.spoken] == [True]
    assert setup.voice.said == ["Who are you?"]


async def test_a_question_goes_before_drafts_and_of_drafts_the_newest_is_said(setup: Setup) -> None:
    setup.voice.gate.clear()
    work = [asyncio.create_task(setup.service.answer(asked("First?", "other"), gw=0))]
    for number in (1, 2, 3):
        await asyncio.sleep(0.02)
        work.append(asyncio.create_task(setup.service.answer(drafted(f"{number}?", number), gw=0)))
    await asyncio.sleep(0.02)
    work.append(asyncio.create_task(setup.service.answer(asked("Waited for?", "third"), gw=0)))
    await asyncio.sleep(0.02)
    setup.voice.gate.set()
    await asyncio.gather(*work)
    assert setup.voice.said == ["First?", "Waited for?", "3?"]


async def test_a_draft_is_not_said_once_its_session_was_asked(setup: Setup) -> None:
    setup.voice.gate.clear()
    work = [asyncio.create_task(setup.service.answer(asked("First?", "other"), gw=0))]
    await asyncio.sleep(0.02)
    work.append(asyncio.create_task(setup.service.answer(drafted("Maybe?"), gw=0)))
    await asyncio.sleep(0.02)
    work.append(asyncio.create_task(setup.service.answer(asked("Settled?"), gw=0)))
    await asyncio.sleep(0.02)
    setup.voice.gate.set()
    await asyncio.gather(*work)
    assert setup.voice.said == ["First?", "Settled?"]


@pytest.mark.parametrize("text", ["unsayable", "a fault"])
async def test_a_draft_that_cannot_be_said_harms_nothing(setup: Setup, text: str) -> None:
    await setup.service.answer(drafted(text), gw=0)
    await setup.service.answer(asked(), gw=0)
    assert [bool(each.clip) for each in setup.broker.spoken] == [True]


@pytest.mark.parametrize("text", ["Say [[ h@l ]] now", "Say [[[ h@l ]]] now", "[" * 9])
def test_nothing_is_read_as_phonemes(text: str) -> None:
    assert "[[" not in _line(text)


async def test_a_turn_given_up_in_the_queue_is_passed_on() -> None:
    turns, order = Turns(), []

    async def take(name: str, *, last: bool = False) -> None:
        async with turns.turn(last=last):
            order.append(name)
            await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(take(name)) for name in "abc"]
    tasks.append(asyncio.create_task(take("d", last=True)))
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert order == ["a", "c", "d"]
    await take("e")
    assert order[-1] == "e"
