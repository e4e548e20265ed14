"""Jobs, invitations, and the interviews that come of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway import reports
from gateway.accounts.model import Role
from gateway.db.store import UnknownSession
from gateway.tokens import Purpose, sign
from schemas.ids import now_ms
from tests.support.gateway import RunningGateway
from tests.support.hostile import bearer
from tests.support.people import JOB, Browser, browser, error, make

pytestmark = pytest.mark.integration


@pytest.fixture
async def recruiter(gateway: RunningGateway, visitor: Browser) -> Browser:
    await visitor.become(gateway, await make(gateway, Role.RECRUITER, "r@example.org"))
    return visitor


@pytest.fixture
async def candidate(gateway: RunningGateway) -> AsyncIterator[Browser]:
    """Somebody with a link and no account."""
    async with browser(gateway) as one:
        yield one


async def new_job(owner: Browser, **change: Any) -> dict[str, Any]:
    reply = await owner.post("/api/jobs", JOB | change)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


async def invited(owner: Browser, job: str, **change: Any) -> dict[str, Any]:
    body = {"name": "Kim", **change}
    reply = await owner.post(f"/api/jobs/{job}/invitations", body)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def token_of(invitation: dict[str, Any]) -> str:
    page, _, token = str(invitation["link"]).partition("#invitation=")
    assert page == "/enter.html"
    return token


async def enter(candidate: Browser, invitation: dict[str, Any]) -> dict[str, Any]:
    reply = await candidate.post("/api/invitations/enter", {"token": token_of(invitation)})
    assert reply.status_code == 200, reply.text
    entered: dict[str, Any] = reply.json()
    return entered


async def test_a_job_is_made_changed_and_archived(recruiter: Browser) -> None:
    rubric = [{"name": "tools", "meaning": "Knows the tools."}]
    wish = {
        "language": "ko", "position": "<b>Dev</b>", "company": "ACME", "policy": "practice",
        "questions": 4, "fixed": ["Why  us?"], "rubric": rubric, "answer_limit_s": 90, "retakes": 1,
    }  # fmt: skip
    job = await new_job(recruiter, **wish)
    assert {key: job[key] for key in wish} == wish | {"fixed": ["Why us?"]}
    path = f"/api/jobs/{job['job']}"
    assert (await recruiter.get(path)).json() == job
    changed = await recruiter.request("PUT", path, JOB)
    assert changed.json()["position"] == "Engineer"
    assert (await recruiter.get("/api/jobs")).json() == [changed.json()]
    archived = (await recruiter.post(f"{path}/archive")).json()
    assert archived["archived_at"] > 0
    assert (await recruiter.post(f"{path}/archive")).json() == archived
    refused = await recruiter.post(f"{path}/invitations", {"name": "Kim"})
    assert error(refused) == (409, "job_archived")
    assert (await recruiter.post(f"{path}/reopen")).json()["archived_at"] is None
    await invited(recruiter, job["job"])


async def test_what_cannot_be_a_job_is_refused(recruiter: Browser) -> None:
    changes: list[dict[str, Any]] = [
        {"position": ""},
        {"position": "x" * 201},
        {"policy": None},
        {"language": "fr"},
        {"questions": 0},
        {"questions": 1, "fixed": ["a?", "b?"]},
        {"retakes": -1},
        {"retakes": 6},
        {"retakes": 1.5},
        {"retakes": True},
        {"answer_limit_s": 5},
        {"answer_limit_s": 3601},
        {"answer_limit_s": "60"},
        {"resume": "r_1"},
        {"owner": "p_1"},
        {"rubric": [{"name": "a", "meaning": "b"}] * 2},
    ]
    for change in changes:
        reply = await recruiter.post("/api/jobs", JOB | change)
        assert error(reply) == (422, "invalid_request"), change
    assert (await recruiter.get("/api/jobs")).json() == []


async def test_an_invitation_is_one_interview(
    recruiter: Browser, candidate: Browser, gateway: RunningGateway
) -> None:
    job = await new_job(recruiter, fixed=["Why us?"], language="ko")
    one, two = [await invited(recruiter, job["job"]) for _ in range(2)]
    assert (one["state"], one["session"], one["report"]) == ("invited", None, None)
    first = await enter(candidate, one)
    again = await enter(candidate, one)
    other = await enter(candidate, two)
    assert first["session"] == again["session"] != other["session"]
    assert (first["language"], first["position"]) == ("ko", "Engineer")
    interview = await gateway.services.store.get(first["session"])
    assert (interview.total, interview.fixed) == (2, ("Why us?",))
    assert interview.policy.value == "hiring"
    path = f"/api/sessions/{first['session']}"
    for entered in (first, again):
        reply = await candidate.http.get(path, headers=bearer(entered["token"]))
        assert reply.json()["state"] == "new"
    listed = (await recruiter.get(f"/api/jobs/{job['job']}/interviews")).json()
    states = {each["invitation"]: each for each in listed}
    assert states[one["invitation"]]["session"] == first["session"]
    assert states[one["invitation"]]["state"] == "new"
    assert states[one["invitation"]]["report"] == f"/report.html#session={first['session']}"


async def test_an_interview_has_the_limit_and_the_retakes_of_its_job(
    recruiter: Browser, candidate: Browser
) -> None:
    for wish, expected in (({"answer_limit_s": 45, "retakes": 0}, (45, 0)), ({}, (60, None))):
        job = await new_job(recruiter, **wish)
        entered = await enter(candidate, await invited(recruiter, job["job"]))
        path = f"/api/sessions/{entered['session']}"
        shown = (await candidate.http.get(path, headers=bearer(entered["token"]))).json()
        assert (shown["answer_limit_s"], shown["retakes_left"]) == expected


async def test_an_invitation_may_give_more_time_and_leave_camera_and_voice_out(
    recruiter: Browser, candidate: Browser
) -> None:
    job = await new_job(recruiter, answer_limit_s=40)
    easier = {"extra_time": 1.5, "camera": "optional", "answers": "typed"}
    usual = {"extra_time": 1.0, "camera": "asked", "answers": "spoken"}
    for wish, kept, limit in ((easier, easier, 60), ({}, usual, 40)):
        invitation = await invited(recruiter, job["job"], **wish)
        assert {key: invitation[key] for key in kept} == kept
        entered = await enter(candidate, invitation)
        path = f"/api/sessions/{entered['session']}"
        shown = (await candidate.http.get(path, headers=bearer(entered["token"]))).json()
        assert {key: shown[key] for key in kept} == kept
        assert shown["answer_limit_s"] == limit
    listed = (await recruiter.get(f"/api/jobs/{job['job']}/interviews")).json()
    assert sorted(each["extra_time"] for each in listed) == [1.0, 1.5]


async def test_what_cannot_be_made_easier_is_refused(recruiter: Browser) -> None:
    path = f"/api/jobs/{(await new_job(recruiter))['job']}/invitations"
    for change in (
        {"extra_time": 0.5},
        {"extra_time": 3.01},
        {"extra_time": "2"},
        {"extra_time": True},
        {"extra_time": None},
        {"camera": "never"},
        {"camera": None},
        {"answers": "sung"},
        {"answers": None},
    ):
        reply = await recruiter.post(path, {"name": "Kim"} | change)
        assert error(reply) == (422, "invalid_request"), change


async def test_a_link_is_told_until_it_is_opened(recruiter: Browser, candidate: Browser) -> None:
    job = await new_job(recruiter, policy="practice")
    invitation = await invited(recruiter, job["job"])
    path = f"/api/jobs/{job['job']}"
    (listed,) = (await recruiter.get(f"{path}/interviews")).json()
    assert listed["link"] == invitation["link"]
    await enter(candidate, invitation)
    (listed,) = (await recruiter.get(f"{path}/interviews")).json()
    assert listed["link"] is None, "with it the owner would be the candidate"
    again = await candidate.post("/api/invitations/enter", {"token": token_of(invitation)})
    assert again.status_code == 200, "which the candidate still has"
    revoked = await recruiter.post(f"{path}/invitations/{invitation['invitation']}/revoke")
    assert (revoked.json()["link"], revoked.json()["revoked_at"] > 0) == (None, True)


async def test_two_devices_that_open_a_link_at_once_are_in_one_interview(
    recruiter: Browser, candidate: Browser
) -> None:
    job = await new_job(recruiter)
    invitation = await invited(recruiter, job["job"])
    entered = await asyncio.gather(*(enter(candidate, invitation) for _ in range(5)))
    assert len({each["session"] for each in entered}) == 1


async def test_a_session_lasts_as_long_as_its_invitation(
    recruiter: Browser, candidate: Browser
) -> None:
    job = await new_job(recruiter)
    invitation = await invited(recruiter, job["job"], days=30)
    entered = await enter(candidate, invitation)
    assert entered["expires_at"] == invitation["expires_at"]


async def test_a_changed_job_leaves_interviews_that_have_begun(
    recruiter: Browser, candidate: Browser, gateway: RunningGateway
) -> None:
    job = await new_job(recruiter, policy="practice")
    invitation = await invited(recruiter, job["job"])
    entered = await enter(candidate, invitation)
    await recruiter.request("PUT", f"/api/jobs/{job['job']}", JOB)
    again = await enter(candidate, invitation)
    assert again["session"] == entered["session"]
    assert (await gateway.services.store.get(entered["session"])).policy.value == "practice"
    refused = await recruiter.get(f"/api/sessions/{entered['session']}/report")
    assert error(refused) == (403, "private_report"), "what was promised to the candidate holds"
    listed = (await recruiter.get(f"/api/jobs/{job['job']}/interviews")).json()
    assert listed[0]["report"] is None


async def test_links_that_are_expired_revoked_or_foreign_open_nothing(
    recruiter: Browser, candidate: Browser, gateway: RunningGateway
) -> None:
    job = await new_job(recruiter)
    secret, now = gateway.services.settings.token_secret, now_ms()
    revoked, closed, entered = [await invited(recruiter, job["job"]) for _ in range(3)]
    path = f"/api/jobs/{job['job']}"
    reply = await recruiter.post(f"{path}/invitations/{revoked['invitation']}/revoke")
    assert (reply.json()["state"], reply.json()["link"]) == ("revoked", None)
    assert (reply.json()["name"], reply.json()["email"]) == ("", None)
    session = await enter(candidate, entered)
    await recruiter.post(f"{path}/archive")

    async def refused(token: str) -> tuple[int, str]:
        return error(await candidate.post("/api/invitations/enter", {"token": token}))

    old = sign(Purpose.INVITATION, closed["invitation"], secret, now - 5_000)
    assert await refused(old) == (410, "invitation_expired")
    assert await refused(token_of(revoked)) == (410, "invitation_revoked")
    assert await refused(token_of(closed)) == (410, "invitation_closed")
    unknown = sign(Purpose.INVITATION, "i_nobody", secret, now + 60_000)
    foreign = sign(Purpose.RESET, closed["invitation"], secret, now + 60_000)
    for token in ("", "x", "x" * 999, unknown, foreign, session["token"], token_of(closed)[:-3]):
        assert await refused(token) == (404, "unknown_invitation")
    assert (await enter(candidate, entered))["session"] == session["session"]
    await recruiter.post(f"{path}/invitations/{entered['invitation']}/revoke")
    assert await refused(token_of(entered)) == (410, "invitation_revoked")


async def test_an_invitation_belongs_to_its_job(recruiter: Browser) -> None:
    one, two = [await new_job(recruiter) for _ in range(2)]
    invitation = await invited(recruiter, one["job"])
    path = f"/api/jobs/{two['job']}/invitations/{invitation['invitation']}/revoke"
    assert error(await recruiter.post(path)) == (404, "unknown_invitation")


@pytest.mark.parametrize(
    ("policy", "show_report", "candidates", "owners"),
    [
        ("hiring", False, (403, "report_not_shown"), 200),
        ("hiring", True, 200, 200),
        ("practice", False, 200, (403, "private_report")),
    ],
)
async def test_who_reads_a_report(
    recruiter: Browser,
    candidate: Browser,
    gateway: RunningGateway,
    monkeypatch: pytest.MonkeyPatch,
    policy: str,
    show_report: bool,
    candidates: int | tuple[int, str],
    owners: int | tuple[int, str],
) -> None:
    asked: list[str] = []

    async def load(_: object, session: str) -> reports.Report:
        asked.append(session)
        return reports.Report(
            session=session, policy=policy, language="en", position="", company="",
            created_at=None, closed_at=None, end_reason="", questions_planned=2, question_count=0,
            duration_s=None, answering_s=None, formula_version="", questions=(),
            means=reports.Means(coverage=None),
        )  # fmt: skip

    monkeypatch.setattr(reports.ReportReader, "load", load)
    job = await new_job(recruiter, policy=policy, show_report=show_report)
    entered = await enter(candidate, await invited(recruiter, job["job"]))
    path = f"/api/sessions/{entered['session']}/report"
    mine = await candidate.http.get(path, headers=bearer(entered["token"]))
    assert (error(mine) if mine.is_error else mine.status_code) == candidates
    its = await recruiter.get(path)
    assert (error(its) if its.is_error else its.status_code) == owners
    async with browser(gateway) as other:
        await other.become(gateway, await make(gateway, Role.ADMIN, "other@example.org"))
        assert error(await other.get(path)) == (404, "unknown_session")
        for session in ("s_nobody", entered["session"]):
            reply = await other.get(f"/api/sessions/{session}/report")
            assert error(reply) == (404, "unknown_session")
    assert len(asked) == [candidates, owners].count(200)


async def test_an_interview_keeps_what_it_was_made_with(
    recruiter: Browser, candidate: Browser, gateway: RunningGateway
) -> None:
    job = await new_job(recruiter, show_report=True, fixed=["Why us?"])
    path = f"/api/jobs/{job['job']}"
    before = await enter(candidate, await invited(recruiter, job["job"]))
    changed = JOB | {"position": "Cook", "language": "ko", "policy": "practice", "questions": 7}
    assert (await recruiter.request("PUT", path, changed)).status_code == 200
    wrong = await recruiter.request("PUT", path, JOB | {"retakes": 9})
    assert error(wrong) == (422, "invalid_request")
    after = await enter(candidate, await invited(recruiter, job["job"]))
    store = gateway.services.store
    kept, new = [await store.get(each["session"]) for each in (before, after)]
    assert (kept.position, kept.language, kept.total) == ("Engineer", "en", 2)
    assert (kept.policy.value, kept.show_report, kept.fixed) == ("hiring", True, ("Why us?",))
    assert (new.position, new.language, new.total) == ("Cook", "ko", 7)
    assert (new.policy.value, new.show_report, new.fixed) == ("practice", False, ())


async def test_a_preview_shows_what_a_candidate_would_see_and_makes_nothing(
    recruiter: Browser, candidate: Browser, gateway: RunningGateway
) -> None:
    job = await new_job(recruiter, language="ko", company="ACME", questions=4)
    path = f"/api/jobs/{job['job']}"
    preview = (await recruiter.get(f"{path}/preview")).json()
    entered = await enter(candidate, await invited(recruiter, job["job"]))
    real = await candidate.http.get(
        f"/api/sessions/{entered['session']}", headers=bearer(entered["token"])
    )
    assert preview | {"session": entered["session"]} == real.json()
    assert (preview["total"], preview["position"], preview["company"]) == (4, "Engineer", "ACME")
    with pytest.raises(UnknownSession):
        await gateway.services.store.get(preview["session"])


async def test_a_job_that_is_archived_while_somebody_enters_lets_nobody_in(
    recruiter: Browser,
    candidate: Browser,
    gateway: RunningGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = await new_job(recruiter)
    invitation = await invited(recruiter, job["job"])
    store = gateway.services.store
    add = store.add_invited

    async def late(*arguments: Any) -> bool:
        await store.jobs.archive(job["job"], now_ms())
        return await add(*arguments)

    monkeypatch.setattr(store, "add_invited", late)
    reply = await candidate.post("/api/invitations/enter", {"token": token_of(invitation)})
    assert error(reply) == (410, "invitation_closed")
    (listed,) = (await recruiter.get(f"/api/jobs/{job['job']}/interviews")).json()
    assert (listed["state"], listed["session"]) == ("invited", None)


async def test_html_in_a_candidates_name_stays_text(recruiter: Browser) -> None:
    job = await new_job(recruiter)
    name = "<img src=x onerror=alert(1)>"
    assert (await invited(recruiter, job["job"], name=name))["name"] == name
    for bad in ("", " ", "a\x00b", "x" * 101):
        reply = await recruiter.post(f"/api/jobs/{job['job']}/invitations", {"name": bad})
        assert reply.status_code == 422
