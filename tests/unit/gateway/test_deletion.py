"""What a deletion leaves of a session in the gateway's database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio

import pytest

from gateway.accounts.model import Account, Person, Role
from gateway.db.invitations import Invitation
from gateway.db.jobs import Job
from gateway.db.store import Store, StoredResume, UnknownResume, UnknownSession
from gateway.session import machine
from gateway.session.deletion import Remains, delete
from gateway.session.model import Interview, State
from schemas.events import QuestionAsked, QuestionSpoken
from schemas.events.questions import Source
from schemas.formula import Formula, Policy
from schemas.language import Language

pytestmark = pytest.mark.requirement("pages-delete")


def interview(session: str = "s_1") -> Interview:
    made = machine.create(
        session=session, slot=3, language=Language.ENGLISH, policy=Policy.PRACTICE, total=3,
        position="", company="", now=0, expires_at=9,
    )  # fmt: skip
    made.outbox.clear()
    return made


def heard(it: Interview, number: int, source: Source, clip: str) -> None:
    key = {"session": it.session, "question": number, "at": 0, "text": f"{number}?"}
    language = Language.ENGLISH
    it.asked[number] = QuestionAsked(**key, language=language, engine="e", source=source)
    it.spoken[number] = QuestionSpoken(**key, language=language, clip=clip, engine="piper")


def end(it: Interview) -> Remains:
    return delete(it, by="candidate", now=5)


async def remains(store: Store, session: str) -> Remains:
    found = await store.deletions.remains(session)
    assert found is not None
    return found


async def test_an_open_answer_is_given_up_before_the_session_is_deleted() -> None:
    made = interview()
    heard(made, 1, "bank", "clips/a.ogg")
    made.state, made.question, made.attempt = State.ASKED, 1, 1
    machine.start_answer(made, formula=Formula(), now=1)
    left = end(made)
    said = [each.event["type"] if each.event else "marker" for each in left.interview.outbox]
    assert said[-4:] == ["marker", "answer.abandoned", "session.ended", "session.deleted"]
    assert "answer.started" in said, "what was to be published before still is"
    assert left.interview.slot == 3
    assert left.interview.asked == left.interview.answered == {}


def test_only_clips_that_may_quote_somebody_go() -> None:
    made = interview()
    heard(made, 1, "bank", "clips/bank.ogg")
    heard(made, 2, "model", "clips/model.ogg")
    heard(made, 3, "template", "clips/template.ogg")
    assert end(made).objects == ("clips/model.ogg", "clips/template.ogg")
    made.spoken[1] = made.spoken[1].model_copy(update={"text": "what was drafted"})
    assert "clips/bank.ogg" in end(made).objects


async def test_nothing_that_tells_of_the_candidate_stays(store: Store) -> None:
    await store.people.add(Account(Person("p_a", "a@example.org", "a", Role.COACH, 0), ""))
    await store.jobs.add(Job("j_1", "p_a", "{}", created_at=5))
    await store.invitations.add(Invitation("i_1", "j_1", "Kim", "kim@example.org", 1, 9))
    await store.add_resume(StoredResume("r_1", "resumes/aa", (), 1))
    made = interview()
    made.resume = "r_1"
    heard(made, 1, "model", "clips/mine.ogg")
    heard(made, 2, "model", "clips/shared.ogg")
    other = interview("s_2")
    heard(other, 1, "model", "clips/shared.ogg")
    await store.add(other)
    await store.add_invited(made, "i_1")

    assert not await store.deletions.has("s_1")
    assert await store.deletions.make("s_1", end, slot=7, at=5)
    assert not await store.deletions.make("s_1", end, slot=7, at=6)
    assert await store.deletions.has("s_1")
    with pytest.raises(UnknownSession):
        await store.get("s_1")
    with pytest.raises(UnknownResume):
        await store.resume("r_1")
    (listed,) = await store.invitations.of("j_1")
    it = listed.invitation
    assert (it.name, it.email, it.revoked_at, it.session) == ("", "", 5, "s_1")
    assert (listed.is_deleted, listed.state) == (True, "")
    assert await store.invitations.owner_of("s_1") == "p_a"
    objects = (await remains(store, "s_1")).objects
    assert await store.deletions.of_nobody(objects) == ["clips/mine.ogg", "resumes/aa"]
    assert (await store.get("s_2")).clip(1) == "clips/shared.ogg"

    assert await store.deletions.due({1, 2}) == []
    assert await store.deletions.due({7}) == ["s_1"]
    await store.deletions.done("s_1")
    assert await store.deletions.due({7}) == []
    assert await store.deletions.remains("s_1") is None
    assert await store.deletions.has("s_1")


async def test_a_file_that_another_resume_names_stays(store: Store) -> None:
    for name in ("r_1", "r_2"):
        await store.add_resume(StoredResume(name, "resumes/aa", (), 1))
    made = interview()
    made.resume = "r_1"
    await store.add(made)
    await store.deletions.make("s_1", end, slot=0, at=5)
    objects = (await remains(store, "s_1")).objects
    assert objects == ("resumes/aa",)
    assert await store.deletions.of_nobody(objects) == []
    assert (await store.resume("r_2")).object == "resumes/aa"


async def test_of_two_that_delete_at_once_one_does_it(store: Store) -> None:
    await store.add(interview())
    done = await asyncio.gather(
        *(store.deletions.make("s_1", end, slot=0, at=5) for _ in range(4)),
        return_exceptions=True,
    )
    assert sorted(map(str, done)) == ["False", "False", "False", "True"]


async def test_a_deletion_sees_what_was_written_meanwhile(store: Store) -> None:
    await store.add(interview())
    seen: list[int] = []

    def slow(it: Interview) -> Remains:
        seen.append(it.drafts)
        return end(it)

    async def write() -> None:
        for _ in range(3):
            await store.change("s_1", lambda it: setattr(it, "drafts", it.drafts + 1))

    writing = asyncio.create_task(write())
    await asyncio.sleep(0)
    await store.deletions.make("s_1", slow, slot=0, at=5)
    await asyncio.gather(writing, return_exceptions=True)
    with pytest.raises(UnknownSession):
        await store.get("s_1")


async def test_that_a_session_was_deleted_is_forgotten_last(store: Store) -> None:
    await store.add(interview())
    await store.deletions.make("s_1", end, slot=0, at=5)
    await store.forget(before=10)
    assert await store.deletions.has("s_1"), "something is left to do"
    await store.deletions.done("s_1")
    await store.forget(before=5)
    assert await store.deletions.has("s_1")
    await store.forget(before=6)
    assert not await store.deletions.has("s_1")
