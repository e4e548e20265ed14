"""Interviews in writing over real WebRTC: no media, drafts that survive, clear refusals."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.session.consent import TEXT_VERSION
from schemas.events import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    AnswerTyped,
    AssessmentRequested,
    CalibrationStarted,
    ConsentGiven,
    Event,
)
from schemas.settings import KafkaSettings
from tests.support.candidate import Candidate
from tests.support.gateway import Backend, RunningGateway, gateway_settings, services_of

pytestmark = pytest.mark.integration

AGREED = {"audio": False, "video": False, "text": True, "text_version": TEXT_VERSION}
TYPED = {"answers": "typed", "consent": AGREED}


class Insistent(Candidate):
    """Sends picture and sound although the gateway has declined both."""

    async def offer(self, sdp: str, **more: Any) -> httpx.Response:
        reply = await super().offer(sdp, **more)
        body = reply.json()
        assert body["sdp"].count("a=inactive") == 2
        return httpx.Response(
            200, json={**body, "sdp": body["sdp"].replace("inactive", "recvonly")}
        )


def writer(gateway: RunningGateway, created: dict[str, Any]) -> Candidate:
    candidate = Candidate(gateway.url, created)
    candidate.sends_media = False
    return candidate


def media_of(backend: Backend, session: str) -> list[object]:
    return [meta for meta, _ in (*backend.frames, *backend.audio) if meta.session == session]


async def begin(candidate: Candidate) -> None:
    """Connect and open the answer to the first question."""
    await candidate.connect()
    assert (await candidate.command("ready"))["ok"]
    await candidate.until_state("asked")
    assert (await candidate.command("answer.start"))["ok"]


async def test_an_interview_in_writing_needs_a_data_channel_alone(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = writer(gateway, await gateway.create(questions=2, **TYPED))
    await begin(candidate)
    assert "m=audio" not in candidate.answer_sdp
    assert "m=application" in candidate.answer_sdp
    assert (candidate.snapshot["answers"], candidate.snapshot["state"]) == ("typed", "answering")
    assert (await candidate.command("answer.text", text="I built a tracker. It"))["ok"]
    assert candidate.snapshot["written"] == "I built a tracker. It"
    assert (await candidate.command("answer.end", text="I built a tracker.\r\nIt works."))["ok"]
    assert (candidate.snapshot["question"], candidate.snapshot["written"]) == (2, "")
    await candidate.until_state("asked")
    assert (await candidate.command("answer.start"))["ok"]
    assert (await candidate.command("answer.end"))["ok"]
    await candidate.until_state("ended")
    await candidate.until(lambda: len(candidate.snapshot["scores"]) == 2)
    await candidate.close()

    session = candidate.session
    await backend.until(lambda: len(backend.of(AnswerEnded, session)) == 2)
    order = [each.type for each in backend.events if each.session == session]
    assert order.index("answer.typed") < order.index("answer.ended")
    texts = [each.text for each in backend.of(AnswerTyped, session)]
    assert texts == ["I built a tracker.\nIt works.", ""]
    assert all(each.typed for each in backend.of(AnswerStarted, session))
    assert {count.chunks + count.frames for each in backend.of(AnswerEnded, session)
            for count in each.counts} == {0}  # fmt: skip
    assert backend.of(CalibrationStarted, session) == []
    (consent,) = backend.of(ConsentGiven, session)
    assert (consent.audio, consent.video, consent.text) == (False, False, True)
    asked_for = {each.question: each for each in backend.of(AssessmentRequested, session)}
    assert [each.text for each in asked_for[1].utterances] == [texts[0]]
    assert asked_for[2].utterances == ()
    assert backend.requests(session)[-1].history[-1].answer == texts[0]
    assert media_of(backend, session) == []


async def test_media_that_is_sent_all_the_same_goes_nowhere(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = Insistent(gateway.url, await gateway.create(questions=1, **TYPED))
    await begin(candidate)
    await asyncio.sleep(2)
    assert (await candidate.command("answer.end", text="Written."))["ok"]
    await candidate.until_state("ended")
    await candidate.close()
    session = candidate.session
    await backend.until(lambda: backend.of(AnswerEnded, session))
    assert [each.text for each in backend.of(AnswerTyped, session)] == ["Written."]
    assert media_of(backend, session) == []


async def test_a_draft_outlives_windows_and_restarts_and_counts_when_the_time_is_over(
    kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    settings = gateway_settings()
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        created = await gateway.create(questions=1, answer_limit_s=10, **TYPED)
        first = writer(gateway, created)
        await begin(first)
        assert (await first.command("answer.text", text="In the first window"))["ok"]
        second = writer(gateway, created)
        await second.connect()
        await first.until(lambda: "superseded" in first.notices)
        await first.close()
        assert second.snapshot["written"] == "In the first window"
        assert (second.snapshot["state"], second.snapshot["attempt"]) == ("asked", 2)
        assert (await second.command("answer.start"))["ok"]
        assert (await second.command("answer.text", text="In the second window"))["ok"]
    await second.close()

    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        third = writer(gateway, created)
        await third.connect()
        assert third.snapshot["written"] == "In the second window"
        assert (third.snapshot["state"], third.snapshot["attempt"]) == ("asked", 3)
        assert (await third.command("answer.start"))["ok"]
        await third.until(lambda: "answer_time_limit" in third.notices, seconds=20)
        await third.until_state("ended")
        await third.close()
    session = created["session"]
    assert {each.attempt for each in backend.of(AnswerAbandoned, session)} == {1, 2}
    await backend.until(lambda: backend.of(AnswerEnded, session))
    texts: list[Event] = backend.of(AnswerTyped, session)
    assert [(each.attempt, each.text) for each in texts] == [(3, "In the second window")]  # type: ignore[attr-defined]
    assert backend.of(AnswerEnded, session)[0].reason == "limit"
    assert media_of(backend, session) == [], "no marker either: nobody waits for sound"


async def test_what_was_sent_before_the_time_was_over_counts_however_long_it_waited(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = writer(gateway, await gateway.create(questions=1, answer_limit_s=10, **TYPED))
    await begin(candidate)
    await asyncio.sleep(7)
    async with gateway.services.lock(candidate.session):  # as where Kafka is waited for
        seq = candidate.snapshot["last_seq"] + 1
        message = {"seq": seq, "command": "answer.end", "text": "All of it."}
        candidate.channel.send(json.dumps(message))
        await asyncio.sleep(5)
    await candidate.until_state("ended")
    await candidate.close()
    await backend.until(lambda: backend.of(AnswerEnded, candidate.session))
    assert [each.text for each in backend.of(AnswerTyped, candidate.session)] == ["All of it."]
    assert backend.of(AnswerEnded, candidate.session)[0].reason == "done"


async def test_what_does_not_fit_is_refused_and_the_answer_goes_on(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = writer(gateway, await gateway.create(questions=1, **TYPED))
    await candidate.connect()

    async def refused(name: str, **more: Any) -> str:
        code: str = (await candidate.command(name, **more))["error"]["code"]
        return code

    assert await refused("answer.start") == "not_ready"
    assert (await candidate.command("ready"))["ok"]
    await candidate.until_state("asked")
    assert await refused("answer.text", text="early") == "not_answering"
    assert await refused("calibrate") == "typed"
    assert await refused("guide") == "typed"
    assert (await candidate.command("answer.start"))["ok"]
    assert await refused("retake") == "typed"
    assert await refused("answer.text") == "no_text"
    assert await refused("answer.text", text=["a"]) == "no_text"
    assert await refused("answer.text", text="a" * 10_001) == "text_too_long"
    assert await refused("answer.end", text=7) == "no_text"
    assert candidate.snapshot["state"] == "answering"
    candidate.channel.send("x" * 65_537)
    await candidate.until(lambda: "malformed" in candidate.notices)
    longest = '"\n' * 5_000
    assert (await candidate.command("answer.text", text="\ud83d\x00\x1b" + longest))["ok"]
    assert candidate.snapshot["written"] == longest
    assert (await candidate.command("answer.end"))["ok"]
    await candidate.close()
    await backend.until(lambda: backend.of(AnswerTyped, candidate.session))
    assert backend.of(AnswerTyped, candidate.session)[0].text == longest


async def test_a_spoken_interview_takes_no_text(gateway: RunningGateway, backend: Backend) -> None:
    candidate = Candidate(gateway.url, await gateway.create(questions=1))
    await candidate.connect()
    await candidate.calibrate()
    assert (await candidate.command("answer.start"))["ok"]
    for command in ("answer.text", "answer.end"):
        reply = await candidate.command(command, text="typed")
        assert reply["error"]["code"] == "not_typed"
    assert candidate.snapshot["state"] == "answering"
    assert (await candidate.command("answer.end"))["ok"]
    await candidate.close()
    await backend.until(lambda: backend.of(AnswerEnded, candidate.session))
    assert backend.of(AnswerTyped, candidate.session) == []


async def test_a_consent_of_the_other_kind_lets_nobody_in(gateway: RunningGateway) -> None:
    candidate = writer(gateway, await gateway.create(answers="typed", consent=None))
    async with httpx.AsyncClient(
        base_url=gateway.url, headers={"Authorization": f"Bearer {candidate.token}"}
    ) as http:

        async def put(**given: bool) -> tuple[int, str]:
            path = f"/api/sessions/{candidate.session}/consent"
            reply = await http.put(path, json=AGREED | given)
            return reply.status_code, reply.json().get("error", {}).get("code", "")

        assert await put(audio=True, text=False) == (409, "not_asked_for")
        assert await put(text=False) == (200, "")
        refused = await candidate.offer("v=0\r\nm=application 9 x 0\r\na=ice-ufrag:a\r\n"
                                        "a=ice-pwd:b\r\na=fingerprint:c\r\n")  # fmt: skip
        assert refused.json()["error"]["code"] == "consent_refused"
        assert await put() == (200, "")
    await candidate.connect()
    await candidate.close()
