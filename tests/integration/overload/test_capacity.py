"""More candidates than places: refused at the door, before anything is built for them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from gateway.live import connection as live_connection
from gateway.rtc.peer import Peer
from gateway.rtc.recorder import LATE_S
from schemas.events import AnswerEnded
from schemas.settings import KafkaSettings
from schemas.topics import Process
from tests.support.candidate import Candidate
from tests.support.fuzz_sdp import OFFERS
from tests.support.gateway import (
    Backend,
    RunningGateway,
    gateway_settings,
    scored,
    services_of,
)
from tests.support.waiting import until
from tests.support.whole import assert_whole

pytestmark = pytest.mark.integration


async def test_those_inside_go_on_and_those_outside_come_in_later(
    gateway: RunningGateway, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = 0

    class Counted(Peer):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            nonlocal built
            built += 1
            super().__init__(*arguments, **named)

    monkeypatch.setattr(live_connection, "Peer", Counted)
    inside = [Candidate(gateway.url, await gateway.create(questions=1)) for _ in range(2)]
    outside = [Candidate(gateway.url, await gateway.create(questions=1)) for _ in range(4)]
    for each in inside:
        await each.connect()
        await each.calibrate()
    for each in inside:
        assert (await each.command("answer.start"))["ok"]

    for _ in range(3):  # a crowd at the door, again and again
        replies = await asyncio.gather(*(each.offer(OFFERS[0]) for each in outside))
        for reply in replies:
            assert (reply.status_code, reply.json()["error"]["code"]) == (503, "capacity")
            assert int(reply.headers["Retry-After"]) > 0
        await asyncio.sleep(0.7)
    assert built == 2

    for each in inside:
        assert (await each.command("answer.end"))["ok"]
    for each in inside:
        await assert_whole(backend, each.session, 1)
    await inside[0].close()
    late = outside[0]

    async def let_in() -> bool:
        return (await late.offer(OFFERS[1])).status_code == 200

    await until(let_in, "a place for who was refused", 20)
    await late.connect()  # its own offer takes the place of that one
    await late.calibrate()
    await late.answer()
    await assert_whole(backend, late.session, 1)
    still = await outside[1].offer(OFFERS[0])
    assert still.status_code == 503
    await late.close()
    await inside[1].close()


async def test_while_scores_are_late_nobody_new_is_taken_and_whoever_is_in_goes_on(
    kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    settings = gateway_settings(max_score_wait_s=1.0)
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        backend.scores = False
        inside = Candidate(gateway.url, await gateway.create(questions=3))
        outside = Candidate(gateway.url, await gateway.create(questions=1))
        await inside.connect()
        await inside.calibrate()
        await inside.answer()
        await asyncio.sleep(1.2)
        assert gateway.services.unscored.longest_s == 0, "one answer alone may be broken"
        await inside.until_state("asked")
        await inside.answer()
        await asyncio.sleep(1.2)
        refused = await outside.offer(OFFERS[0])
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "behind")
        assert int(refused.headers["Retry-After"]) > 0

        await inside.close()
        await inside.connect()  # who has begun may come back
        (_, second) = await _ended(backend, inside.session, 2)
        await backend.publish(Process.AGENT, scored(second, "behaviour"))
        await asyncio.sleep(0.5)
        assert (await outside.offer(OFFERS[0])).status_code == 503, "the final one is due"
        await backend.publish(Process.AGENT, scored(second, "final"))

        async def let_in() -> bool:
            return (await outside.offer(OFFERS[1])).status_code == 200

        await until(let_in, "the door to open", 10)
        await assert_whole(backend, inside.session, 2)
        await inside.close()


async def _ended(backend: Backend, session: str, count: int) -> list[AnswerEnded]:
    await backend.until(lambda: len(backend.of(AnswerEnded, session)) == count)
    return backend.of(AnswerEnded, session)


async def test_a_consumer_that_stands_still_holds_nobody_up(
    gateway: RunningGateway, backend: Backend
) -> None:
    """Kafka keeps what is not read: candidates go on, and nothing is missing later."""
    candidate = Candidate(gateway.url, await gateway.create(questions=1))
    await candidate.connect()
    await candidate.calibrate()
    assert (await candidate.command("answer.start"))["ok"]
    backend._consumer.pause(*backend._consumer.assignment())
    await asyncio.sleep(2)
    hub = gateway.app.state.hub
    assert hub.find(candidate.session).behind_s < LATE_S
    assert (await candidate.command("answer.end"))["ok"]
    another = Candidate(gateway.url, await gateway.create())
    await another.connect()
    backend._consumer.resume(*backend._consumer.assignment())
    await assert_whole(backend, candidate.session, 1)
    await candidate.close()
    await another.close()
