"""Jobs and invitations, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from gateway.accounts.model import Account, Person, Role
from gateway.db.invitations import Invitation
from gateway.db.jobs import Job
from gateway.db.store import Store, UnknownSession
from gateway.session import machine
from gateway.session.model import Interview, State
from schemas.formula import Policy
from schemas.language import Language


def interview(session: str) -> Interview:
    return machine.create(
        session=session, slot=0, language=Language.ENGLISH, policy=Policy.HIRING, total=2,
        position="", company="", now=0, expires_at=9,
    )  # fmt: skip


def invitation(name: str, job: str = "j_1") -> Invitation:
    return Invitation(f"i_{name}", job, name, "", created_at=1, expires_at=9)


@pytest.fixture
async def job(store: Store) -> Job:
    for name in "ab":
        person = Person(f"p_{name}", f"{name}@example.org", name, Role.COACH, 0)
        await store.people.add(Account(person, ""))
    made = Job("j_1", "p_a", "{}", created_at=5)
    await store.jobs.add(made)
    return made


async def known(store: Store) -> dict[str, tuple[str, str, int]]:
    """Return name, address and time of revocation by invitation."""
    listed = [each.invitation for each in await store.invitations.of("j_1")]
    return {each.invitation: (each.name, each.email, each.revoked_at) for each in listed}


async def test_jobs_are_their_owners(store: Store, job: Job) -> None:
    newer = Job("j_2", "p_a", "{}", created_at=6)
    await store.jobs.add(newer)
    await store.jobs.add(Job("j_3", "p_b", "{}", created_at=7))
    assert await store.jobs.of("p_a") == [newer, job]
    assert await store.jobs.get("j_nothing") is None
    await store.jobs.change("j_1", '{"a": 1}')
    await store.jobs.archive("j_1", 8)
    assert await store.jobs.get("j_1") == Job("j_1", "p_a", '{"a": 1}', 5, 8)


async def test_an_invitation_keeps_what_is_made_easier(store: Store, job: Job) -> None:
    made = replace(invitation("one"), adjustments='{"extra_time": 2.0}')
    await store.invitations.add(made)
    assert await store.invitations.get("i_one") == made
    # As a gateway of an earlier version, beside this one, makes it.
    columns = "invitation, job, name, email, created_at, expires_at, revoked_at"
    async with store._engine.begin() as connection:
        await connection.execute(
            text(f"INSERT INTO invitations ({columns}) VALUES ('i_old', 'j_1', 'old', '', 1, 9, 0)")
        )
    assert await store.invitations.get("i_old") == invitation("old")


async def test_two_devices_open_one_interview(store: Store, job: Job) -> None:
    await store.invitations.add(invitation("one"))
    sessions = [f"s_{number}" for number in range(5)]
    won = await asyncio.gather(*(store.add_invited(interview(each), "i_one") for each in sessions))
    assert sum(won) == 1
    found = await store.invitations.get("i_one")
    assert found is not None
    assert found.session == sessions[won.index(True)]
    for each in set(sessions) - {found.session}:
        with pytest.raises(UnknownSession):
            await store.get(each)
    assert await store.invitations.owner_of(found.session) == job.owner
    assert await store.invitations.owner_of("s_nobody") == ""


async def test_a_revoked_invitation_opens_nothing(store: Store, job: Job) -> None:
    await store.invitations.add(invitation("one"))
    await store.invitations.revoke("i_one", 7)
    await store.invitations.revoke("i_one", 8)
    assert not await store.add_invited(interview("s_1"), "i_one")
    found = await store.invitations.get("i_one")
    assert found is not None
    assert (found.revoked_at, found.session) == (7, "")


async def test_whose_a_revoked_invitation_was_is_forgotten_unless_it_was_opened(
    store: Store, job: Job
) -> None:
    for name in ("opened", "unopened"):
        made = replace(invitation(name), email="kim@example.org")
        await store.invitations.add(made)
    await store.add_invited(interview("s_1"), "i_opened")
    for name in ("opened", "unopened"):
        await store.invitations.revoke(f"i_{name}", 7)
    assert await known(store) == {
        "i_unopened": ("", "", 7),
        "i_opened": ("opened", "kim@example.org", 7),
    }


async def test_who_did_not_come_is_forgotten_before_the_invitation(store: Store, job: Job) -> None:
    for name in ("opened", "unopened", "revoked"):
        await store.invitations.add(replace(invitation(name), email="kim@example.org"))
    await store.add_invited(interview("s_1"), "i_opened")
    # As versions did that kept the name.
    async with store._engine.begin() as connection:
        await connection.execute(
            text("UPDATE invitations SET revoked_at = 3 WHERE invitation = 'i_revoked'")
        )
    assert await store.invitations.forget_people(before=9) == 1
    assert (await known(store))["i_revoked"] == ("", "", 3)
    assert (await known(store))["i_unopened"] == ("unopened", "kim@example.org", 0)
    assert await store.invitations.forget_people(before=10) == 1
    assert await store.invitations.forget_people(before=10) == 0
    assert await known(store) == {
        "i_opened": ("opened", "kim@example.org", 0),
        "i_unopened": ("", "", 0),
        "i_revoked": ("", "", 3),
    }


async def test_a_job_that_was_archived_in_the_same_moment_opens_nothing(
    store: Store, job: Job
) -> None:
    await store.invitations.add(invitation("one"))
    await store.jobs.archive("j_1", 7)
    assert not await store.add_invited(interview("s_1"), "i_one")
    with pytest.raises(UnknownSession):
        await store.get("s_1")
    await store.jobs.archive("j_1", 0)
    assert await store.add_invited(interview("s_1"), "i_one")


async def test_an_invitation_is_forgotten_with_its_interview(store: Store, job: Job) -> None:
    for name in ("opened", "unopened", "open"):
        await store.invitations.add(invitation(name))
    for name in ("opened", "open"):
        await store.add_invited(interview(f"s_{name}"), f"i_{name}")

    def end(it: Interview) -> None:
        it.state, it.outbox = State.ENDED, []

    await store.change("s_opened", end)
    assert await store.forget(before=9) == 0
    assert len(await store.invitations.of("j_1")) == 3
    assert await store.forget(before=10) == 1
    (left,) = await store.invitations.of("j_1")
    assert left.invitation.invitation == "i_open"


async def test_a_jobs_interviews_say_how_far_they_are(store: Store, job: Job) -> None:
    for name in ("one", "two"):
        await store.invitations.add(invitation(name))
    await store.add_invited(interview("s_1"), "i_two")
    listed = {each.invitation.invitation: each for each in await store.invitations.of("j_1")}
    assert listed["i_one"].state == listed["i_one"].policy == ""
    assert (listed["i_two"].state, listed["i_two"].policy) == ("new", "hiring")
    assert await store.invitations.of("j_2") == []
