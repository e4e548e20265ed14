"""Telling a candidate how to sit: what is looked at before the calibration, and what is not."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from schemas.events import CalibrationEnded, FacePlace, FaceSeen
from schemas.ids import now_ms
from schemas.media import FrameMeta
from schemas.topics import Process
from tests.support.candidate import Candidate
from tests.support.gateway import CONSENT, Backend, RunningGateway

pytestmark = pytest.mark.integration


def seen(meta: FrameMeta, *, late_ms: int = 0, face: bool = True) -> FaceSeen:
    """Return what the vision worker would say of a frame."""
    return FaceSeen(
        session=meta.session,
        attempt=meta.attempt,
        epoch=meta.epoch,
        seq=meta.seq,
        at=now_ms() - late_ms,
        faces=int(face),
        light=0.8,
        face=FacePlace(x=0.5, y=0.5, height=0.6) if face else None,
    )


def advices(candidate: Candidate) -> list[str]:
    return [each["guide"]["advice"] for each in candidate.messages if "guide" in each]


async def test_who_sits_down_is_looked_at_until_the_calibration_and_told_what_to_do(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = Candidate(gateway.url, await gateway.create())
    await candidate.connect()
    session = candidate.session

    def frames(attempt: int) -> list[FrameMeta]:
        return [m for m, _ in backend.frames if (m.session, m.attempt) == (session, attempt)]

    too_early = await candidate.command("guide")
    assert too_early["error"]["code"] == "not_ready"
    assert (await candidate.command("ready"))["ok"]
    await asyncio.sleep(0.6)
    assert frames(0) == [], "nobody asked for it yet"
    assert (await candidate.command("guide"))["ok"]
    await backend.until(lambda: len(frames(0)) >= 3)
    looked = frames(0)
    assert {each.question for each in looked} == {0}
    assert [each.seq for each in looked] == list(range(len(looked)))
    assert all(b.at - a.at >= 350 for a, b in itertools.pairwise(looked))

    for face, expected in ((True, "good"), (False, "no_face")):
        for each in frames(0)[:2]:
            await backend.publish(Process.VISION, seen(each, face=face))
            await asyncio.sleep(0.01)
        await candidate.until(lambda expected=expected: expected in advices(candidate))
    told = len(advices(candidate))
    await backend.publish(Process.VISION, seen(looked[0], late_ms=5_000))
    await asyncio.sleep(0.3)
    assert len(advices(candidate)) == told, "what comes late says nothing of now"

    assert (await candidate.command("calibrate"))["ok"]
    before = len(frames(0))
    await candidate.until_state("asked")
    await asyncio.sleep(0.6)
    assert len(frames(0)) <= before + 1, "one may have been on its way"
    (ended,) = backend.of(CalibrationEnded, session)
    await backend.settled(ended)
    assert ended.counts[0].frames == len(frames(1)) >= 3, "the calibration counts its own alone"
    await candidate.answer()
    assert (await candidate.command("guide"))["error"]["code"] == "too_late"
    await candidate.close()


async def test_who_does_not_want_to_be_seen_is_not_looked_at(
    gateway: RunningGateway, backend: Backend
) -> None:
    candidate = Candidate(gateway.url, await gateway.create(consent=CONSENT | {"video": False}))
    await candidate.connect()
    assert (await candidate.command("ready"))["ok"]
    assert (await candidate.command("guide"))["ok"]
    await asyncio.sleep(1.2)
    await candidate.close()
    assert [m for m, _ in backend.frames if m.session == candidate.session] == []
