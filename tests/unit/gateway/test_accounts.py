"""Addresses, passwords, the rule that slows guessing, and links to a new password."""

from __future__ import annotations

from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from pydantic import SecretStr, TypeAdapter, ValidationError

from gateway import tokens
from gateway.accounts.model import Account, Person, Role, normal_email, normal_name
from gateway.accounts.passwords import Busy, Passwords
from gateway.accounts.reset import TTL_MS, check_unused, reset_token
from gateway.accounts.throttle import (
    ACCOUNT,
    ADDRESS,
    EVERYWHERE,
    MINUTE_MS,
    SIGN_UP,
    Limit,
    account_from,
    account_key,
    address_key,
)
from gateway.api.fields import Name
from gateway.tokens import BadToken, ExpiredToken, Purpose
from schemas.ids import now_ms

SECRET = SecretStr("0123456789abcdef0123456789abcdef")
PERSON = Person("p_1", "a@example.org", "A", Role.RECRUITER, 0)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("A@Example.ORG", "a@example.org"),
        ("  b.c+d@example.org\n", "b.c+d@example.org"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_written_in_one_way(text: str, normal: str) -> None:
    assert normal_email(text) == normal


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "@b", "a@", "a b@c.org", "a@b@c", "<b>@c.org", "a@-b.org", "a@b..org",
        "a\x00@b.org", "a@b.org\nBcc: c@d.org", "ü@b.org", "a@b\u2024org",
        "x" * 65 + "@b.org", "a@" + "b." * 130,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="address"):
        normal_email(text)


@pytest.mark.parametrize(
    "text", ["Kim", "  Kim\n Min  Su ", "a\x07b", "a\u202eb", "", " ", "x" * 101]
)
def test_a_name_is_what_it_is_wherever_it_is_given(text: str) -> None:
    """By an operator in a terminal, or by a request."""
    try:
        here = normal_name(text)
    except ValueError:
        here = ""
    try:
        there = TypeAdapter(Name).validate_python(text)
    except ValidationError:
        there = ""
    assert here == there
    assert bool(here) == ("Kim" in text)


async def test_a_password_fits_however_the_keyboard_composes_it() -> None:
    passwords = Passwords()
    stored = await passwords.hash("비밀번호는 열 글자 é")
    assert stored.startswith("$argon2id$")
    assert await passwords.fits(stored, "비밀번호는 열 글자 e\u0301")
    assert not await passwords.fits(stored, "비밀번호는 열 글자 e")
    assert not await passwords.fits("", "anything")
    assert not await passwords.fits("no hash at all", "anything")


async def test_no_account_takes_as_long_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords()
    checked: list[str] = []
    real = PasswordHasher.verify

    def verify(self: PasswordHasher, hashed: str, password: str) -> bool:
        checked.append(hashed)
        return real(self, hashed, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    stored = await passwords.hash("a long password")
    await passwords.fits(stored, "another password")
    await passwords.fits("", "another password")
    cost = [each.split("$")[1:4] for each in checked]
    assert cost[0] == cost[1], "the same work is done where there is no account"


async def test_what_was_hashed_more_cheaply_is_hashed_anew() -> None:
    passwords = Passwords()
    assert passwords.is_dated(PasswordHasher(time_cost=1, memory_cost=8192).hash("x"))
    assert not passwords.is_dated(await passwords.hash("x"))


async def test_more_than_can_wait_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Passwords()
    monkeypatch.setattr(passwords, "_waiting", 64)
    with pytest.raises(Busy):
        await passwords.hash("a long password")


def test_waits_double_and_end_in_a_lock() -> None:
    limit = Limit(free=2, locked_from=6, leak_ms=1, lock_ms=60_000)
    waits = [limit.wait_ms(failures) for failures in range(1, 9)]
    assert waits == [0, 0, 1000, 2000, 4000, 60_000, 60_000, 60_000]
    assert EVERYWHERE.wait_ms(10**6) == MINUTE_MS, "nobody is kept out by others for longer"
    for each in (ACCOUNT, ADDRESS, EVERYWHERE, SIGN_UP):
        assert each.wait_ms(each.free) == 0
        assert each.wait_ms(each.locked_from) == each.lock_ms


def test_failures_leak_away_however_often_somebody_tries() -> None:
    limit = Limit(free=2, locked_from=6, leak_ms=1000)
    assert limit.remembered(5, 0, 999) == (5, 0)
    assert limit.remembered(5, 0, 2500) == (3, 2000)
    assert limit.remembered(5, 0, 5000) == (0, 5000)
    failures, since = 5, 0
    for now in range(0, 5001, 100):
        failures, since = limit.remembered(failures, since, now)
    assert failures == 0


def test_a_network_is_one_address_and_nobody_is_stored_by_name() -> None:
    assert address_key("2001:db8::1") == address_key("2001:db8::ffff")
    assert address_key("2001:db8::1") != address_key("2001:db8:0:1::1")
    assert address_key("192.0.2.1") == address_key("::ffff:192.0.2.1")
    assert address_key("192.0.2.1") != address_key("192.0.2.2")
    assert address_key("192.0.2.1") != address_key("192.0.2.1", "sign-up")
    assert "example" not in account_key("a@example.org")
    one, two = [account_from("a@example.org", f"192.0.2.{each}") for each in (1, 2)]
    assert one != two
    assert len(one) == 64
    for each in (one, two):
        assert each.startswith(account_key("a@example.org"))


def test_a_link_to_a_new_password_works_once() -> None:
    account = Account(PERSON, "old hash")
    claims = tokens.read(Purpose.RESET, reset_token(account, SECRET, now_ms()), SECRET)
    assert claims.subject == "p_1"
    check_unused(account, SECRET, claims.state)
    for state in (claims.state, ""):
        with pytest.raises(BadToken, match="used"):
            check_unused(replace(account, password_hash="new hash"), SECRET, state)
    old = reset_token(account, SECRET, now_ms() - TTL_MS - 5_000)
    with pytest.raises(ExpiredToken):
        tokens.read(Purpose.RESET, old, SECRET)


def test_a_token_is_for_one_purpose() -> None:
    later = now_ms() + 60_000
    for purpose in Purpose:
        token = tokens.sign(purpose, "x", SECRET, later)
        assert tokens.read(purpose, token, SECRET).subject == "x"
        for other in set(Purpose) - {purpose}:
            with pytest.raises(BadToken):
                tokens.read(other, token, SECRET)
