"""A gateway behind a NAT: reached at its announced address, by its ports, or through a TURN server.

Both sides have a NAT of their own, as in real life::

    candidate  ── home router ── internet ── the gateway's router ── gateway
    192.168.7.2   198.51.100.2 ┄┄ 203.0.113.7: UDP range and 8080   10.9.0.2
"""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection

from deploy.demo.candidate import SimulatedCandidate
from schemas.events import AnswerEnded
from schemas.settings import KafkaSettings
from tests.support.candidate import Candidate
from tests.support.gateway import Backend
from tests.support.network import Namespace, Wire
from tests.support.network_answers import connect
from tests.support.network_gateway import PORT, GatewayThere, Relay, kafka_in

pytestmark = pytest.mark.integration

PUBLIC = "203.0.113.7"
PORTS = range(40_000, 40_004)

_HOME = """
table ip nat {
  chain out {
    type nat hook postrouting priority srcnat
    ip saddr 192.168.7.0/24 masquerade
  }
}
table ip guard {
  chain through {
    type filter hook forward priority filter
    policy drop
    ct state established,related accept
    ip saddr 192.168.7.0/24 accept
  }
}
"""

_OFFICE = f"""
table ip nat {{
  chain in {{
    type nat hook prerouting priority dstnat
    ip daddr {PUBLIC} udp dport {PORTS[0]}-{PORTS[-1]} dnat to 10.9.0.2
    ip daddr {PUBLIC} tcp dport {PORT} dnat to 10.9.0.2
  }}
  chain out {{
    type nat hook postrouting priority srcnat
    ip saddr 10.9.0.0/24 masquerade
  }}
}}
table ip guard {{
  chain through {{
    type filter hook forward priority filter
    policy drop
    ct state established,related accept
    ct status dnat accept
    ip saddr 10.9.0.0/24 accept
  }}
}}
"""


@dataclass(frozen=True)
class Places:
    """The two ends; ``url`` is how the candidate sees the gateway."""

    candidate: Namespace
    gateway: Namespace
    url: str


@pytest.fixture
def stack(networks: None) -> Iterator[ExitStack]:
    with ExitStack() as held:
        yield held


@pytest.fixture
def nats(stack: ExitStack) -> Places:
    if shutil.which("nft") is None:
        pytest.skip("nftables is not installed")
    candidate, home, office, gateway = (stack.enter_context(Namespace()) for _ in range(4))
    stack.enter_context(Wire((candidate, "192.168.7.2"), (home, "192.168.7.1")))
    stack.enter_context(Wire((home, "198.51.100.2"), (office, PUBLIC)))
    stack.enter_context(Wire((office, "10.9.0.1"), (gateway, "10.9.0.2")))
    candidate.run("ip", "route", "add", "default", "via", "192.168.7.1")
    home.run("ip", "route", "add", "default", "via", PUBLIC)
    gateway.run("ip", "route", "add", "default", "via", "10.9.0.1")
    for router, rules in ((home, _HOME), (office, _OFFICE)):
        router.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        router.run("nft", "-f", "-", text=rules)
    return Places(candidate, gateway, f"http://{PUBLIC}:{PORT}")


def behind(places: Places, stack: ExitStack, kafka: KafkaSettings, folder: Path) -> GatewayThere:
    stack.enter_context(kafka_in(places.gateway, kafka.bootstrap))
    return stack.enter_context(
        GatewayThere(places.gateway, kafka, folder, VIVA_GATEWAY_CAPACITY="2")
    )


def ports_in_use(place: Namespace) -> set[int]:
    """Return the ports of the range that a socket of ``place`` has."""
    text = place.run("cat", "/proc/thread-self/net/udp")
    used = {int(port, 16) for port in re.findall(r"^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) ", text, re.M)}
    return used & set(PORTS)


@pytest.mark.requirement("webrtc-nat")
async def test_behind_a_nat_the_announced_address_connects_and_nothing_else(
    nats: Places, stack: ExitStack, kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    gateway = behind(nats, stack, kafka, tmp_path)
    place = nats.candidate
    await gateway.start()
    hidden = Candidate(nats.url, await gateway.create())
    with pytest.raises(TimeoutError):
        await place.inside(asyncio.wait_for(hidden.connect(), 4))
    assert "10.9.0.2" in hidden.answer_sdp
    assert PUBLIC not in hidden.answer_sdp
    await place.inside(hidden.close())
    gateway.stop()

    await gateway.start(
        VIVA_GATEWAY_ANNOUNCED_ADDRESS=PUBLIC,
        VIVA_GATEWAY_UDP_PORTS=f"{PORTS[0]}-{PORTS[-1]}",
    )
    candidate = Candidate(nats.url, await gateway.create())
    await connect(place, candidate)
    assert "10.9.0.2" not in candidate.answer_sdp
    await place.inside(candidate.calibrate())
    await place.inside(candidate.answer(2.0))
    await backend.until(lambda: bool(backend.of(AnswerEnded, candidate.session)))
    (ended,) = backend.of(AnswerEnded, candidate.session)
    await backend.settled(ended)
    assert ended.counts[0].frames >= 5
    assert ended.counts[0].chunks >= 4
    assert len(ports_in_use(nats.gateway)) == 1

    taken = await _take_the_rest(nats, candidate, gateway)
    await place.inside(candidate.close())
    for each in taken:
        each.close()
    async with asyncio.timeout(20):
        while ports_in_use(nats.gateway):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.2)
    gateway.stop()
    assert '"level": "ERROR"' not in gateway.said


async def _take_the_rest(
    nats: Places, candidate: Candidate, gateway: GatewayThere
) -> list[socket.socket]:
    """With no port left an offer is refused at once, and taken when there is one again."""

    def occupy() -> list[socket.socket]:
        held = []
        for port in set(PORTS) - ports:
            held.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            held[-1].bind(("10.9.0.2", port))
        return held

    ports = ports_in_use(nats.gateway)
    taken = nats.gateway.call(occupy)
    other = Candidate(nats.url, await gateway.create())
    reply = await nats.candidate.inside(_offer(other))
    assert (reply.status_code, reply.json()["error"]["code"]) == (503, "ports")
    assert int(reply.headers["Retry-After"]) >= 1
    await nats.candidate.inside(candidate.until_state("asked"))
    assert (await nats.candidate.inside(candidate.command("repeat")))["ok"], "who is in stays in"
    taken.pop().close()
    await connect(nats.candidate, other)
    assert other.epoch == 1, "the refused offer was none"
    await nats.candidate.inside(other.close())
    return taken


async def _offer(candidate: Candidate) -> httpx.Response:
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    pc.createDataChannel("viva")
    await pc.setLocalDescription(await pc.createOffer())
    try:
        return await candidate.offer(pc.localDescription.sdp)
    finally:
        await pc.close()


@pytest.mark.requirement("webrtc-nat")
async def test_a_candidate_who_reaches_only_the_turn_server_is_recorded(
    stack: ExitStack, kafka: KafkaSettings, backend: Backend, tmp_path: Path
) -> None:
    """No route leads from one side to the other; pages come through a proxy beside the relay."""
    if shutil.which("turnserver") is None:
        pytest.skip("coturn is not installed")
    candidate_place, middle, gateway_place = (stack.enter_context(Namespace()) for _ in range(3))
    stack.enter_context(Wire((candidate_place, "10.20.1.2"), (middle, "10.20.1.1")))
    stack.enter_context(Wire((middle, "10.20.2.1"), (gateway_place, "10.20.2.2")))
    stack.enter_context(Relay(middle, "10.20.1.1", PORT, middle, ("10.20.2.2", PORT)))
    places = Places(candidate_place, gateway_place, f"http://10.20.1.1:{PORT}")
    secret = "a-word-nobody-logs"
    arguments = (
        f"-n --no-cli --no-tls --no-dtls --no-tcp --lt-cred-mech -r viva -u viva:{secret} "
        f"-L 10.20.1.1 -E 10.20.2.1 --min-port 50000 --max-port 50100 "
        f"-b {tmp_path}/turn.db --pidfile {tmp_path}/turn.pid -l stdout"
    ).split()
    relay = middle.start("turnserver", *arguments, log=tmp_path / "turn.log")

    gateway = behind(places, stack, kafka, tmp_path)
    await gateway.start(
        VIVA_GATEWAY_ANNOUNCED_ADDRESS="10.20.2.2",
        VIVA_GATEWAY_ICE_SERVERS='["turn:10.20.1.1:3478?transport=udp"]',
        VIVA_GATEWAY_ICE_USERNAME="viva",
        VIVA_GATEWAY_ICE_CREDENTIAL=secret,
    )
    assert relay.poll() is None, (tmp_path / "turn.log").read_text()[-1_000:]
    created = await gateway.create()
    candidate = SimulatedCandidate("relayed", places.url, created["session"], created["token"])
    await candidate_place.inside(_record(candidate))
    await backend.until(lambda: bool(backend.of(AnswerEnded, candidate.session)))
    (ended,) = backend.of(AnswerEnded, candidate.session)
    await backend.settled(ended)
    assert ended.counts[0].frames >= 5
    assert ended.counts[0].chunks >= 4

    refused, described = await candidate_place.inside(
        _get(places.url, "/rtc/ice-servers", "/openapi.json")
    )
    assert refused.status_code == 401
    assert secret not in described.text
    gateway.stop()
    assert secret not in gateway.said


async def _record(candidate: SimulatedCandidate) -> None:
    await candidate.connect()
    await candidate.command("ready")
    await candidate.command("calibrate")
    await candidate.until(lambda: candidate.snapshot["state"] == "asked", "the question")
    await candidate.command("answer.start")
    await asyncio.sleep(2)
    await candidate.command("answer.end")
    await candidate.close()


async def _get(url: str, *paths: str) -> list[httpx.Response]:
    async with httpx.AsyncClient(base_url=url) as http:
        return [await http.get(path) for path in paths]
