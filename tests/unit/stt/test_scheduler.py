from __future__ import annotations

import asyncio
import threading

import numpy as np
import pytest

from schemas.language import Language
from tests.support.speech import Samples
from workers.stt.scheduler import Scheduler
from workers.stt.service import Heard


class GatedTranscriber:
    """Hears the first sample's value; holds the first call until the gate opens."""

    device = "cpu"
    description = "gated"

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.calls: list[int] = []
        self.threads: set[int] = set()

    def warm_up(self) -> None: ...

    def transcribe(self, samples: Samples, language: Language) -> Heard:
        self.gate.wait(10)
        self.calls.append(int(samples[0]))
        self.threads.add(threading.get_ident())
        if samples[0] < 0:
            raise RuntimeError("the model failed")
        return Heard(str(samples[0]), (), -0.1, 0.0)


def pack(number: int) -> Samples:
    return np.array([number], np.int16)


async def ask(scheduler: Scheduler, number: int, urgent: bool = False) -> asyncio.Task[Heard]:
    task = asyncio.create_task(scheduler.transcribe(pack(number), Language.ENGLISH, lambda: urgent))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return task


async def test_answers_that_have_ended_go_first_and_otherwise_the_oldest() -> None:
    engine = GatedTranscriber()
    scheduler = Scheduler(engine)
    scheduler.start()
    waits = [await ask(scheduler, 1)]
    await asyncio.sleep(0.05)
    waits += [await ask(scheduler, 2), await ask(scheduler, 3), await ask(scheduler, 4, True)]
    engine.gate.set()
    heard = await asyncio.gather(*waits)
    assert [each.text for each in heard] == ["1", "2", "3", "4"]
    assert engine.calls == [1, 4, 2, 3]
    assert threading.get_ident() not in engine.threads, "the event loop goes on polling"
    await scheduler.stop()


async def test_an_answer_that_ends_while_it_waits_becomes_urgent() -> None:
    engine = GatedTranscriber()
    scheduler = Scheduler(engine)
    scheduler.start()
    ended: set[int] = set()
    waits = [await ask(scheduler, 1)]
    await asyncio.sleep(0.05)
    waits += [
        asyncio.create_task(
            scheduler.transcribe(
                pack(number), Language.ENGLISH, lambda number=number: number in ended
            )
        )
        for number in (2, 3)
    ]
    await asyncio.sleep(0.01)
    ended.add(3)
    engine.gate.set()
    await asyncio.gather(*waits)
    assert engine.calls == [1, 3, 2]
    await scheduler.stop()


async def test_a_failure_reaches_who_asked_and_nobody_else() -> None:
    engine = GatedTranscriber()
    engine.gate.set()
    scheduler = Scheduler(engine)
    scheduler.start()
    bad, good = await ask(scheduler, -1), await ask(scheduler, 5)
    with pytest.raises(RuntimeError, match="the model failed"):
        await bad
    assert (await good).text == "5"
    await scheduler.stop()


async def test_a_full_queue_makes_the_reader_wait() -> None:
    engine = GatedTranscriber()
    scheduler = Scheduler(engine, capacity=2)
    scheduler.start()
    await scheduler.room()
    waits = [await ask(scheduler, number) for number in (1, 2, 3)]
    await asyncio.sleep(0.05)
    room = asyncio.create_task(scheduler.room())
    await asyncio.sleep(0.05)
    assert not room.done()
    engine.gate.set()
    await asyncio.wait_for(room, 5)
    await asyncio.gather(*waits)
    await scheduler.stop()


async def test_who_no_longer_waits_costs_no_call() -> None:
    engine = GatedTranscriber()
    scheduler = Scheduler(engine)
    scheduler.start()
    first = await ask(scheduler, 1)
    await asyncio.sleep(0.05)
    given_up, last = await ask(scheduler, 2), await ask(scheduler, 3)
    given_up.cancel()
    engine.gate.set()
    await asyncio.gather(first, last)
    assert engine.calls == [1, 3]
    await scheduler.stop()
