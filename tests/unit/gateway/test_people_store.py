"""People, log-ins and counts of attempts, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from gateway.accounts.model import Account, Person, Role
from gateway.accounts.throttle import Limit
from gateway.db.people import EmailTaken
from gateway.db.store import Store, open_store
from gateway.db.tables import LOGINS

DAY = 86_400_000
LIMIT = Limit(free=2, locked_from=4, lock_ms=10_000, leak_ms=60_000)


def account(name: str = "a", role: Role = Role.RECRUITER) -> Account:
    person = Person(f"p_{name}", f"{name}@example.org", name.upper(), role, created_at=ord(name))
    return Account(person, f"hash of {name}")


async def logged_in(store: Store, name: str, now: int, ttl_ms: int) -> str:
    token = await store.logins.add(account(name), now, ttl_ms)
    assert token is not None
    return token


async def test_people_are_kept_and_found(store: Store) -> None:
    for name in "ba":
        await store.people.add(account(name))
    assert await store.people.get("p_a") == account("a")
    assert await store.people.by_email("b@example.org") == account("b")
    assert await store.people.by_email("B@example.org") is None, "addresses come here normalised"
    assert await store.people.get("p_nobody") is None
    assert [each.person for each in await store.people.everyone()] == ["p_a", "p_b"]
    assert "hash" not in repr(account())


async def test_an_address_has_one_account(store: Store) -> None:
    await store.people.add(account("a"))
    twin = Person("p_twin", "a@example.org", "B", Role.ADMIN, 0)
    with pytest.raises(EmailTaken):
        await store.people.add(Account(twin, "x"))
    assert await store.people.get("p_twin") is None


async def test_a_password_is_replaced_once(store: Store) -> None:
    await store.people.add(account())
    known = account()
    done = await asyncio.gather(
        *(store.people.set_password(known, f"new {number}") for number in range(5))
    )
    assert sorted(done) == [False] * 4 + [True]


async def test_a_log_in_ends_by_time_by_idleness_and_by_hand(store: Store) -> None:
    await store.people.add(account())
    token = await logged_in(store, "a", 0, 10 * DAY)

    async def who(now: int, token: str = token) -> str | None:
        found = await store.logins.person(token, now, idle_ms=2 * DAY)
        return found and found.person

    assert await who(DAY) == "p_a"
    assert await who(3 * DAY - 1) == "p_a", "asking keeps it alive"
    assert await who(6 * DAY) is None, "nothing was asked for in two days"
    for now in range(0, 10 * DAY, DAY):
        other = await logged_in(store, "a", now, DAY // 2)
        assert await who(now + DAY // 2, other) is None
    assert await who(0, "nonsense") is None
    last = await logged_in(store, "a", 0, DAY)
    await store.logins.remove(last)
    assert await who(1, last) is None


async def test_everywhere_is_everywhere_and_others_stay(store: Store) -> None:
    for name in "ab":
        await store.people.add(account(name))
    mine = [await logged_in(store, "a", 0, DAY) for _ in range(3)]
    other = await logged_in(store, "b", 0, DAY)
    await store.logins.remove_all("p_a")
    assert [await store.logins.person(each, 1, DAY) for each in mine] == [None] * 3
    assert await store.logins.person(other, 1, DAY) is not None


async def test_the_disabled_are_logged_in_nowhere(store: Store) -> None:
    await store.people.add(account())
    token = await logged_in(store, "a", 0, DAY)
    await store.people.set_disabled("p_a", disabled=True)
    assert await store.logins.person(token, 1, DAY) is None


async def test_who_has_an_old_password_or_is_disabled_is_not_let_in(store: Store) -> None:
    """The password was checked before, which takes a while: it may be another one by now."""
    await store.people.add(account())
    await store.people.set_password(account(), "another hash")
    assert await store.logins.add(account(), 0, DAY) is None
    changed = replace(account(), password_hash="another hash")
    assert await store.logins.add(changed, 0, DAY) is not None
    await store.people.set_disabled("p_a", disabled=True)
    assert await store.logins.add(changed, 0, DAY) is None
    assert await store.logins.add(account("n"), 0, DAY) is None
    async with store._engine.connect() as connection:
        assert len((await connection.execute(select(LOGINS))).all()) == 1


async def test_no_log_in_survives_a_change_at_the_same_moment(store: Store) -> None:
    await store.people.add(account())

    async def change() -> None:
        await store.people.set_password(account(), "another hash")
        await store.logins.remove_all("p_a")

    tokens = await asyncio.gather(
        *(store.logins.add(account(), 0, DAY) for _ in range(5)),
        change(),
        *(store.logins.add(account(), 0, DAY) for _ in range(5)),
    )
    for token in filter(None, tokens):
        assert await store.logins.person(token, 1, DAY) is None


async def test_no_token_can_be_read_from_the_database(store: Store) -> None:
    await store.people.add(account())
    token = await logged_in(store, "a", 0, DAY)
    async with store._engine.connect() as connection:
        stored = (await connection.execute(select(LOGINS))).one()
    assert token not in map(str, stored)
    assert len(stored.login) == 64


async def test_what_is_over_is_tidied_away(store: Store) -> None:
    await store.people.add(account())
    over = await logged_in(store, "a", 0, DAY)
    stays = await logged_in(store, "a", 2 * DAY, DAY)
    await store.logins.tidy(2 * DAY, 9 * DAY)
    assert await store.logins.person(over, 1, 9 * DAY) is None
    assert await store.logins.person(stays, 2 * DAY + 1, 9 * DAY) is not None
    await store.attempts.begin("k", LIMIT, 0)
    await store.attempts.tidy(1)
    assert [await store.attempts.begin("k", LIMIT, 2) for _ in range(2)] == [0, 0]


async def test_attempts_wait_longer_and_are_locked_and_forgotten(store: Store) -> None:
    begin = store.attempts.begin
    assert [await begin("k", LIMIT, 0) for _ in range(3)] == [0, 0, 0]
    assert await begin("k", LIMIT, 0) == 1000
    assert await begin("k", LIMIT, 999) == 1
    assert await begin("k", LIMIT, 1000) == 0, "the fourth failure"
    assert await begin("k", LIMIT, 1000) == LIMIT.lock_ms
    assert await begin("other", LIMIT, 1000) == 0
    assert await begin("k", LIMIT, 11_000) == 0
    assert await begin("k", LIMIT, 11_001) == 9_999, "locked again at once"
    assert await begin("k", LIMIT, 2 * LIMIT.leak_ms) == 0, "three are left, and this makes four"
    assert await begin("k", LIMIT, 2 * LIMIT.leak_ms) == LIMIT.lock_ms
    assert [await begin("k", LIMIT, 9 * LIMIT.leak_ms) for _ in range(3)] == [0, 0, 0]
    await store.attempts.forget("k")
    assert await begin("k", LIMIT, 9 * LIMIT.leak_ms) == 0


async def test_what_others_do_holds_up_every_key_once(store: Store) -> None:
    begin = store.attempts.begin
    assert await begin("k", LIMIT, 0, at_least=5_000) == 5_000
    assert await begin("k", LIMIT, 1_000, at_least=9_000) == 4_000, "others make it no longer"
    assert await begin("k", LIMIT, 5_000, at_least=9_000) == 0
    assert await begin("k", LIMIT, 5_000) == 9_000


async def test_what_is_counted_by_the_way_is_over_soon(store: Store) -> None:
    attempts = store.attempts
    await asyncio.gather(*(attempts.count("k", LIMIT, 0) for _ in range(9)))
    assert await attempts.delay("k", LIMIT, 0) == LIMIT.lock_ms
    assert await attempts.delay("k", LIMIT, LIMIT.leak_ms) == 1_000
    assert await attempts.delay("k", LIMIT, 2 * LIMIT.leak_ms) == 0
    assert await attempts.delay("other", LIMIT, 0) == 0


async def test_an_attempt_that_is_not_counted_leaves_the_wait(store: Store) -> None:
    begin = store.attempts.begin
    for _ in range(3):
        await begin("k", LIMIT, 0)
    await store.attempts.uncount("k")
    assert await begin("k", LIMIT, 0) == 1_000
    assert await begin("k", LIMIT, 1_000) == 0
    assert await begin("k", LIMIT, 1_000) == 1_000, "the third failure once more"


async def test_all_of_an_account_is_forgotten_at_once(store: Store) -> None:
    for key in ("ab", "abc", "a_c", "ac"):
        for _ in range(3):
            await store.attempts.begin(key, LIMIT, 0)
    await store.attempts.forget_all("ab")
    waits = {key: await store.attempts.begin(key, LIMIT, 0) for key in ("ab", "abc", "a_c", "ac")}
    assert waits == {"ab": 0, "abc": 0, "a_c": 1_000, "ac": 1_000}


async def test_success_is_not_held_against_an_address(store: Store) -> None:
    for now in range(20):
        assert await store.attempts.begin("k", LIMIT, now) == 0
        await store.attempts.take_back("k", now)


async def test_guesses_that_come_at_once_are_counted_by_both_gateways(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    other = open_store(database_url, tmp_path)
    waits = await asyncio.gather(
        *(each.attempts.begin("k", LIMIT, 0) for _ in range(10) for each in (store, other))
    )
    assert sum(wait == 0 for wait in waits) == LIMIT.free + 1
    await other.stop()
