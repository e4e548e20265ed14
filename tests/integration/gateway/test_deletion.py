"""An interview that goes on is deleted: it ends for everybody who has a part in it."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import httpx
import pytest

from gateway.session import deletion
from schemas.events import (
    AnswerAbandoned,
    AnswerStarted,
    SessionDeleted,
    SessionEnded,
)
from schemas.ids import now_ms
from schemas.settings import KafkaSettings
from tests.support.candidate import Candidate
from tests.support.gateway import Backend, RunningGateway, gateway_settings, services_of

pytestmark = [pytest.mark.integration, pytest.mark.requirement("pages-delete")]


async def delete(gateway: RunningGateway, who: Candidate) -> int:
    async with httpx.AsyncClient(base_url=gateway.url, timeout=20) as http:
        reply = await http.delete(
            f"/api/sessions/{who.session}", headers={"Authorization": f"Bearer {who.token}"}
        )
    return reply.status_code


async def answering(gateway: RunningGateway) -> Candidate:
    candidate = Candidate(gateway.url, await gateway.create())
    await candidate.connect()
    await candidate.calibrate()
    assert (await candidate.command("answer.start"))["ok"]
    await asyncio.sleep(0.5)
    return candidate


async def over(candidate: Candidate, backend: Backend) -> None:
    session = candidate.session
    await candidate.until_closed()
    await candidate.close()
    await backend.until(lambda: bool(backend.of(SessionDeleted, session)))
    kinds = [type(each) for each in backend.events if each.session == session]
    closing = [AnswerAbandoned, SessionEnded, SessionDeleted]
    assert [each for each in kinds if each in (AnswerStarted, *closing)] == [
        AnswerStarted,
        *closing,
    ]
    await backend.until(
        lambda: any(meta.session == session and meta.final for meta, _ in backend.audio)
    )


async def test_who_is_being_recorded_is_disconnected(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = await answering(gateway)
    assert await delete(gateway, candidate) == 204
    await over(candidate, backend)
    assert "deleted" in candidate.notices
    assert gateway.app.state.hub.sessions == []
    again = await candidate.offer(candidate.pc.localDescription.sdp)
    assert again.status_code == 410


async def test_whose_rows_are_gone_is_told_without_an_alarm(
    gateway: RunningGateway, backend: Backend, caplog: pytest.LogCaptureFixture
) -> None:
    candidate = Candidate(gateway.url, await gateway.create())
    await candidate.connect()
    # As another gateway does it. The next command comes before the sweeper has noticed.
    await gateway.services.store.deletions.make(
        candidate.session,
        lambda it: deletion.delete(it, by="candidate", now=now_ms()),
        slot=1,
        at=now_ms(),
    )
    candidate.send(candidate.seq + 1, "ready")
    await candidate.until(lambda: "deleted" in candidate.notices)
    await candidate.until_closed()
    await candidate.close()
    alarms = [each for each in caplog.records if each.levelno >= logging.WARNING]
    assert [each.getMessage() for each in alarms if each.name.startswith("gateway.")] == []


async def test_another_gateway_hears_of_it(
    kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    one, two = (
        RunningGateway(services_of(kafka, gateway_settings(slot=slot), tmp_path)) for slot in (0, 1)
    )
    async with one, two:
        await one.wait_ready()
        await two.wait_ready()
        candidate = await answering(one)
        assert await delete(two, candidate) == 204
        await over(candidate, backend)
        assert one.app.state.hub.sessions == []
