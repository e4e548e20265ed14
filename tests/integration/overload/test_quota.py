"""Kafka near its quota: audio goes first, frames are dropped uncounted, nobody else is let in."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_client import REGISTRY

from gateway.live import hub
from gateway.rtc.recorder import LATE_S
from schemas.settings import GatewaySettings
from tests.support.candidate import Candidate
from tests.support.fuzz_sdp import OFFERS
from tests.support.gateway import Backend, RunningGateway, gateway_settings
from tests.support.quota import bytes_a_second
from tests.support.waiting import until
from tests.support.whole import assert_whole

pytestmark = pytest.mark.integration

TOO_LITTLE = 36_000
"""Bytes a second: two candidates' audio alone has 64,000."""


@pytest.fixture
def settings() -> GatewaySettings:
    return gateway_settings(capacity=4, jpeg_quality=100)


def dropped() -> float:
    return REGISTRY.get_sample_value("viva_frames_total", {"outcome": "dropped"}) or 0.0


async def late_audio(gateway: RunningGateway) -> None:
    """Wait until the audio of somebody who is here waits for Kafka."""
    here = gateway.app.state.hub
    async with asyncio.timeout(40):
        while not any(here.find(each).behind_s > LATE_S for each in here.sessions):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_a_slow_kafka_costs_frames_and_keeps_the_door_shut(
    gateway: RunningGateway, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "_CALM_S", 3.0)
    inside = [Candidate(gateway.url, await gateway.create(questions=1)) for _ in range(2)]
    late = Candidate(gateway.url, await gateway.create(questions=1))
    for each in inside:
        await each.connect()
        await each.calibrate()
    before = dropped()
    async with bytes_a_second(gateway.services.kafka.bootstrap, TOO_LITTLE):
        for each in inside:
            assert (await each.command("answer.start"))["ok"]
        await late_audio(gateway)
        reply = await late.offer(OFFERS[0])
        assert reply.status_code == 503
        assert reply.json()["error"]["code"] == "busy"
        assert int(reply.headers["Retry-After"]) > 0
        await asyncio.sleep(2)
        assert dropped() > before, "frames make way for sound"
        behind = REGISTRY.get_sample_value("viva_audio_behind_seconds")
        assert behind is not None
        assert behind > 1.5
        for each in inside:
            each.seq += 1
            each.send(each.seq, "answer.end")
    for each in inside:
        await each.until(lambda each=each: bool(each.acks(each.seq)), 60)
        assert each.acks(each.seq)[0]["ok"], "the answer is saved, late and whole"
        await assert_whole(backend, each.session, 1)
        assert "recording_lost" not in each.notices

    async def let_in() -> bool:
        return (await late.offer(OFFERS[1])).status_code == 200

    await until(let_in, "a place for who was refused", 30)
    await late.connect()
    await late.calibrate()
    await late.answer()
    await assert_whole(backend, late.session, 1)
    for each in (*inside, late):
        await each.close()
