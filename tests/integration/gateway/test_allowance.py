"""How long an answer may take and how often it may be started over, over real WebRTC."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.events import AnswerAbandoned, AnswerEnded
from schemas.settings import KafkaSettings
from tests.support.candidate import Candidate
from tests.support.gateway import Backend, RunningGateway, gateway_settings, services_of

pytestmark = pytest.mark.integration


async def test_an_interviews_own_limit_and_retakes_hold_also_after_a_restart(
    kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    settings = gateway_settings()  # a minute, and as many retakes as one likes
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        first = Candidate(gateway.url, await gateway.create(answer_limit_s=10, retakes=1))
        await first.connect()
        await first.calibrate()
        assert (await first.command("answer.start"))["ok"]
        assert (first.snapshot["answer_limit_s"], first.snapshot["retakes_left"]) == (10, 1)
        assert (await first.command("retake"))["ok"]
        assert (first.snapshot["state"], first.snapshot["retakes_left"]) == ("asked", 0)
        assert (await first.command("answer.start"))["ok"]
        refused = await first.command("retake")
        assert refused["error"]["code"] == "no_retakes_left"
        assert (first.snapshot["state"], first.snapshot["attempt"]) == ("answering", 2)
    await first.close()

    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        second = Candidate(gateway.url, {"session": first.session, "token": first.token})
        await second.connect()
        assert (second.snapshot["state"], second.snapshot["attempt"]) == ("asked", 3)
        assert (second.snapshot["answer_limit_s"], second.snapshot["retakes_left"]) == (10, 0)
        assert (await second.command("answer.start"))["ok"]
        assert not (await second.command("retake"))["ok"]
        await second.until(lambda: "answer_time_limit" in second.notices, seconds=20)
        await second.until(lambda: "1" in second.snapshot["scores"])
        assert second.snapshot["scores"]["1"]["attempt"] == 3, "the last one that was completed"
        await second.close()
    given_up = backend.of(AnswerAbandoned, first.session)
    assert {each.attempt for each in given_up if each.question == 1} == {1, 2}
    ended = next(each for each in backend.of(AnswerEnded, first.session))
    assert (ended.attempt, ended.reason) == (3, "limit")
    assert 9_000 <= ended.at - ended.started_at <= 15_000
