"""Connections that drop, come twice, or outlive their gateway; commands that come twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.live.sweeper import Sweeper
from schemas.events import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    SessionConnected,
    SessionDisconnected,
    SessionEnded,
)
from schemas.settings import GatewaySettings, KafkaSettings
from schemas.topics import Process
from tests.support.candidate import Candidate
from tests.support.fuzz_sdp import OFFERS
from tests.support.gateway import Backend, RunningGateway, asked, gateway_settings, services_of

pytestmark = pytest.mark.integration


async def answering(gateway: RunningGateway, **session: object) -> Candidate:
    candidate = Candidate(gateway.url, await gateway.create(**session))
    await candidate.connect()
    await candidate.calibrate()
    assert (await candidate.command("answer.start"))["ok"]
    await asyncio.sleep(0.8)
    return candidate


def again(candidate: Candidate) -> Candidate:
    return Candidate(candidate.url, {"session": candidate.session, "token": candidate.token})


@pytest.mark.requirement("webrtc-resume")
async def test_who_went_on_elsewhere_is_not_interrupted_by_a_page_that_finds_back(
    gateway: RunningGateway, backend: Backend
) -> None:
    laptop = await answering(gateway)
    phone = again(laptop)
    await phone.connect()
    assert (await phone.command("answer.start"))["ok"]
    back = {"window": "laptop", "returns": True}
    refused = await laptop.offer(OFFERS[0], **back)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "superseded")
    await asyncio.sleep(1)
    assert (await phone.command("answer.end"))["ok"], "the answer was not touched"
    await phone.close()
    await backend.until(lambda: len(backend.of(SessionDisconnected, phone.session)) == 1)
    taken = await laptop.offer(OFFERS[1], **back)
    assert taken.status_code == 200, "nobody is there any more"
    await laptop.close()


@pytest.mark.requirement("webrtc-resume")
async def test_a_dropped_connection_resumes_at_the_same_question(
    gateway: RunningGateway, backend: Backend
) -> None:
    first = await answering(gateway)
    session = first.session
    await first.close()
    await backend.until(lambda: backend.of(SessionDisconnected, session))
    second = again(first)
    await second.connect()
    assert second.epoch == 2
    shown = second.snapshot
    assert (shown["state"], shown["question"], shown["attempt"]) == ("asked", 1, 2)
    assert shown["question_text"] == "Question 1?"
    assert shown["last_seq"] == 3
    await second.answer()
    await second.close()
    await backend.until(lambda: len(backend.requests(session)) == 2)

    (abandoned,) = backend.of(AnswerAbandoned, session)
    assert (abandoned.question, abandoned.attempt, abandoned.epoch) == (1, 1, 1)
    await backend.until(
        lambda: any(m.answer == abandoned.answer and m.final for m, _ in backend.audio)
    )
    finals = [m for m, _ in backend.audio if m.answer == abandoned.answer and m.final]
    assert [(m.epoch, m.seq > 0) for m in finals] == [(1, True)]
    numbers = [m.seq for m, _ in backend.audio if m.answer == abandoned.answer]
    assert numbers == list(range(len(numbers)))
    starts = backend.of(AnswerStarted, session)
    assert [(s.attempt, s.epoch) for s in starts] == [(1, 1), (2, 2)]
    (ended,) = backend.of(AnswerEnded, session)
    assert (ended.attempt, ended.counts[0].epoch) == (2, 2)
    assert [r.question for r in backend.requests(session)] == [1, 2]


@pytest.mark.requirement("webrtc-resume")
async def test_the_newest_connection_wins(gateway: RunningGateway, backend: Backend) -> None:
    older = await answering(gateway)
    newer = again(older)
    await newer.connect()
    assert newer.snapshot["attempt"] == 2
    await older.until(lambda: "superseded" in older.notices)
    await older.until_closed()
    assert (await newer.command("answer.start"))["ok"]
    await asyncio.sleep(0.8)
    assert (await newer.command("answer.end"))["ok"]
    await newer.close()
    await older.close()
    session = older.session
    assert [e.epoch for e in backend.of(SessionConnected, session)] == [1, 2]
    await backend.until(lambda: backend.of(SessionDisconnected, session))
    assert [e.epoch for e in backend.of(SessionDisconnected, session)] == [2]
    assert len(backend.of(AnswerAbandoned, session)) == 1


async def test_an_answer_can_be_given_again_from_its_beginning(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = await answering(gateway, questions=1)
    assert (await candidate.command("retake"))["ok"]
    shown = candidate.snapshot
    assert (shown["state"], shown["question"], shown["attempt"]) == ("asked", 1, 2)
    refused = await candidate.command("retake")
    assert refused["error"]["code"] == "not_answering"
    await candidate.answer()
    await candidate.until_state("ended")
    await candidate.close()
    session = candidate.session
    await backend.until(lambda: backend.of(SessionEnded, session))
    assert [each.attempt for each in backend.of(AnswerAbandoned, session)] == [1]
    (ended,) = backend.of(AnswerEnded, session)
    assert ended.attempt == 2
    await backend.settled(ended)


async def test_offers_at_the_same_time_get_epochs_of_their_own(gateway: RunningGateway) -> None:
    created = await gateway.create()
    candidates = [Candidate(gateway.url, created) for _ in range(2)]  # more are refused
    results = await asyncio.gather(*(each.connect() for each in candidates), return_exceptions=True)
    epochs = sorted(each.epoch for each in candidates)
    assert epochs == [1, 2]
    newest = max(candidates, key=lambda each: each.epoch)
    assert results[candidates.index(newest)] is None
    assert (await newest.command("ready"))["ok"]
    for each in candidates:
        await each.close()


async def test_commands_are_numbered_and_happen_once(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = Candidate(gateway.url, await gateway.create())
    await candidate.connect()
    refused = await candidate.command("answer.start")
    assert refused["error"]["code"] == "not_calibrated"
    assert (await candidate.command("fly"))["error"]["code"] == "unknown_command"
    assert (await candidate.resend(9, "ready"))["error"]["code"] == "sequence_gap"
    assert candidate.snapshot["last_seq"] == 2
    candidate.channel.send("nonsense")
    candidate.channel.send(b"\x00")
    await candidate.until(lambda: candidate.notices.count("malformed") == 2)
    assert (await candidate.command("ready"))["ok"]
    for _ in range(3):
        assert (await candidate.resend(3, "ready"))["ok"]
    assert (await candidate.resend(1, "answer.start")) == refused
    await candidate.close()
    await backend.until(lambda: backend.of(SessionDisconnected, candidate.session))

    second = again(candidate)
    await second.connect()
    assert second.snapshot["last_seq"] == 3
    assert (await second.resend(3, "ready"))["ok"], "resent after the reconnect"
    await second.close()
    assert len(backend.requests(candidate.session)) == 1


async def test_repeat_sends_the_question_and_leave_ends(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = await answering(gateway)
    seen = len(candidate.events("question.asked"))
    assert (await candidate.command("repeat"))["ok"]
    await candidate.until(lambda: len(candidate.events("question.asked")) > seen)
    assert (await candidate.command("leave"))["ok"]
    await candidate.until_state("ended")
    await backend.until(lambda: backend.of(SessionEnded, candidate.session))
    assert backend.of(SessionEnded, candidate.session)[0].reason == "left"
    assert len(backend.of(AnswerAbandoned, candidate.session)) == 1
    await candidate.close()
    reply = await again(candidate).offer(candidate.pc.localDescription.sdp)
    assert (reply.status_code, reply.json()["error"]["code"]) == (409, "session_ended")


async def test_a_calibration_with_problems_names_them_and_may_be_repeated(
    gateway: RunningGateway, backend: Backend
) -> None:
    backend.calibration_problems = ("no_face", "quiet_microphone")
    candidate = Candidate(gateway.url, await gateway.create())
    await candidate.connect()
    await candidate.calibrate()
    assert candidate.snapshot["calibration"] == {
        "ok": False,
        "problems": ["no_face", "quiet_microphone"],
    }
    backend.calibration_problems = ()
    assert (await candidate.command("calibrate"))["ok"]
    assert candidate.snapshot["calibration"] is None
    await candidate.until_state("asked")
    assert candidate.snapshot["calibration"]["ok"]
    await candidate.answer()
    await candidate.close()


async def test_a_question_that_is_lost_is_requested_again(
    gateway: RunningGateway, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.session.questions.PATIENCE_MS", 1_500)
    backend.asks = False
    candidate = Candidate(gateway.url, await gateway.create())
    await candidate.connect()
    assert (await candidate.command("ready"))["ok"]
    await backend.until(lambda: len(backend.requests(candidate.session)) >= 2)
    first, second = backend.requests(candidate.session)[:2]
    assert first.id == second.id
    await backend.publish(Process.QUESTIONS, asked(first))
    await candidate.until(lambda: candidate.snapshot["question_text"] == "Question 1?")
    await candidate.close()


class TestShortLimits:
    @pytest.fixture
    def settings(self) -> GatewaySettings:
        return gateway_settings(answer_limit_s=1.5, reconnect_grace_s=1.0)

    async def test_an_answer_ends_at_its_limit(
        self, gateway: RunningGateway, backend: Backend
    ) -> None:
        candidate = await answering(gateway)
        await candidate.until(lambda: "answer_time_limit" in candidate.notices)
        assert (await candidate.command("answer.end"))["ok"], "it crossed the limit"
        await candidate.until(lambda: candidate.snapshot["question"] == 2)
        await backend.until(lambda: bool(backend.of(AnswerEnded, candidate.session)))
        (ended,) = backend.of(AnswerEnded, candidate.session)
        assert (ended.reason, ended.counts[0].frames > 0) == ("limit", True)
        await candidate.close()

    async def test_who_does_not_come_back_in_time_finds_it_ended(
        self, gateway: RunningGateway, backend: Backend
    ) -> None:
        candidate = await answering(gateway)
        await candidate.close()
        await backend.until(lambda: backend.of(SessionEnded, candidate.session))
        assert backend.of(SessionEnded, candidate.session)[0].reason == "expired"

    async def test_who_has_only_looked_in_may_come_back_later(
        self, gateway: RunningGateway, backend: Backend
    ) -> None:
        candidate = Candidate(gateway.url, await gateway.create())
        await candidate.connect()
        assert (await candidate.command("ready"))["ok"]
        await candidate.close()
        await backend.until(lambda: backend.of(SessionDisconnected, candidate.session))
        await asyncio.sleep(1.2)
        await Sweeper(gateway.services, gateway.app.state.hub).sweep()
        later = again(candidate)
        await later.connect()
        assert later.snapshot["state"] == "ready"
        assert not backend.of(SessionEnded, candidate.session)
        await later.close()


@pytest.mark.requirement("webrtc-resume")
async def test_a_gateway_that_died_leaves_nothing_open(
    kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    """What was open is abandoned at the start of the next one, and the candidate goes on."""
    settings = gateway_settings()
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        first = await answering(gateway)
        # As after kill -9: nobody says goodbye, the row says "connected" and "recording".
        for connection in list(gateway.app.state.hub._connections.values()):
            await connection.close()
        gateway.app.state.hub._connections.clear()
        stored = await gateway.services.store.get(first.session)
        assert stored.connected
        assert stored.open is not None
    await first.close()
    await backend.publish(Process.QUESTIONS, asked(backend.requests(first.session)[0]))
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        await Sweeper(gateway.services, gateway.app.state.hub).sweep()
        await backend.until(lambda: backend.of(AnswerAbandoned, first.session))
        await backend.until(
            lambda: any((m.question, m.final) == (1, True) for m, _ in backend.audio)
        )
        finals = [
            m
            for m, _ in backend.audio
            if (m.session, m.question, m.final) == (first.session, 1, True)
        ]
        assert len(finals) == 1
        second = Candidate(gateway.url, {"session": first.session, "token": first.token})
        await second.connect()
        assert (second.snapshot["state"], second.snapshot["attempt"]) == ("asked", 2)
        await second.answer()
        await second.close()


async def test_a_gateway_that_stops_abandons_what_is_open(
    kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    settings = gateway_settings()
    async with RunningGateway(services_of(kafka, settings, tmp_path)) as gateway:
        await gateway.wait_ready()
        candidate = await answering(gateway)
    await backend.until(lambda: backend.of(AnswerAbandoned, candidate.session))
    assert "restarting" in candidate.notices
    await candidate.close()
