"""Files of candidates go when their time is over."""

from __future__ import annotations

import pytest

from gateway.accounts.model import Account, Person, Role
from gateway.db.invitations import Invitation
from gateway.db.jobs import Job
from gateway.db.store import StoredResume, UnknownResume
from gateway.live.hub import Hub
from gateway.live.services import Services
from gateway.live.sweeper import Sweeper
from schemas.ids import now_ms

DAY = 24 * 3_600_000


async def test_files_are_kept_for_so_many_days_and_no_longer(services: Services) -> None:
    kept = ("resumes/aa", "clips/aa.ogg")
    for name in kept:
        await services.objects.put(name, b"x")
    began = now_ms()
    await services.store.add_resume(StoredResume("r_1", "resumes/aa", (), began))
    time = began
    sweeper = Sweeper(services, Hub(services), clock=lambda: time)

    time = began + 30 * DAY - 60_000
    await sweeper.sweep()
    assert [await services.objects.get(name) for name in kept] == [b"x", b"x"]
    assert (await services.store.resume("r_1")).object == "resumes/aa"

    time = began + 30 * DAY + 3_700_000  # it looks every hour
    await sweeper.sweep()
    assert [await services.objects.get(name) for name in kept] == [None, None]
    with pytest.raises(UnknownResume):
        await services.store.resume("r_1")


async def test_a_file_that_was_given_again_is_kept_anew(services: Services) -> None:
    await services.objects.put("resumes/aa", b"x")
    await services.store.add_resume(StoredResume("r_old", "resumes/aa", (), 0))
    await services.store.add_resume(StoredResume("r_new", "resumes/aa", (), now_ms()))
    await Sweeper(services, Hub(services)).sweep()
    assert (await services.store.resume("r_new")).object == "resumes/aa"
    assert await services.objects.get("resumes/aa") == b"x"
    with pytest.raises(UnknownResume):
        await services.store.resume("r_old")


async def test_who_did_not_come_is_forgotten_after_as_many_days(services: Services) -> None:
    store, expired = services.store, now_ms()
    await store.people.add(Account(Person("p_a", "a@example.org", "a", Role.COACH, 0), ""))
    await store.jobs.add(Job("j_1", "p_a", "{}", created_at=5))
    await store.invitations.add(Invitation("i_1", "j_1", "Kim", "kim@example.org", 1, expired))
    time = expired
    sweeper = Sweeper(services, Hub(services), clock=lambda: time)
    for days, kept in ((30, ("Kim", "kim@example.org")), (31, ("", ""))):
        time = expired + days * DAY
        await sweeper.sweep()
        found = await store.invitations.get("i_1")
        assert found is not None
        assert (found.name, found.email) == kept
