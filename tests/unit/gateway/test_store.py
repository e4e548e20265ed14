"""The session rows, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.db.store import Store, UnknownSession, open_store
from gateway.session import machine
from gateway.session.model import Consent, Interview, State
from schemas.events import SessionEnded
from schemas.formula import Policy
from schemas.language import Language


def interview(session: str = "s1", slot: int = 0) -> Interview:
    made = machine.create(
        session=session,
        slot=slot,
        language=Language.KOREAN,
        policy=Policy.PRACTICE,
        total=3,
        position="",
        company="",
        now=1_000,
        expires_at=100_000,
    )
    made.consent = Consent.unasked()
    made.outbox.clear()
    return made


async def test_a_session_is_kept(store: Store, database_url: str, tmp_path: Path) -> None:
    await store.add(interview())
    again = open_store(database_url, tmp_path)
    assert (await again.get("s1")).language is Language.KOREAN
    await again.stop()
    with pytest.raises(UnknownSession):
        await store.get("s2")


async def test_epochs_rise_by_one_however_many_offers_come_at_once(store: Store) -> None:
    await store.add(interview())
    epochs: list[int] = []

    async def connect() -> None:
        changed = await store.change("s1", lambda it: machine.connect(it, slot=0, now=2_000))
        epochs.append(changed.epoch)

    await asyncio.gather(*(connect() for _ in range(10)))
    assert sorted(epochs) == list(range(1, 11))


async def test_a_change_that_raises_changes_nothing(store: Store) -> None:
    await store.add(interview())

    def fail(it: Interview) -> None:
        it.epoch = 99
        raise KeyError("no")

    with pytest.raises(KeyError):
        await store.change("s1", fail)
    assert (await store.get("s1")).epoch == 0


async def test_the_sweeper_is_shown_only_what_may_need_it(store: Store) -> None:
    names = "quiet connected pending gone looked ended expired elsewhere"
    for name in names.split():
        await store.add(interview(name, slot=1 if name == "elsewhere" else 0))

    def lost(it: Interview) -> None:
        machine.connect(it, slot=it.slot, now=2_000)
        machine.disconnect(it, reason="lost", now=3_000)
        it.outbox.clear()

    def set_connected(it: Interview) -> None:
        machine.connect(it, slot=it.slot, now=2_000)
        it.outbox.clear()

    def begun(it: Interview) -> None:
        lost(it)
        it.state = State.ASKED

    def end(it: Interview) -> None:
        lost(it)
        it.state = State.ENDED

    await store.change("connected", set_connected)
    await store.change("elsewhere", set_connected)
    await store.change("pending", lambda it: machine.connect(it, slot=0, now=2_000))
    await store.change("gone", begun)
    await store.change("looked", lost)
    await store.change("ended", end)
    await store.change("expired", lambda it: setattr(it, "expires_at", 4_000))

    async def due(*slots: int, here: tuple[str, ...] = ()) -> set[str]:
        found = await store.due(set(slots), here, now=5_000, gone_before=4_500)
        return {each.session for each in found}

    assert await due(0) == {"connected", "pending", "gone", "expired"}
    assert await due(1) == {"elsewhere"}
    assert await due(2, here=("quiet", "unknown")) == {"quiet"}
    assert await due(1, here=("connected", "ended")) == {"elsewhere", "connected", "ended"}


async def test_only_old_sessions_that_are_over_are_forgotten(store: Store) -> None:
    for name in ("over", "open", "pending", "recent"):
        made = interview(name)
        made.state = State.NEW if name == "open" else State.ENDED
        made.expires_at = 9_000 if name == "recent" else 4_000
        if name == "pending":
            made.publish(SessionEnded(session=name, at=1, reason="left"))
        await store.add(made)
    assert await store.forget(before=5_000) == 1
    with pytest.raises(UnknownSession):
        await store.get("over")
    for name in ("open", "pending", "recent"):
        assert (await store.get(name)).session == name


async def test_the_inbox_offset_is_noted_by_slot(store: Store) -> None:
    assert await store.inbox_offset(3) is None
    await store.note_gateway(3, 41, now=1_000)
    await store.note_gateway(3, 42, now=2_000)
    await store.note_gateway(4, 7, now=9_000)
    assert await store.inbox_offset(3) == 42
    assert await store.silent_slots(5_000) == {3}
