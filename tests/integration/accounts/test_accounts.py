"""Signing up, logging in and out, and choosing another password."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gateway.accounts import care
from gateway.accounts.model import Account, Role
from gateway.accounts.reset import TTL_MS, reset_token
from gateway.accounts.throttle import ADDRESS, SIGN_UP, address_key
from gateway.api import throttled
from gateway.api.login import COOKIE
from gateway.tokens import Purpose, sign
from schemas.ids import now_ms
from tests.support.gateway import RunningGateway
from tests.support.people import OURS, PASSWORD, Browser, browser, error, make

pytestmark = pytest.mark.integration

NEW = {"email": "new@example.org", "name": "New", "password": PASSWORD}


class Clock:
    """Tells guessers the time: a busy machine must not let them wait by itself."""

    def __init__(self) -> None:
        self.now = now_ms()

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(throttled, "now_ms", stopped)
    return stopped


async def link(gateway: RunningGateway, email: str, now: int) -> str:
    """Return the token of a link to a new password."""
    account = await gateway.services.store.people.by_email(email)
    assert account is not None
    return reset_token(account, gateway.services.settings.token_secret, now)


@pytest.mark.requirement("pages-accounts")
async def test_somebody_signs_up_logs_out_and_logs_in(visitor: Browser) -> None:
    assert await visitor.who() == 401
    reply = await visitor.post("/api/accounts/sign-up", NEW | {"email": " NEW@example.org "})
    assert reply.status_code == 201
    assert (reply.json()["email"], reply.json()["role"]) == ("new@example.org", "candidate")
    assert "password" not in reply.text
    me = (await visitor.get("/api/accounts/me")).json()
    assert me == reply.json()
    assert (await visitor.post("/api/accounts/log-out")).status_code == 204
    assert visitor.cookie is None
    assert await visitor.who() == 401
    assert error(await visitor.log_in("new@example.org", "wrong password")) == (401, "wrong_login")
    assert (await visitor.log_in("New@Example.org")).status_code == 200
    assert await visitor.who() == 200


async def test_the_cookie_is_for_the_server_alone(visitor: Browser) -> None:
    reply = await visitor.post("/api/accounts/sign-up", NEW)
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie, "plain http, as on a developer's machine"
    assert "Domain" not in cookie
    assert reply.headers["cache-control"] == "no-store"
    secure = await visitor.post(
        "/api/accounts/log-in",
        {"email": NEW["email"], "password": PASSWORD},
        **{"X-Forwarded-Proto": "https"},
    )
    assert "Secure" in secure.headers["set-cookie"]


async def test_what_cannot_be_an_account_is_refused(visitor: Browser) -> None:
    changes: list[dict[str, object]] = [
        {"email": "nobody"},
        {"email": "a@b.org\x00"},
        {"email": "a" * 300 + "@b.org"},
        {"name": " "},
        {"name": "a\x00b"},
        {"name": "a\u202eb"},
        {"name": "x" * 101},
        {"name": 7},
        {"password": "short"},
        {"password": "x" * 201},
        {"password": "new@example.org"},
        {"password": None},
        {"role": "admin"},
        {"disabled": False},
    ]
    for change in changes:
        reply = await visitor.post("/api/accounts/sign-up", NEW | change)
        assert reply.status_code == 422, change
        assert PASSWORD not in reply.text
        assert visitor.cookie is None


async def test_an_address_signs_up_once(visitor: Browser, gateway: RunningGateway) -> None:
    await visitor.post("/api/accounts/sign-up", NEW)
    async with browser(gateway) as other:
        again = await other.post("/api/accounts/sign-up", NEW | {"email": "NEW@EXAMPLE.ORG"})
        assert error(again) == (409, "email_taken")
        assert await other.who() == 401


async def test_html_in_a_name_stays_text(visitor: Browser) -> None:
    name = "<script>alert(1)</script> & 김\u00e9"
    reply = await visitor.post("/api/accounts/sign-up", NEW | {"name": f" {name}\n"})
    assert reply.json()["name"] == name
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-content-type-options"] == "nosniff"


async def test_bodies_that_are_too_large_are_refused(
    visitor: Browser, gateway: RunningGateway
) -> None:
    limit = 2 * gateway.services.settings.max_offer_bytes
    for path in ("sign-up", "log-in", "password", "reset"):
        reply = await visitor.http.post(
            f"/api/accounts/{path}", content=b'"' + b"x" * limit + b'"', headers=OURS
        )
        assert error(reply) == (413, "too_large")


async def test_logging_out_everywhere_ends_every_browser(
    visitor: Browser, gateway: RunningGateway
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    async with browser(gateway) as other:
        for each in (visitor, other):
            await each.log_in("coach@example.org")
            assert await each.who() == 200
        kept = visitor.cookie
        assert (await visitor.post("/api/accounts/log-out-everywhere")).status_code == 204
        assert await other.who() == 401
        visitor.http.cookies.set(COOKIE, kept or "")
        assert await visitor.who() == 401, "a stolen copy of the cookie is worthless too"


async def test_a_log_in_is_over_after_a_while(
    visitor: Browser, gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.post("/api/accounts/sign-up", NEW)
    services = gateway.services
    settings = services.settings.model_copy(update={"login_idle_s": 0})
    monkeypatch.setitem(services.__dict__, "settings", settings)
    assert await visitor.who() == 401


async def test_another_password_ends_all_other_log_ins(
    visitor: Browser, gateway: RunningGateway
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    async with browser(gateway) as other:
        for each in (visitor, other):
            await each.log_in("coach@example.org")
        change = {"current": "not this one", "new": "an entirely new one"}
        refused = await visitor.post("/api/accounts/password", change)
        assert error(refused) == (403, "wrong_password")
        change["current"] = PASSWORD
        assert (await visitor.post("/api/accounts/password", change)).status_code == 204
        assert await visitor.who() == 200
        assert await other.who() == 401
        assert (await other.log_in("coach@example.org")).status_code == 401
        assert (await other.log_in("coach@example.org", change["new"])).status_code == 200


@pytest.mark.parametrize("is_dated", [False, True])
async def test_a_password_that_changes_while_it_is_checked_lets_nobody_in(
    visitor: Browser, gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch, is_dated: bool
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    store, passwords = gateway.services.store, gateway.services.passwords
    real = passwords.fits

    async def change_after(password_hash: str, password: str) -> bool:
        fits = await real(password_hash, password)
        account = await store.people.by_email("coach@example.org")
        assert account is not None
        await store.people.set_password(account, "$argon2id$another")
        await store.logins.remove_all(account.person.person)
        return fits

    monkeypatch.setattr(passwords, "fits", change_after)
    monkeypatch.setattr(passwords, "is_dated", lambda _: is_dated)
    assert error(await visitor.log_in("coach@example.org")) == (401, "changed_meanwhile")
    assert visitor.cookie is None
    account = await store.people.by_email("coach@example.org")
    assert account is not None
    assert account.password_hash == "$argon2id$another"


async def test_logging_in_again_ends_the_browsers_log_in_before(visitor: Browser) -> None:
    await visitor.post("/api/accounts/sign-up", NEW)
    before = visitor.cookie
    assert (await visitor.log_in(NEW["email"])).status_code == 200
    assert visitor.cookie != before
    visitor.http.cookies.set(COOKIE, before or "", domain="127.0.0.1")
    assert await visitor.who() == 401


async def test_a_link_to_a_new_password_works_once(
    visitor: Browser, gateway: RunningGateway
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    await visitor.log_in("coach@example.org")
    token = await link(gateway, "coach@example.org", now_ms())
    body = {"token": token, "password": "an entirely new one"}
    async with browser(gateway) as other:
        weak = await other.post("/api/accounts/reset", body | {"password": "short"})
        assert weak.status_code == 422, "which does not use the link up"
        assert (await other.post("/api/accounts/reset", body)).status_code == 204
        assert await visitor.who() == 401
        again = await other.post("/api/accounts/reset", body)
        assert error(again) == (410, "bad_link")
        assert "used" in again.text
        assert (await other.log_in("coach@example.org", body["password"])).status_code == 200


async def test_links_that_are_old_foreign_or_made_up_change_nothing(
    visitor: Browser, gateway: RunningGateway
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    await make(gateway, Role.COACH, "gone@example.org")
    secret, now = gateway.services.settings.token_secret, now_ms()
    store = gateway.services.store.people
    coach, gone = [await store.by_email(f"{name}@example.org") for name in ("coach", "gone")]
    assert coach is not None
    assert gone is not None
    stranger = Account(replace(coach.person, person="p_stranger"), coach.password_hash)
    await store.set_disabled(gone.person.person, disabled=True)
    for token in (
        "",
        "x",
        "x" * 1_000,
        reset_token(coach, secret, now - TTL_MS - 5_000),
        reset_token(stranger, secret, now),
        reset_token(gone, secret, now),
        sign(Purpose.RESET, coach.person.person, secret, now + 60_000),
        sign(Purpose.SESSION, coach.person.person, secret, now + 60_000),
        visitor.cookie or "",
    ):
        body = {"token": token, "password": "an entirely new one"}
        assert error(await visitor.post("/api/accounts/reset", body)) == (410, "bad_link")
    assert (await visitor.log_in("coach@example.org")).status_code == 200


async def test_guessing_is_slowed_then_locked(
    visitor: Browser, gateway: RunningGateway, clock: Clock
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    waits: list[int] = []
    for _ in range(30):
        reply = await visitor.log_in("coach@example.org", "a wrong password")
        if reply.status_code == 429:
            assert error(reply) == (429, "too_many_attempts")
            waits.append(int(reply.headers["retry-after"]))
            clock.now += waits[-1] * 1000
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert waits[-1] == 15 * 60


async def lock(visitor: Browser) -> None:
    """Guess until even the right password is refused there."""
    for _ in range(6):
        await visitor.log_in("coach@example.org", "a wrong password")
    assert error(await visitor.log_in("coach@example.org")) == (429, "too_many_attempts")


async def test_a_link_to_a_new_password_opens_a_locked_account(
    visitor: Browser, gateway: RunningGateway, clock: Clock
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    await lock(visitor)
    body = {"token": await link(gateway, "coach@example.org", now_ms()), "password": PASSWORD}
    assert (await visitor.post("/api/accounts/reset", body)).status_code == 204
    assert (await visitor.log_in("coach@example.org")).status_code == 200, "no time has passed"


async def test_an_operator_who_makes_a_link_opens_a_locked_account(
    visitor: Browser, gateway: RunningGateway, clock: Clock
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    await lock(visitor)
    services = gateway.services
    await care.reset_link(services.store, "coach@example.org", services.settings.token_secret)
    assert (await visitor.log_in("coach@example.org")).status_code == 200, "no time has passed"


async def test_guessing_from_elsewhere_locks_nobody_out(
    visitor: Browser, gateway: RunningGateway, clock: Clock
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    body = {"email": "coach@example.org", "password": "a wrong password"}
    for number in range(20):
        for _ in range(2):  # the first one may have to wait
            there = {"X-Forwarded-For": f"192.0.2.{number}"}
            if (await visitor.post("/api/accounts/log-in", body, **there)).status_code == 401:
                break
            clock.now += 60_000
    waits = await visitor.log_in("coach@example.org")
    assert error(waits) == (429, "too_many_attempts")
    assert int(waits.headers["retry-after"]) <= 60
    for number in range(20, 40):
        there = {"X-Forwarded-For": f"192.0.2.{number}"}
        reply = await visitor.post("/api/accounts/log-in", body, **there)
        assert error(reply) == (429, "too_many_attempts"), "a new address is no way round"
    clock.now += 60_000
    assert (await visitor.log_in("coach@example.org")).status_code == 200, "whoever else tries"


async def test_what_was_not_checked_is_no_failure(
    visitor: Browser, gateway: RunningGateway, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    await lock(visitor)
    for _ in range(60):
        assert (await visitor.log_in("coach@example.org")).status_code == 429
    await make(gateway, Role.COACH, "other@example.org")
    with monkeypatch.context() as patched:
        patched.setattr(gateway.services.passwords, "_waiting", 64)
        for _ in range(40):
            assert error(await visitor.log_in("other@example.org")) == (503, "busy")
    assert (await visitor.log_in("other@example.org")).status_code == 200


async def test_a_locked_account_refuses_the_right_password_and_opens_by_itself(
    visitor: Browser, gateway: RunningGateway, clock: Clock
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    for _ in range(6):
        await visitor.log_in("coach@example.org", "a wrong password")
    assert (await visitor.log_in("coach@example.org")).status_code == 429
    clock.now += 60_000
    assert (await visitor.log_in("coach@example.org")).status_code == 200
    assert (await visitor.log_in("coach@example.org", "wrong again")).status_code == 401, "anew"


async def test_an_unknown_address_is_slowed_and_told_the_same(
    visitor: Browser, gateway: RunningGateway, clock: Clock
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    replies = {
        email: [(await visitor.log_in(email, "a wrong password")) for _ in range(6)]
        for email in ("coach@example.org", "nobody@example.org")
    }
    said = [[(each.status_code, each.json()) for each in one] for one in replies.values()]
    assert said[0] == said[1]
    assert [each[0] for each in said[0]] == [401] * 5 + [429]


async def test_guessing_at_many_accounts_is_slowed_by_address(
    visitor: Browser, gateway: RunningGateway, clock: Clock
) -> None:
    await make(gateway, Role.COACH, "coach@example.org")
    attempts = gateway.services.store.attempts
    key = address_key("127.0.0.1")
    for _ in range(31):
        await attempts.begin(key, ADDRESS, clock())
    assert error(await visitor.log_in("coach@example.org")) == (429, "too_many_attempts")
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    body = {"email": "coach@example.org", "password": PASSWORD}
    assert (await visitor.post("/api/accounts/log-in", body, **elsewhere)).status_code == 200


async def test_signing_up_again_and_again_is_slowed(
    visitor: Browser, gateway: RunningGateway, clock: Clock
) -> None:
    key = address_key("127.0.0.1", "sign-up")
    for _ in range(21):
        await gateway.services.store.attempts.begin(key, SIGN_UP, clock())
    reply = await visitor.post("/api/accounts/sign-up", NEW)
    assert error(reply) == (429, "too_many_attempts")


async def test_no_password_reaches_the_database(visitor: Browser, gateway: RunningGateway) -> None:
    await visitor.post("/api/accounts/sign-up", NEW)
    account = await gateway.services.store.people.by_email(NEW["email"])
    assert account is not None
    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in json.dumps(account.password_hash)
