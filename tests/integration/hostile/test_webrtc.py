"""Offers and data channel messages that no page sends: refused, forgotten, harmless to others."""

from __future__ import annotations

import asyncio
import gc
import json
import random
from typing import Any

import httpx
import psutil
import pytest
from aiortc import RTCPeerConnection

from tests.support.candidate import Candidate
from tests.support.fuzz_sdp import OFFERS, damaged_offer
from tests.support.gateway import RunningGateway
from tests.support.hostile import bearer

pytestmark = pytest.mark.integration

OFFERS_SENT = 60


def held() -> tuple[int, int]:
    """Return how many tasks run and how many sockets are open in this process."""
    return len(asyncio.all_tasks()), len(psutil.Process().net_connections())


def open_peers() -> int:
    return sum(
        isinstance(each, RTCPeerConnection) and each.connectionState != "closed"
        for each in gc.get_objects()
    )


async def settles(before: tuple[int, int], seconds: float = 20.0) -> None:
    """Wait until not more is held than before, but for a few connections of HTTP clients."""
    async with asyncio.timeout(seconds):
        while True:
            now = held()
            if now[0] <= before[0] + 3 and now[1] <= before[1] + 5:
                return
            await asyncio.sleep(0.1)


async def post(http: httpx.AsyncClient, who: dict[str, Any], sdp: str) -> httpx.Response:
    body = json.dumps({"session": who["session"], "sdp": sdp, "type": "offer"})
    headers = bearer(who["token"]) | {"Content-Type": "application/json"}
    return await http.post("/rtc/offer", content=body, headers=headers)


async def test_damaged_offers_are_refused_and_leave_nothing_behind(gateway: RunningGateway) -> None:
    choose = random.Random(5)
    who = await gateway.create()
    honest = Candidate(gateway.url, await gateway.create())
    await honest.connect()
    peers, before = open_peers(), held()
    statuses: dict[int, int] = {}
    async with httpx.AsyncClient(base_url=gateway.url, timeout=30) as http:
        for _ in range(OFFERS_SENT):
            sdp = damaged_offer(choose)
            reply = await post(http, who, sdp)
            statuses[reply.status_code] = statuses.get(reply.status_code, 0) + 1
            assert reply.status_code in (200, 400, 413, 422), (reply.text, sdp)
            if reply.status_code != 200:
                error = reply.json()["error"]
                assert error["code"]
                assert len(error["message"]) <= 300
                assert "Traceback" not in reply.text
        assert (await http.get("/readyz")).status_code == 200
    assert statuses.get(200), "some damage does not matter"
    assert statuses.get(400), "some does"
    connection = gateway.app.state.hub.find(who["session"])
    if connection is not None:
        connection.lost("the test is over")
    await settles(before)
    gc.collect()
    assert open_peers() <= peers
    assert (await honest.command("ready"))["ok"]
    await honest.close()


async def test_many_offers_at_once_build_few_peers(gateway: RunningGateway) -> None:
    who = await gateway.create()
    before = held()
    async with httpx.AsyncClient(base_url=gateway.url, timeout=30) as http:
        replies = await asyncio.gather(*(post(http, who, OFFERS[0]) for _ in range(20)))
    codes = sorted({reply.status_code for reply in replies})
    assert codes in ([200, 503], [200])
    for reply in replies:
        if reply.status_code == 503:
            assert reply.json()["error"]["code"] == "busy"
            assert int(reply.headers["Retry-After"]) > 0
    gateway.app.state.hub.find(who["session"]).lost("the test is over")
    await settles(before)


MESSAGES: tuple[Any, ...] = (
    "", " ", "{}", "[]", "null", "1", '"ready"', "{", "\x00", "\ufeff{}", "[" * 4_000,
    '{"seq":1}', '{"seq":1,"command":null}', '{"seq":1,"command":["ready"]}',
    '{"seq":"1","command":"ready"}', '{"seq":1.0,"command":"ready"}',
    '{"seq":true,"command":"ready"}', '{"seq":-1,"command":"ready"}',
    '{"seq":0,"command":"ready"}', '{"seq":1e3,"command":"ready"}',
    '{"seq":99999999999999999999,"command":"ready"}', '{"seq":NaN,"command":"ready"}',
    '{"seq":' + "9" * 4_000 + ',"command":"ready"}', '{"seq":1000000,"command":"ready"}',
    '{"seq":1,"command":"\\ud800"}', '{"seq":1,"command":"' + "x" * 3_900 + '"}',
    '{"seq":2,"command":"ready","seq":7}', '{"seq":7,"command":"__class__"}',
    '{"command":"leave","session":"other","seq":55}', "x" * 60_000, "한" * 20_000,
    b"", b"\xff\xfe", b'{"seq":1,"command":"ready"}', bytes(60_000),
)  # fmt: skip


async def test_messages_that_are_no_commands_change_nothing(gateway: RunningGateway) -> None:
    rude = Candidate(gateway.url, await gateway.create())
    honest = Candidate(gateway.url, await gateway.create())
    await rude.connect()
    await honest.connect()
    before = held()
    for message in MESSAGES:
        rude.channel.send(message)
        await asyncio.sleep(0.01)
    for number in range(300):  # faster than they are read
        rude.channel.send(json.dumps({"seq": 10_000 + number, "command": "ready"}))
    await rude.until(lambda: "malformed" in rude.notices)
    await asyncio.sleep(1)  # the rest is read, or was let go
    rude.seq = rude.snapshot["last_seq"]
    assert (await rude.command("ready"))["ok"], "its own next command is still taken"
    assert rude.snapshot["state"] == "ready"
    for label in ("viva", "other", "x" * 1_000, ""):
        rude.pc.createDataChannel(label)
    assert (await honest.command("ready"))["ok"]
    told = [json.dumps(each) for each in honest.messages]
    assert not any(rude.session in each for each in told)
    assert not {"malformed", "too_many_commands"} & set(honest.notices)
    now = held()
    assert now[0] <= before[0] + 20
    await rude.close()
    await honest.close()


async def test_a_message_of_megabytes_costs_only_its_sender(gateway: RunningGateway) -> None:
    rude = Candidate(gateway.url, await gateway.create())
    honest = Candidate(gateway.url, await gateway.create())
    await rude.connect()
    await honest.connect()
    memory = psutil.Process().memory_info().rss
    rude.pc.sctp._remote_max_message_size = 0  # what the gateway asked for does not bind a liar
    rude.channel.send("x" * (4 << 20))
    began = asyncio.get_running_loop().time()
    assert (await honest.command("ready"))["ok"]
    assert asyncio.get_running_loop().time() - began < 15
    assert psutil.Process().memory_info().rss - memory < 200 << 20
    await rude.close()
    await honest.close()
    async with httpx.AsyncClient(base_url=gateway.url) as http:
        assert (await http.get("/readyz")).status_code == 200
