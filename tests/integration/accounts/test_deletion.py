"""Deleting a candidate's data, over HTTP: who may, and what is there afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.accounts.model import Role
from gateway.db.store import StoredResume
from gateway.live.deletion import remove_late_clip
from gateway.session.consent import TEXT_VERSION
from schemas.events import Event, SessionDeleted, SessionEnded
from schemas.ids import now_ms
from tests.support.gateway import RunningGateway
from tests.support.hostile import Memory, bearer
from tests.support.people import JOB, Browser, browser, error, make

pytestmark = [pytest.mark.integration, pytest.mark.requirement("pages-delete")]


@pytest.fixture
async def recruiter(gateway: RunningGateway, visitor: Browser) -> Browser:
    await visitor.become(gateway, await make(gateway, Role.RECRUITER, "r@example.org"))
    return visitor


@pytest.fixture
async def candidate(gateway: RunningGateway) -> AsyncIterator[Browser]:
    async with browser(gateway) as one:
        yield one


async def entered(recruiter: Browser, candidate: Browser) -> dict[str, Any]:
    """Make a job and an invitation, and open it."""
    job = (await recruiter.post("/api/jobs", JOB)).json()["job"]
    made = (await recruiter.post(f"/api/jobs/{job}/invitations", {"name": "Kim"})).json()
    link = made["link"].partition("#invitation=")[2]
    found = (await candidate.post("/api/invitations/enter", {"token": link})).json()
    return {"job": job, "link": link, **found}


def told(gateway: RunningGateway, session: str) -> list[Event]:
    producer = gateway.services.producer
    assert isinstance(producer, Memory)
    return [each for each in producer.events if each.session == session]


async def delete(who: Browser, session: str, token: str = "") -> int | tuple[int, str]:
    headers = bearer(token) if token else {}
    reply = await who.request("DELETE", f"/api/sessions/{session}", **headers)
    return error(reply) if reply.is_error else reply.status_code


async def test_a_candidate_deletes_and_every_route_says_so_and_nothing_more(
    recruiter: Browser, candidate: Browser, gateway: RunningGateway
) -> None:
    it = await entered(recruiter, candidate)
    session, token = it["session"], it["token"]
    store, objects = gateway.services.store, gateway.services.objects
    await objects.put("resumes/aa", b"my life")
    await store.add_resume(StoredResume("r_1", "resumes/aa", (), now_ms()))
    await store.change(session, lambda interview: setattr(interview, "resume", "r_1"))

    for _ in range(2):
        assert await delete(candidate, session, token) == 204
    *_, ended, deleted = told(gateway, session)
    assert isinstance(ended, SessionEnded)
    assert isinstance(deleted, SessionDeleted)
    assert deleted.by == "candidate"
    assert await objects.get("resumes/aa") is None
    assert await store.deletions.remains(session) is None

    path, headers = f"/api/sessions/{session}", bearer(token)
    for where in (path, f"{path}/report", f"{path}/questions/1/audio"):
        reply = await candidate.http.get(where, headers=headers)
        assert error(reply) == (410, "interview_deleted"), where
    agreement = {"audio": True, "video": True, "text_version": TEXT_VERSION}
    reply = await candidate.request("PUT", f"{path}/consent", agreement, **headers)
    assert error(reply) == (410, "interview_deleted")
    offer = "v=0\r\nm=application 9 x 0\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\na=fingerprint:c\r\n"
    body = {"session": session, "sdp": offer, "type": "offer"}
    assert error(await candidate.post("/rtc/offer", body, **headers)) == (410, "interview_deleted")
    reply = await candidate.post("/api/invitations/enter", {"token": it["link"]})
    assert error(reply) == (410, "interview_deleted")
    assert error(await recruiter.get(f"{path}/report")) == (404, "unknown_session")

    (listed,) = (await recruiter.get(f"/api/jobs/{it['job']}/interviews")).json()
    assert (listed["state"], listed["name"], listed["email"]) == ("deleted", "", None)
    assert (listed["session"], listed["report"], listed["link"]) == (None, None, None)


async def test_the_owner_deletes_and_nobody_else(
    recruiter: Browser, candidate: Browser, gateway: RunningGateway
) -> None:
    it = await entered(recruiter, candidate)
    another = await entered(recruiter, candidate)
    session = it["session"]
    async with browser(gateway) as other:
        assert await delete(other, session) == (401, "no_token")
        assert await delete(other, session, another["token"]) == (404, "unknown_session")
        await other.become(gateway, await make(gateway, Role.ADMIN, "other@example.org"))
        assert await delete(other, session) == (404, "unknown_session")
    assert await delete(recruiter, "s_nobody") == (404, "unknown_session")
    reply = await recruiter.http.delete(f"/api/sessions/{session}")
    assert error(reply) == (415, "not_json"), "another site's page could send this"
    reply = await recruiter.request(
        "DELETE", f"/api/sessions/{session}", **{"Sec-Fetch-Site": "cross-site"}
    )
    assert error(reply) == (403, "cross_site")
    assert (await gateway.services.store.get(session)).session == session
    for _ in range(2):
        assert await delete(recruiter, session) == 204
    (deleted,) = [e for e in told(gateway, session) if isinstance(e, SessionDeleted)]
    assert deleted.by == "owner"
    assert (await gateway.services.store.get(another["session"])).session == another["session"]


async def test_what_cannot_be_done_at_once_is_done_later(
    recruiter: Browser,
    candidate: Browser,
    gateway: RunningGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    it = await entered(recruiter, candidate)
    session = it["session"]
    store, objects = gateway.services.store, gateway.services.objects
    await objects.put("resumes/aa", b"my life")
    await store.add_resume(StoredResume("r_1", "resumes/aa", (), now_ms()))
    await store.change(session, lambda interview: setattr(interview, "resume", "r_1"))
    remove, tries = objects.remove, 0

    async def refuse(name: str) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OSError(28, "No space left on device")
        await remove(name)

    monkeypatch.setattr(objects, "remove", refuse)
    assert await delete(candidate, session, it["token"]) == 204
    assert await store.deletions.due({0}) == [session]
    async with asyncio.timeout(10):  # the sweeper's work
        while await store.deletions.due({0}):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.1)
    assert await objects.get("resumes/aa") is None


async def test_a_clip_that_comes_late_is_removed(
    recruiter: Browser, candidate: Browser, gateway: RunningGateway
) -> None:
    it = await entered(recruiter, candidate)
    objects = gateway.services.objects
    await objects.put("clips/aa.ogg", b"as you said")
    await remove_late_clip(gateway.services, it["session"], "clips/aa.ogg")
    assert await objects.get("clips/aa.ogg") is not None, "nothing was deleted"
    assert await delete(candidate, it["session"], it["token"]) == 204
    await remove_late_clip(gateway.services, it["session"], "clips/aa.ogg")
    assert await objects.get("clips/aa.ogg") is None
