"""Two gateways on one database: any of them may answer an offer, and one may die for good."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.live.sweeper import Sweeper
from schemas.events import AnswerAbandoned, AnswerEnded, SessionDisconnected
from schemas.ids import now_ms
from schemas.settings import KafkaSettings
from tests.support.candidate import Candidate
from tests.support.gateway import Backend, RunningGateway, gateway_settings, services_of

pytestmark = pytest.mark.integration

Pair = tuple[RunningGateway, RunningGateway]


@pytest.fixture
async def pair(kafka: KafkaSettings, backend: Backend, tmp_path: Path) -> AsyncIterator[Pair]:
    one, two = (
        RunningGateway(services_of(kafka, gateway_settings(slot=slot), tmp_path)) for slot in (0, 1)
    )
    async with one, two:
        await one.wait_ready()
        await two.wait_ready()
        yield one, two


async def answering(gateway: RunningGateway) -> Candidate:
    candidate = Candidate(gateway.url, await gateway.create())
    await candidate.connect()
    await candidate.calibrate()
    assert (await candidate.command("answer.start"))["ok"]
    await asyncio.sleep(0.5)
    return candidate


@pytest.mark.requirement("webrtc-resume")
async def test_a_session_moves_to_the_gateway_that_answers_its_newest_offer(
    pair: Pair, backend: Backend
) -> None:
    one, two = pair
    older = await answering(one)
    newer = Candidate(two.url, {"session": older.session, "token": older.token})
    await newer.connect()
    assert (newer.epoch, newer.snapshot["state"], newer.snapshot["attempt"]) == (2, "asked", 2)
    await older.until(lambda: "superseded" in older.notices)
    await older.until_closed()
    await newer.answer()
    await newer.until(lambda: newer.snapshot["question_text"] == "Question 2?")
    await newer.until(lambda: "1" in newer.snapshot["scores"])
    await newer.close()
    await older.close()
    await backend.until(lambda: bool(backend.of(SessionDisconnected, older.session)))
    # Either gateway may publish what the session has in its outbox: the same event, at least once.
    abandoned = {(e.id, e.attempt, e.epoch) for e in backend.of(AnswerAbandoned, older.session)}
    assert [each[1:] for each in abandoned] == [(1, 1)]
    assert [(e.attempt, e.epoch) for e in backend.of(AnswerEnded, older.session)] == [(2, 2)]
    assert [e.epoch for e in backend.of(SessionDisconnected, older.session)] == [2]


async def test_another_gateways_sweeper_looks_after_one_that_is_gone(
    pair: Pair, backend: Backend
) -> None:
    one, two = pair
    candidate = await answering(one)
    sweeper = Sweeper(two.services, two.app.state.hub)
    await sweeper.sweep()
    assert not backend.of(AnswerAbandoned, candidate.session), "its gateway is alive"
    # As after kill -9: nobody says goodbye and the slot is not heard of any more.
    for connection in list(one.app.state.hub._connections.values()):
        await connection.close()
    one.app.state.hub._connections.clear()
    store = two.services.store
    assert (await store.get(candidate.session)).open is not None
    real = store.silent_slots

    async def silent(_: int) -> set[int]:
        return await real(now_ms() + 60_000) - {1}

    store.silent_slots = silent  # type: ignore[method-assign]
    await sweeper.sweep()
    await backend.until(lambda: bool(backend.of(AnswerAbandoned, candidate.session)))
    assert (await store.get(candidate.session)).open is None
    await candidate.close()
