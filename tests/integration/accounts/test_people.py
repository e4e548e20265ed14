"""What an administrator does: accounts of others."""

from __future__ import annotations

import pytest

from gateway.accounts.model import Role
from tests.support.gateway import RunningGateway
from tests.support.people import PASSWORD, Browser, browser, error, make

pytestmark = pytest.mark.integration


@pytest.fixture
async def admin(gateway: RunningGateway, visitor: Browser) -> Browser:
    await visitor.become(gateway, await make(gateway, Role.ADMIN, "admin@example.org"))
    return visitor


async def test_somebody_gets_an_account_and_chooses_a_password(
    admin: Browser, gateway: RunningGateway
) -> None:
    new = {"email": "coach@example.org", "name": "Coach", "role": "coach"}
    made = await admin.post("/api/people", new)
    assert made.status_code == 201
    token = made.json()["link"].partition("#reset=")[2]
    async with browser(gateway) as coach:
        for guess in ("", PASSWORD):
            assert (await coach.log_in("coach@example.org", guess)).status_code in (401, 422)
        body = {"token": token, "password": PASSWORD}
        assert (await coach.post("/api/accounts/reset", body)).status_code == 204
        assert (await coach.log_in("coach@example.org")).json()["role"] == "coach"
        assert error(await coach.post("/api/people", new)) == (403, "not_allowed")
    assert error(await admin.post("/api/people", new)) == (409, "email_taken")
    listed = (await admin.get("/api/people")).json()
    assert [each["email"] for each in listed] == ["admin@example.org", "coach@example.org"]
    assert not any("password" in key for each in listed for key in each)


async def test_whoever_is_locked_out_is_out_at_once(
    admin: Browser, gateway: RunningGateway
) -> None:
    coach = await make(gateway, Role.COACH, "coach@example.org")
    async with browser(gateway) as other:
        await other.log_in("coach@example.org")
        path = f"/api/people/{coach.person}"
        assert (await admin.request("PATCH", path, {"disabled": True})).json()["disabled"] is True
        assert await other.who() == 401
        refused = await other.log_in("coach@example.org")
        assert error(refused) == (401, "wrong_login"), "as if the password were wrong"
        await admin.request("PATCH", path, {"disabled": False})
        assert (await other.log_in("coach@example.org")).status_code == 200


async def test_whoever_gets_another_role_logs_in_anew(
    admin: Browser, gateway: RunningGateway
) -> None:
    person = await make(gateway, Role.CANDIDATE, "someone@example.org")
    path = f"/api/people/{person.person}"
    async with browser(gateway) as other:
        await other.become(gateway, person)
        assert (await admin.request("PATCH", path, {})).json()["role"] == "candidate"
        assert await other.who() == 200, "nothing has changed"
        changed = await admin.request("PATCH", path, {"role": "coach"})
        assert (changed.json()["role"], changed.json()["disabled"]) == ("coach", False)
        assert await other.who() == 401
        await other.become(gateway, person)
        assert (await other.get("/api/jobs")).status_code == 200
        assert error(await other.request("PATCH", path, {"role": "admin"})) == (403, "not_allowed")
    for wrong in ({"role": "owner"}, {"role": 1}, {"disabled": 1}, {"name": "x"}):
        assert error(await admin.request("PATCH", path, wrong)) == (422, "invalid_request")


async def test_an_administrator_cannot_lock_themselves_out(admin: Browser) -> None:
    me = (await admin.get("/api/accounts/me")).json()["person"]
    reply = await admin.request("PATCH", f"/api/people/{me}", {"disabled": True})
    assert error(reply) == (409, "yourself")
    for nobody in ("p_nobody", "x" * 64):
        reply = await admin.request("PATCH", f"/api/people/{nobody}", {"disabled": True})
        assert error(reply) == (404, "unknown_person")
