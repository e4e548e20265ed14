"""Candidates on bad networks, and a gateway that is killed: nothing is lost that arrived."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from schemas.events import (
    AnswerAbandoned,
    AnswerEnded,
    AnswerStarted,
    SessionConnected,
    SessionDisconnected,
    SessionEnded,
)
from schemas.media import SAMPLE_RATE
from schemas.settings import KafkaSettings
from tests.support.candidate import Candidate
from tests.support.gateway import Backend
from tests.support.network import Namespace
from tests.support.network_answers import Net, connect, silence, sound_of, wander_s
from tests.support.network_gateway import GatewayThere, kafka_in
from tests.support.pitch import Pitches

pytestmark = pytest.mark.integration

GRACE_S = 5
GONE_AFTER_S = 10


@pytest.fixture(scope="module")
def gateway(
    kafka: KafkaSettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GatewayThere]:
    """One for all tests here."""
    with ExitStack() as held:
        server = held.enter_context(Namespace())
        held.enter_context(kafka_in(server, kafka.bootstrap))
        running = GatewayThere(
            server,
            kafka,
            tmp_path_factory.mktemp("gateway"),
            VIVA_GATEWAY_RECONNECT_GRACE_S=str(GRACE_S),
        )
        held.enter_context(running)
        asyncio.run(running.start())
        yield running


@pytest.fixture
def net(gateway: GatewayThere, backend: Backend) -> Iterator[Net]:
    with ExitStack() as held:
        yield Net(held, gateway)


def again(candidate: Candidate) -> Candidate:
    return Candidate(candidate.url, {"session": candidate.session, "token": candidate.token})


async def enter(net: Net, place: Namespace, url: str) -> Candidate:
    """Return a candidate who has connected and calibrated."""
    candidate = Candidate(url, await net.gateway.create())
    candidate.microphone = Pitches
    await connect(place, candidate)
    await place.inside(candidate.calibrate())
    return candidate


async def answer(place: Namespace, candidate: Candidate, seconds: float) -> None:
    await place.inside(candidate.until_state("asked"))
    assert (await place.inside(candidate.command("answer.start")))["ok"]
    await asyncio.sleep(seconds)
    assert (await place.inside(candidate.command("answer.end")))["ok"]


SECONDS = 7.0
QUALITIES: dict[str, dict[str, float]] = {
    "loss of 5 %": {"loss": 0.05},
    "loss of 20 %": {"loss": 0.2},
    "jitter of 30 ms": {"delay_s": 0.02, "jitter_s": 0.03},
}


@pytest.mark.requirement("webrtc-resume")
async def test_bad_networks(net: Net, backend: Backend) -> None:
    """All at once, to save time: each is a candidate of its own on a wire of its own."""
    await asyncio.gather(
        *(_bad(net, backend, name) for name in QUALITIES),
        _brief(net, backend),
        _ten_seconds(net, backend),
        _for_good(net, backend),
    )


async def _bad(net: Net, backend: Backend, name: str) -> None:
    """The answer is complete; what the network loses becomes silence of its length."""
    place, wire, url = net.place()
    candidate = await enter(net, place, url)
    for quality, value in QUALITIES[name].items():
        setattr(wire, quality, value)
    await answer(place, candidate, SECONDS)
    for quality in QUALITIES[name]:
        setattr(wire, quality, 0.0)
    await place.inside(candidate.close())
    session = candidate.session
    await backend.until(lambda: bool(backend.of(AnswerEnded, session)))
    (ended,) = backend.of(AnswerEnded, session)
    samples = await sound_of(backend, ended)
    heard_s, took_s = len(samples) / SAMPLE_RATE, (ended.at - ended.started_at) / 1000
    assert 0.6 * SECONDS < heard_s < took_s + 0.5, name
    assert wander_s(samples) < 0.25, name
    # The share that the network took is missing, and no more: the rest is there to be heard.
    lost = QUALITIES[name].get("loss", 0.0)
    assert silence(samples) == pytest.approx(lost, abs=0.08), name
    assert ended.counts[0].frames >= SECONDS, name
    assert not backend.of(AnswerAbandoned, session), name
    assert [e.epoch for e in backend.of(SessionConnected, session)] == [1], name
    print(
        f"{name}: {took_s:.2f} s, heard {heard_s:.2f} s, silent {silence(samples):.1%}, "
        f"wander {wander_s(samples):.2f} s, {ended.counts[0].frames} frames"
    )


async def _brief(net: Net, backend: Backend) -> None:
    """Three seconds: the connection lives on, the answer goes on with silence of three seconds."""
    place, wire, url = net.place()
    candidate = await enter(net, place, url)
    assert (await place.inside(candidate.command("answer.start")))["ok"]
    await asyncio.sleep(2)
    wire.cut = True
    await asyncio.sleep(3)
    wire.cut = False
    await asyncio.sleep(2)
    assert (await place.inside(candidate.command("answer.end")))["ok"]
    session = candidate.session
    await backend.until(lambda: bool(backend.of(AnswerEnded, session)))
    (ended,) = backend.of(AnswerEnded, session)
    samples = await sound_of(backend, ended)
    assert wander_s(samples) < 0.25
    assert 2.5 <= silence(samples) * len(samples) / SAMPLE_RATE <= 4.5
    assert ended.attempt == 1
    assert not backend.of(SessionDisconnected, session)
    await place.inside(candidate.close())


async def _ten_seconds(net: Net, backend: Backend) -> None:
    """Within the grace time: the same question again, what was answered stays as it is."""
    place, wire, url = net.place()
    first = await enter(net, place, url)
    session = first.session
    await answer(place, first, 1.0)
    await place.inside(first.until(lambda: first.snapshot["question"] == 2))
    await place.inside(first.until_state("asked"))
    assert (await place.inside(first.command("answer.start")))["ok"]
    await asyncio.sleep(1)
    wire.cut = True
    await asyncio.sleep(10)
    wire.cut = False
    second = again(first)
    await connect(place, second)
    shown = second.snapshot
    assert (shown["state"], shown["question"], shown["attempt"]) == ("asked", 2, 2)
    assert (shown["answered"], shown["question_text"]) == ([1], "Question 2?")
    await answer(place, second, 1.0)
    await place.inside(second.close())
    await place.inside(first.close())
    await backend.until(lambda: len(backend.of(AnswerEnded, session)) == 2)
    ended = backend.of(AnswerEnded, session)
    assert [(e.question, e.attempt) for e in ended] == [(1, 1), (2, 2)]
    assert [(e.question, e.attempt) for e in backend.of(AnswerAbandoned, session)] == [(2, 1)]
    await backend.until(lambda: len(backend.requests(session)) == 3)
    assert [r.question for r in backend.requests(session)] == [1, 2, 3]
    assert not backend.of(SessionEnded, session)


async def _for_good(net: Net, backend: Backend) -> None:
    """Noticed within seconds; nobody comes back, so the session ends after the grace time."""
    place, wire, url = net.place()
    candidate = await enter(net, place, url)
    session = candidate.session
    assert (await place.inside(candidate.command("answer.start")))["ok"]
    await asyncio.sleep(1)
    wire.cut = True
    began = time.monotonic()
    await backend.until(lambda: bool(backend.of(SessionDisconnected, session)), 30)
    noticed = time.monotonic() - began
    assert GONE_AFTER_S - 1 <= noticed <= GONE_AFTER_S + 10
    (abandoned,) = backend.of(AnswerAbandoned, session)
    assert (abandoned.question, abandoned.attempt) == (1, 1)
    await backend.until(lambda: bool(backend.of(SessionEnded, session)), 30)
    assert time.monotonic() - began - noticed >= GRACE_S - 1
    assert backend.of(SessionEnded, session)[0].reason == "expired"
    finals = [m for m, _ in backend.audio if m.answer == abandoned.answer and m.final]
    assert len(finals) == 1
    wire.cut = False
    late = again(candidate)
    with pytest.raises(AssertionError, match="session_ended"):
        await place.inside(late.connect())
    await place.inside(late.close())
    await place.inside(candidate.close())


@pytest.mark.requirement("webrtc-resume")
async def test_a_gateway_killed_between_questions_and_in_an_answer(
    net: Net, backend: Backend
) -> None:
    place, _, url = net.place()
    gateway = net.gateway
    first = await enter(net, place, url)
    session = first.session
    await answer(place, first, 1.0)
    await place.inside(first.until(lambda: first.snapshot["question"] == 2))
    await place.inside(first.until_state("asked"))
    elsewhere, _, other_url = net.place()
    absent = await enter(net, elsewhere, other_url)
    assert (await elsewhere.inside(absent.command("answer.start")))["ok"]
    await asyncio.sleep(0.5)

    gateway.kill()
    await gateway.start()
    second = again(first)
    await connect(place, second)
    shown = second.snapshot
    assert (shown["state"], shown["question"], shown["attempt"]) == ("asked", 2, 1)
    assert (shown["answered"], shown["question_text"]) == ([1], "Question 2?")
    assert not backend.of(AnswerAbandoned, session), "nothing was open"
    assert (await place.inside(second.command("answer.start")))["ok"]
    await asyncio.sleep(1)

    gateway.kill()
    await gateway.start()
    third = again(first)
    await connect(place, third)
    shown = third.snapshot
    assert (shown["state"], shown["question"], shown["attempt"]) == ("asked", 2, 2)
    await answer(place, third, 1.0)
    await backend.until(lambda: len(backend.of(AnswerEnded, session)) == 2)
    abandoned = backend.of(AnswerAbandoned, session)
    assert [(e.question, e.attempt, e.epoch) for e in abandoned] == [(2, 1, 2)]
    ended = backend.of(AnswerEnded, session)
    assert [(e.question, e.attempt, e.epoch) for e in ended] == [(1, 1, 1), (2, 2, 3)]
    for each in ended:
        await sound_of(backend, each)
    starts = backend.of(AnswerStarted, session)
    assert [(s.question, s.attempt) for s in starts] == [(1, 1), (2, 1), (2, 2)]
    await backend.until(lambda: len({r.id for r in backend.requests(session)}) == 3)

    # Who was answering when it was killed and never came back.
    await backend.until(lambda: bool(backend.of(SessionEnded, absent.session)), 30)
    assert backend.of(SessionEnded, absent.session)[0].reason == "expired"
    (given_up,) = backend.of(AnswerAbandoned, absent.session)
    assert (given_up.question, given_up.attempt) == (1, 1)
    finals = [m for m, _ in backend.audio if m.answer == given_up.answer and m.final]
    assert len(finals) == 1
    for each in (first, second, third):
        await place.inside(each.close())
    await elsewhere.inside(absent.close())
