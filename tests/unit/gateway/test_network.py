"""Where media come in: settings, ports, announced addresses, STUN and TURN servers."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import aioice
import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from pydantic import ValidationError

from gateway.rtc import network as network_module
from gateway.rtc.audio import AudioReader
from gateway.rtc.frames import FrameReader
from gateway.rtc.network import Network, NoPort
from gateway.rtc.offer import BadOffer
from gateway.rtc.peer import Peer
from schemas.settings import GatewaySettings
from tests.support.gateway import Camera, Microphone

_CANDIDATE = re.compile(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ (\w+)", re.MULTILINE)


def settings(**more: object) -> GatewaySettings:
    return GatewaySettings(**{"capacity": 2, **more})


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"announced_address": "viva.example.org"}, "not an IP address"),
        ({"announced_address": "0.0.0.0"}, "not an address that a browser can send to"),
        ({"announced_address": "203.0.113.7, 224.0.0.1"}, "224.0.0.1"),
        ({"trusted_proxies": "*"}, "no IP address"),
        ({"trusted_proxies": "127.0.0.1, proxy"}, "'proxy' is no IP address"),
        ({"trusted_proxies": "10.1.2.3/24"}, "such as 10.1.2.3 or"),
        ({"trusted_proxies": "0.0.0.0/0"}, "everybody"),
        ({"trusted_proxies": "10.0.0.1,::/0"}, "everybody"),
        ({"udp_ports": "40000"}, "write FIRST-LAST"),
        ({"udp_ports": "40010-40000"}, "the first not above the last"),
        ({"udp_ports": "80-90"}, "1024 to 65535"),
        ({"udp_ports": "65000-70000"}, "1024 to 65535"),
        ({"udp_ports": "40000-40002"}, "a capacity of 2 needs 4"),
        ({"ice_servers": ("http://example.org",)}, "stun:HOST"),
        ({"ice_servers": ("stun:a:3478?transport=udp",)}, "stun:HOST"),
        ({"ice_servers": ("turn:a:3478",)}, "needs ice_username and ice_credential"),
        ({"ice_servers": ("turn:a",), "ice_username": "u"}, "needs ice_username"),
        ({"ice_username": "u", "ice_credential": "s"}, "are for a turn:"),
    ],
)
def test_bad_settings_say_what_is_wrong(more: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        settings(**more)


def test_settings_are_empty_by_default() -> None:
    assert network_module.of(settings()) == Network((), (), ())
    assert network_module.of(settings()).own_servers == []


def test_settings_become_a_network_and_the_secret_stays_one() -> None:
    given = settings(
        announced_address="203.0.113.7, 2001:db8::7",
        udp_ports="40000-40003",
        ice_servers=("stun:s:3478", "turn:t?transport=tcp"),
        ice_username="viva",
        ice_credential="hidden-word",
    )
    made = network_module.of(given)
    assert made.announced == ("203.0.113.7", "2001:db8::7")
    assert made.ports == (40000, 40001, 40002, 40003)
    stun, turn = made.servers
    assert (stun.username, stun.credential) == (None, None)
    assert (turn.urls, turn.username, turn.credential) == (
        "turn:t?transport=tcp",
        "viva",
        "hidden-word",
    )
    assert made.own_servers == [], "an announced address is reachable without help"
    assert "hidden-word" not in repr(given)
    assert "hidden-word" not in repr(made)


def free_range(count: int) -> tuple[int, ...]:
    """Return ``count`` ports in a row that nobody uses on loopback at this moment."""
    for first in range(42_000, 60_000, count):
        held = []
        try:
            for port in range(first, first + count):
                held.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                held[-1].bind(("0.0.0.0", port))
        except OSError:
            continue
        finally:
            for each in held:
                each.close()
        return tuple(range(first, first + count))
    raise AssertionError("no free ports")


def test_one_port_for_all_addresses_each_in_turn_until_none_is_left() -> None:
    ports = free_range(3)
    network = Network(ports=ports)
    bound = [network.bind(["127.0.0.1", "127.0.0.2"]) for _ in ports]
    used = [{each.getsockname()[1] for each in pair} for pair in bound]
    assert [len(pair) for pair in bound] == [2, 2, 2]
    assert sorted(port for pair in used for port in pair) == list(ports)
    with pytest.raises(NoPort):
        network.bind(["127.0.0.1"])
    for each in bound.pop(1):
        each.close()
    (again,) = network.bind(["127.0.0.1"])
    assert again.getsockname()[1] in used[1]
    for each in (again, *(each for pair in bound for each in pair)):
        each.close()


def test_an_address_that_cannot_be_used_is_left_out() -> None:
    (bound,) = Network(ports=free_range(1)).bind(["192.0.2.1", "127.0.0.1"])
    assert bound.getsockname()[0] == "127.0.0.1"
    bound.close()


@asynccontextmanager
async def browser(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RTCPeerConnection]:
    """An offer in hand; both sides have loopback alone."""
    monkeypatch.setattr("aioice.ice.get_host_addresses", lambda **_: ["127.0.0.1"])
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    pc.addTrack(Camera())
    pc.addTrack(Microphone())
    pc.createDataChannel("viva")
    await pc.setLocalDescription(await pc.createOffer())
    yield pc
    await pc.close()


async def test_the_answer_names_the_announced_addresses_and_a_port_of_the_range(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports = free_range(2)
    network = Network(("127.0.0.1", "203.0.113.7", "2001:db8::7"), ports)
    with ThreadPoolExecutor(1) as pool:
        async with browser(monkeypatch) as pc:
            audio = AudioReader()
            peer = Peer(network, FrameReader(settings(), pool), audio)
            answer = await peer.answer(pc.localDescription.sdp)
            found = _CANDIDATE.findall(answer)
            assert {name for name, _, _ in found} == {"127.0.0.1", "203.0.113.7"}
            assert {kind for _, _, kind in found} == {"host"}
            assert {int(port) for _, port, _ in found} <= set(ports)
            assert len({port for _, port, _ in found}) == 1, "one port a candidate"
            await pc.setRemoteDescription(RTCSessionDescription(answer, "answer"))
            async with asyncio.timeout(10):
                while not audio.last_seen:  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.02)
            assert peer.silent_s < 5
            await peer.close()
    assert_free(ports)


async def test_without_a_port_the_offer_is_refused_and_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports = free_range(1)
    with ThreadPoolExecutor(1) as pool:
        async with browser(monkeypatch) as pc:
            offer = pc.localDescription.sdp
            for _ in range(3):
                first, second = (
                    Peer(Network(ports=ports), FrameReader(settings(), pool), AudioReader())
                    for _ in range(2)
                )
                await first.answer(offer)
                with pytest.raises(NoPort):
                    await second.answer(offer)
                await second.close()
                await first.close()
                assert_free(ports)


async def test_media_that_are_not_bundled_get_no_second_port_of_a_range(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports = free_range(4)
    with ThreadPoolExecutor(1) as pool:
        async with browser(monkeypatch) as pc:
            apart = re.sub(r"a=group:BUNDLE[^\r\n]*\r\n", "", pc.localDescription.sdp)
            peer = Peer(Network(ports=ports), FrameReader(settings(), pool), AudioReader())
            with pytest.raises(BadOffer, match="bundle all media"):
                await peer.answer(apart)
            await peer.close()
            assert_free(ports)
            peer = Peer(Network(), FrameReader(settings(), pool), AudioReader())
            assert "a=group:BUNDLE" in await peer.answer(apart), "any port will do otherwise"
            await peer.close()


def assert_free(ports: tuple[int, ...]) -> None:
    for port in ports:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", port))


def test_connections_made_elsewhere_are_aioices_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts are in their place, and out of everybody else's way."""
    from aiortc import rtcicetransport, rtcrtpreceiver

    from gateway.rtc.parts import Line, PlacedConnection, parts_for
    from gateway.rtc.reorder import SpeechBuffer

    assert rtcicetransport.Connection is PlacedConnection
    assert issubclass(PlacedConnection, aioice.Connection)
    make = rtcrtpreceiver.JitterBuffer
    assert not isinstance(make(capacity=16, prefetch=4), SpeechBuffer)
    with parts_for(Line(Network())):
        assert isinstance(make(capacity=16, prefetch=4), SpeechBuffer)
        assert not isinstance(make(capacity=512, is_video=True), SpeechBuffer)
