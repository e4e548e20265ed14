"""Consent over HTTP, and a gateway that takes nothing without it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from gateway.session.consent import TEXT_VERSION
from schemas import metrics
from schemas.events import (
    AnswerEnded,
    AnswerStarted,
    CalibrationEnded,
    CalibrationStarted,
    ConsentGiven,
)
from tests.support.candidate import Candidate
from tests.support.gateway import Backend, RunningGateway

pytestmark = [pytest.mark.integration, pytest.mark.requirement("pages-consent")]


class Insistent(Candidate):
    """Sends its picture although the gateway has declined it."""

    async def offer(self, sdp: str, **more: Any) -> httpx.Response:
        reply = await super().offer(sdp, **more)
        if reply.status_code != 200:
            return reply
        body = reply.json()
        assert body["sdp"].count("a=inactive") == 1
        return httpx.Response(
            200, json={**body, "sdp": body["sdp"].replace("inactive", "recvonly")}
        )


async def put(gateway: RunningGateway, who: Candidate, **body: Any) -> httpx.Response:
    async with httpx.AsyncClient(base_url=gateway.url, timeout=20) as http:
        return await http.put(
            f"/api/sessions/{who.session}/consent",
            headers={"Authorization": f"Bearer {who.token}"},
            json={"audio": True, "video": True, "text_version": TEXT_VERSION, **body},
        )


def code(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


def frames_seen() -> float:
    return sum(
        REGISTRY.get_sample_value(metrics.FRAMES.name, {"outcome": outcome}) or 0
        for outcome in ("published", "unused", "sampled_out", "dropped")
    )


async def test_an_offer_before_consent_is_refused_and_taken_after_it(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = Candidate(gateway.url, await gateway.create(consent=None))
    sdp = "v=0\r\nm=application 9 x 0\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\na=fingerprint:c\r\n"
    assert code(await candidate.offer(sdp)) == (409, "consent_needed")
    assert (await put(gateway, candidate, audio=False)).status_code == 200
    assert code(await candidate.offer(sdp)) == (409, "consent_refused")
    assert code(await put(gateway, candidate, text_version="0")) == (409, "text_changed")
    for wrong in ({"video": 1}, {"video": None}, {"text_version": ""}, {"unknown": True}):
        assert code(await put(gateway, candidate, **wrong)) == (422, "invalid_request")

    for _ in range(2):  # the same once more changes nothing
        reply = await put(gateway, candidate)
        assert reply.json() == {
            "audio": True,
            "video": True,
            "text": False,
            "text_version": TEXT_VERSION,
        }
    await candidate.connect()
    assert candidate.snapshot["consent"] == reply.json()
    await candidate.calibrate()
    assert code(await put(gateway, candidate, video=False)) == (409, "too_late")
    await candidate.close()
    events = backend.of(ConsentGiven, candidate.session)
    assert [(each.seq, each.audio, each.video) for each in events] == [
        (0, False, True),
        (1, True, True),
    ]
    assert {each.text_version for each in events} == {TEXT_VERSION}


async def test_pictures_of_who_refused_the_camera_are_neither_decoded_nor_published(
    gateway: RunningGateway, backend: Backend
) -> None:
    created = await gateway.create(
        questions=1, consent={"audio": True, "video": False, "text_version": TEXT_VERSION}
    )
    candidate = Insistent(gateway.url, created)
    before = frames_seen()
    await candidate.connect()
    await candidate.calibrate()
    assert candidate.snapshot["calibration"]["ok"]
    await candidate.answer()
    await candidate.until_state("ended")
    stats = (await candidate.pc.getStats()).values()
    sent = [each for each in stats if getattr(each, "kind", "") == "video"]
    await candidate.close()

    assert max(getattr(each, "packetsSent", 0) for each in sent) > 0, "it did send pictures"
    assert frames_seen() == before, "no picture was decoded"
    session = candidate.session
    await backend.until(lambda: backend.of(AnswerEnded, session))
    for ended in (*backend.of(CalibrationEnded, session), *backend.of(AnswerEnded, session)):
        await backend.settled(ended)
        (counts,) = ended.counts
        assert (counts.frames, counts.chunks >= 2) == (0, True)
    assert [meta for meta, _ in backend.frames if meta.session == session] == []
    assert not backend.of(CalibrationStarted, session)[0].video
    weights = backend.of(AnswerStarted, session)[0].formula.weights
    assert (weights.gaze, weights.voice) == (0.0, 0.2)


async def test_who_changes_their_mind_before_the_calibration_is_connected_anew(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = Candidate(gateway.url, await gateway.create(questions=1))
    await candidate.connect()
    assert (await put(gateway, candidate, video=False)).status_code == 200
    await candidate.until_closed()
    again = Insistent(gateway.url, {"session": candidate.session, "token": candidate.token})
    await again.connect()
    await again.calibrate()
    await again.close()
    await candidate.close()
    (ended,) = backend.of(CalibrationEnded, candidate.session)
    assert ended.counts[0].frames == 0
