"""A session that is deleted leaves no row behind, in the real engine, and none comes back."""

from __future__ import annotations

import signal

import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.stack import Stack
from schemas.events import Event, SessionDeleted
from tests.contract.examples import load_all
from tests.integration.clickhouse.conftest import Store
from tests.integration.clickhouse.interview import score
from tests.integration.clickhouse.test_sink_on_kafka import arrived, chunk, count, publish
from tests.support.session_rows import KEPT, gone, rows
from workers.sink.clickhouse import ClickHouseStore

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(180),
    pytest.mark.requirement("pages-delete"),
]


def of_one_session(session: str) -> list[Event]:
    """Every example, as if of one session: a row for every table, but not the deletion."""
    return [
        type(event).model_validate({**event.model_dump(), "session": session, "id": ""})
        for event in load_all()
        if not isinstance(event, SessionDeleted)
    ]


def deletion(session: str) -> SessionDeleted:
    return SessionDeleted(session=session, at=1_790_000_000_000, by="candidate")


async def settled(stack: Stack, reader: Client, name: str) -> None:
    """Wait until the sink has stored what was published before this, whichever the partition."""
    sessions = [f"{name}_{number}" for number in range(24)]
    for session in sessions:
        await publish(stack, chunk(session, 0), score(session, 1))
    for session in sessions:
        await arrived(reader, "voice_features", session, 1)
        await arrived(reader, "question_scores", session, 1)


async def test_no_table_is_forgotten(stack: Stack, reader: Client, store: Store) -> None:
    for session in ("d_gone", "d_stays"):
        await store(of_one_session(session))
    before = rows(reader, "d_gone")
    empty = {table for table, number in before.items() if not number}
    assert empty == {KEPT}, "give each table of a session's rows an example"
    await store([deletion("d_gone")])
    clickhouse = ClickHouseStore(stack.clickhouse(writer=True))
    try:
        assert await clickhouse.erase({"d_gone", "d_stays"}) == {"d_gone"}
        assert await clickhouse.erase({"d_gone"}) == {"d_gone"}  # again changes nothing
        assert await clickhouse.erase({"d_stays"}) == set()
        many = {f"d_{'x' * 58}{number:04}" for number in range(3000)}
        assert await clickhouse.erase(many | {"d_gone"}) == {"d_gone"}
        assert "d_gone" in await clickhouse.deleted()
        assert "d_stays" not in await clickhouse.deleted()
    finally:
        await clickhouse.close()
    await gone(reader, "d_gone")
    assert rows(reader, "d_stays") == before


async def test_late_and_replayed_rows_do_not_come_back(stack: Stack, reader: Client) -> None:
    events = [*of_one_session("d_late"), score("d_late", 1)]
    await publish(stack, *events)
    await arrived(reader, "voice_features", "d_late", 3)
    await publish(stack, deletion("d_late"))
    await gone(reader, "d_late")
    await publish(stack, chunk("d_late", 9), score("d_late", 2))
    await settled(stack, reader, "d_after")
    await gone(reader, "d_late")
    stack.kill("sink", signal.SIGKILL)
    await publish(stack, *events, deletion("d_late"), chunk("d_late", 10))
    await settled(stack, reader, "d_again")
    await gone(reader, "d_late")
    assert await count(reader, KEPT, "d_late") == 1


async def test_what_another_sink_deleted_does_not_come_back(
    stack: Stack, reader: Client, store: Store
) -> None:
    await store([deletion("d_other")])  # the sink that runs has not heard of it
    await publish(stack, score("d_other", 1), chunk("d_other", 1))
    await settled(stack, reader, "d_meanwhile")
    await gone(reader, "d_other")
