"""Another site makes the browser send requests: the cookie goes along, and nothing happens."""

from __future__ import annotations

import httpx
import pytest

from gateway.accounts.model import Role
from tests.support.gateway import RunningGateway
from tests.support.people import JOB, PASSWORD, Browser, error, make

pytestmark = pytest.mark.integration

JSON = "application/json"
FORGED = [
    {"Sec-Fetch-Site": "cross-site", "Content-Type": JSON},
    {"Sec-Fetch-Site": "same-site", "Content-Type": JSON},
    {"Sec-Fetch-Site": "none", "Content-Type": JSON},
    {"Origin": "https://evil.example", "Content-Type": JSON},
    {"Origin": "null", "Content-Type": JSON},
    {"Sec-Fetch-Site": "cross-site", "Origin": "SAME", "Content-Type": JSON},
    {"Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"},
    {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {},
]


@pytest.fixture
async def recruiter(gateway: RunningGateway, visitor: Browser) -> Browser:
    await visitor.become(gateway, await make(gateway, Role.RECRUITER, "r@example.org"))
    return visitor


def headers_of(forged: dict[str, str], http: httpx.AsyncClient) -> dict[str, str]:
    ours = str(http.base_url).rstrip("/")
    return {name: ours if value == "SAME" else value for name, value in forged.items()}


async def test_other_sites_change_nothing(recruiter: Browser) -> None:
    http = recruiter.http
    for forged in FORGED:
        headers = headers_of(forged, http)
        for path in (
            "/api/accounts/log-out", "/api/accounts/log-out-everywhere", "/api/accounts/password",
            "/api/accounts/log-in", "/api/accounts/sign-up", "/api/accounts/reset", "/api/jobs",
        ):  # fmt: skip
            reply = await http.post(path, content=b"{}", headers=headers)
            assert error(reply) in ((403, "cross_site"), (415, "not_json")), (path, forged)
        assert await recruiter.who() == 200
    assert (await recruiter.get("/api/jobs")).json() == []


async def test_our_own_pages_and_programs_do(recruiter: Browser) -> None:
    browser = {"Sec-Fetch-Site": "same-origin", "Content-Type": f"{JSON}; charset=utf-8"}
    older_browser = {"Origin": "SAME", "Content-Type": JSON}
    no_browser = {"Content-Type": JSON}
    for ours in (browser, older_browser, no_browser):
        headers = headers_of(ours, recruiter.http)
        reply = await recruiter.http.post("/api/jobs", json=JOB, headers=headers)
        assert reply.status_code == 201, ours


async def test_nobody_is_logged_in_to_a_strangers_account(
    recruiter: Browser, gateway: RunningGateway
) -> None:
    await make(gateway, Role.COACH, "attacker@example.org")
    reply = await recruiter.http.post(
        "/api/accounts/log-in",
        json={"email": "attacker@example.org", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert error(reply) == (403, "cross_site")
    assert "set-cookie" not in reply.headers
    assert (await recruiter.get("/api/accounts/me")).json()["email"] == "r@example.org"


async def test_no_other_site_may_read_or_ask_for_permission(recruiter: Browser) -> None:
    asked = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    reply = await recruiter.http.options("/api/jobs", headers=asked)
    assert reply.status_code in (404, 405)
    for each in (reply, await recruiter.http.get("/api/jobs", headers=asked)):
        assert not [name for name in each.headers if name.startswith("access-control")]
