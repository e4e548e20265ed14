"""Live events that nobody sent: whatever they say, the gateway shows a snapshot and goes on."""

from __future__ import annotations

import json
import random

import httpx
import pytest

from gateway.api.sessions import Snapshot
from schemas.events import Event
from schemas.topics import Topic
from streams.runtime.codec import decode
from tests.support.candidate import Candidate
from tests.support.fuzz import lying_event
from tests.support.gateway import RunningGateway
from tests.support.hostile import bearer

pytestmark = pytest.mark.integration


def lie_about(choose: random.Random, session: str) -> Event:
    """Return a live event of ``session``, its numbers often such as the session really has."""
    raw = lying_event(choose, Topic.INBOX)
    event = decode(raw.key, raw.value, raw.headers)  # type: ignore[arg-type]
    change = {"session": session, "id": "", "question": choose.choice((0, 1, event.question))}
    change["attempt"] = choose.choice((1, event.attempt))
    return type(event).model_validate(event.model_dump() | change)


async def test_lies_about_a_session_break_nothing_and_reach_nobody_else(
    gateway: RunningGateway,
) -> None:
    choose = random.Random(11)
    deliver = gateway.app.state.hub.deliver
    victim = Candidate(gateway.url, await gateway.create())
    other = Candidate(gateway.url, await gateway.create())
    for each in (victim, other):
        await each.connect()
        assert (await each.command("ready"))["ok"]
    assert (await victim.command("calibrate"))["ok"]
    seen = len(other.messages)
    for number in range(150):
        await deliver(lie_about(choose, victim.session))
        await deliver(lie_about(choose, f"s_nobody{number}"))
    async with httpx.AsyncClient(base_url=gateway.url) as http:
        reply = await http.get(f"/api/sessions/{victim.session}", headers=bearer(victim.token))
    assert reply.status_code == 200
    Snapshot.model_validate(reply.json())
    assert len(reply.content) < 256 * 1024, "a snapshot fits in one message"
    assert len(other.messages) == seen
    assert victim.session not in json.dumps(other.messages)
    assert (await victim.command("repeat"))["ack"]
    assert victim.channel.readyState == other.channel.readyState == "open"
    await victim.close()
    await other.close()
