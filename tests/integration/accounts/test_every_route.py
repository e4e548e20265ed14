"""Every route of the interface, tried by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway import tokens
from gateway.accounts.model import Account, Person, Role, new_person_id
from gateway.accounts.reset import reset_token
from gateway.reports import ReportReader
from gateway.session import deletion
from gateway.session.consent import TEXT_VERSION
from schemas.ids import now_ms
from streams.runtime.backoff import DependencyUnavailable
from tests.support.gateway import KEY, RunningGateway
from tests.support.hostile import bearer
from tests.support.people import JOB, OURS, PASSWORD, Browser, browser, make

pytestmark = pytest.mark.integration

OFFER = "v=0\r\nm=application 9 x 0\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\na=fingerprint:c\r\n"

WHO = ("nobody", "candidate", "recruiter", "owner", "admin", "invited", "stranger", "key")
"""Logged in: a candidate, a recruiter with other jobs, the job's owner, an administrator. By token:
who was invited to the session, and who was to another one. The last has the development key."""

EVERYBODY = 200
ACCOUNT = (401, 200, 200, 200, 200, 401, 401, 401)
NO_BODY = (401, 204, 204, 204, 204, 401, 401, 401)
ADMIN = (401, 403, 403, 403, 200, 401, 401, 401)
ORGANISER = (401, 403, 200, 200, 200, 401, 401, 401)
OWNER = (401, 404, 404, 200, 404, 401, 401, 401)
CREATED = {200: 201}

EXPECTED: dict[tuple[str, str], int | tuple[int | str, ...]] = {
    ("POST", "/api/accounts/sign-up"): 201,
    ("POST", "/api/accounts/log-in"): EVERYBODY,
    ("POST", "/api/accounts/log-out"): 204,
    ("POST", "/api/accounts/log-out-everywhere"): NO_BODY,
    ("GET", "/api/accounts/me"): ACCOUNT,
    ("POST", "/api/accounts/password"): NO_BODY,
    ("POST", "/api/accounts/reset"): 204,  # who holds the link
    ("POST", "/api/people"): tuple(CREATED.get(each, each) for each in ADMIN),
    ("GET", "/api/people"): ADMIN,
    ("PATCH", "/api/people/{person}"): ADMIN,
    ("POST", "/api/jobs"): tuple(CREATED.get(each, each) for each in ORGANISER),
    ("GET", "/api/jobs"): ORGANISER,
    ("GET", "/api/jobs/{job}"): OWNER,
    ("GET", "/api/jobs/{job}/preview"): OWNER,
    ("PUT", "/api/jobs/{job}"): OWNER,
    ("POST", "/api/jobs/{job}/archive"): OWNER,
    ("POST", "/api/jobs/{job}/reopen"): OWNER,
    ("POST", "/api/jobs/{job}/invitations"): tuple(CREATED.get(each, each) for each in OWNER),
    ("GET", "/api/jobs/{job}/interviews"): OWNER,
    ("POST", "/api/jobs/{job}/invitations/{invitation}/revoke"): OWNER,
    ("POST", "/api/invitations/enter"): EVERYBODY,  # who holds the link
    ("POST", "/api/sessions"): (401, 401, 401, 401, 401, 401, 401, 201),
    ("GET", "/api/sessions/{session}"): (401, 401, 401, 401, 401, 200, 404, 401),
    ("DELETE", "/api/sessions/{session}"): (401, 404, 404, 204, 404, 204, 404, 401),
    ("PUT", "/api/sessions/{session}/consent"): (401, 401, 401, 401, 401, 200, 404, 401),
    # Nothing is said yet, and ClickHouse is away: whoever gets so far was let in.
    ("GET", "/api/sessions/{session}/questions/{question}/audio"): (
        401, 401, 401, 401, 401, "no_audio", 404, 401,
    ),
    # JOB is for hiring: its owner says whether the invited see their report.
    ("GET", "/api/sessions/{session}/report"): (401, 404, 404, 503, 404, 403, 404, 401),
    ("POST", "/api/resumes"): (401, 401, 401, 401, 401, 401, 401, 201),
    ("GET", "/rtc/ice-servers"): (401, 401, 401, 401, 401, 200, 200, 401),
    ("POST", "/rtc/offer"): (401, 401, 401, 401, 401, 400, 404, 401),
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/readyz"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,
}  # fmt: skip

DELETED: dict[tuple[str, str], tuple[int, ...]] = {
    ("GET", "/api/sessions/{session}"): (401, 401, 401, 401, 401, 410, 404, 401),
    ("DELETE", "/api/sessions/{session}"): (401, 404, 404, 204, 404, 204, 404, 401),
    ("PUT", "/api/sessions/{session}/consent"): (401, 401, 401, 401, 401, 410, 404, 401),
    ("GET", "/api/sessions/{session}/questions/{question}/audio"): (
        401, 401, 401, 401, 401, 410, 404, 401,
    ),
    ("GET", "/api/sessions/{session}/report"): (401, 404, 404, 404, 404, 410, 404, 401),
    ("POST", "/rtc/offer"): (401, 401, 401, 401, 401, 410, 404, 401),
}  # fmt: skip
"""The routes of a session, once it was deleted."""


@dataclass(frozen=True)
class Scene:
    """What there is to get at; made anew for every route, as some of them change it."""

    job: str
    invitation: str
    link: str
    session: str
    token: str
    elsewhere: str
    people: dict[str, Person]
    is_deleted: bool = False


async def staged(gateway: RunningGateway, number: int) -> Scene:
    roles = {
        "candidate": Role.CANDIDATE, "recruiter": Role.RECRUITER,
        "owner": Role.RECRUITER, "admin": Role.ADMIN,
    }  # fmt: skip
    people = {
        name: await make(gateway, role, f"{name}{number}@example.org")
        for name, role in roles.items()
    }
    async with browser(gateway) as owner:
        await owner.become(gateway, people["owner"])
        job = (await owner.post("/api/jobs", JOB)).json()["job"]
        invitation = (await owner.post(f"/api/jobs/{job}/invitations", {"name": "Kim"})).json()
        link = invitation["link"].partition("#invitation=")[2]
    async with browser(gateway) as candidate:
        entered = (await candidate.post("/api/invitations/enter", {"token": link})).json()
    return Scene(
        job=job,
        invitation=invitation["invitation"],
        link=link,
        session=entered["session"],
        token=entered["token"],
        elsewhere=tokens.issue("s_elsewhere", secret_of(gateway), now_ms() + 60_000),
        people=people,
    )


def secret_of(gateway: RunningGateway) -> SecretStr:
    return gateway.services.settings.token_secret


async def forgetful(gateway: RunningGateway, number: int) -> str:
    """Return the token of a link to a new password, which is good once."""
    person = Person(new_person_id(), f"forgetful{number}@example.org", "F", Role.COACH, 0)
    account = Account(person, "")
    await gateway.services.store.people.add(account)
    return reset_token(account, secret_of(gateway), now_ms())


def body_of(path: str, scene: Scene, number: int, reset: str) -> Any:
    """Return a body that does what the route is for."""
    email = f"new{number}@example.org"
    sdp = OFFER if scene.is_deleted else "hello"  # else an offer would be answered
    someone = {"email": email, "name": "New"}
    bodies: dict[str, Any] = {
        "/api/accounts/sign-up": someone | {"password": PASSWORD},
        "/api/accounts/log-in": {"email": scene.people["candidate"].email, "password": PASSWORD},
        "/api/accounts/password": {"current": PASSWORD, "new": PASSWORD + "!"},
        "/api/accounts/reset": {"token": reset, "password": PASSWORD},
        "/api/people": someone | {"role": "coach"},
        "/api/people/{person}": {"disabled": True},
        "/api/jobs": JOB,
        "/api/jobs/{job}": JOB,
        "/api/jobs/{job}/invitations": {"name": "Lee"},
        "/api/invitations/enter": {"token": scene.link},
        "/api/sessions": {"language": "en"},
        "/api/sessions/{session}/consent": {
            "audio": True,
            "video": False,
            "text_version": TEXT_VERSION,
        },
        "/rtc/offer": {"session": scene.session, "sdp": sdp, "type": "offer"},
    }
    return bodies.get(path, {})


async def sent(
    gateway: RunningGateway, scene: Scene, who: str, method: str, path: str, number: int
) -> httpx.Response:
    where = path.format(
        job=scene.job, invitation=scene.invitation, session=scene.session, question=1,
        person=scene.people["candidate"].person,
    )  # fmt: skip
    keys = {"invited": scene.token, "stranger": scene.elsewhere, "key": KEY}
    headers = OURS | (bearer(keys[who]) if who in keys else {})
    async with browser(gateway) as one:
        if who in scene.people:
            await one.become(gateway, scene.people[who])
        reset = await forgetful(gateway, number)
        body = None if method == "GET" else body_of(path, scene, number, reset)
        return await one.http.request(method, where, json=body, headers=headers)


@pytest.fixture
def no_clickhouse(monkeypatch: pytest.MonkeyPatch) -> None:
    async def load(*_: object) -> None:
        raise DependencyUnavailable("clickhouse", "not in this test")

    monkeypatch.setattr(ReportReader, "load", load)


async def test_the_table_names_every_route(gateway: RunningGateway, visitor: Browser) -> None:
    paths = (await visitor.get("/openapi.json")).json()["paths"]
    there = {(method.upper(), path) for path, each in paths.items() for method in each}
    assert there == set(EXPECTED), "say in the table above who may use the new route"


async def everybody(
    gateway: RunningGateway, scene: Scene, method: str, path: str, numbers: Iterator[int]
) -> dict[str, Any]:
    """Return what each gets: a status, or what it says of a question that has no sound yet."""
    got: dict[str, Any] = {}
    for who in WHO:
        reply = await sent(gateway, scene, who, method, path, next(numbers))
        got[who] = reply.status_code
        if reply.is_error:
            refusal = reply.json()["error"]
            assert set(refusal) == {"code", "message"}
            if refusal["code"] == "no_audio":
                got[who] = "no_audio"
    return got


async def test_everybody_gets_what_is_theirs(gateway: RunningGateway, no_clickhouse: None) -> None:
    numbers = count()
    for (method, path), expected in EXPECTED.items():
        row = (expected,) * len(WHO) if isinstance(expected, int) else expected
        scene = await staged(gateway, next(numbers))
        got = await everybody(gateway, scene, method, path, numbers)
        assert got == dict(zip(WHO, row, strict=True)), f"{method} {path}"


@pytest.mark.requirement("pages-delete")
async def test_that_a_session_was_deleted_is_told_to_its_candidate_alone(
    gateway: RunningGateway, no_clickhouse: None
) -> None:
    numbers = count()
    of_a_session = {each for each in EXPECTED if "{session}" in each[1] or each[1] == "/rtc/offer"}
    assert set(DELETED) == of_a_session
    scene = await staged(gateway, next(numbers))
    await gateway.services.store.deletions.make(
        scene.session,
        lambda it: deletion.delete(it, by="candidate", now=now_ms()),
        slot=0,
        at=now_ms(),
    )
    scene = replace(scene, is_deleted=True)
    for (method, path), row in DELETED.items():
        got = await everybody(gateway, scene, method, path, numbers)
        assert got == dict(zip(WHO, row, strict=True)), f"{method} {path}"
