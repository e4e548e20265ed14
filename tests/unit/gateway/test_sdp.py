"""Offers and answers, without a network."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.rtc.audio import AudioReader
from gateway.rtc.frames import FrameReader
from gateway.rtc.network import Network
from gateway.rtc.offer import BadOffer, check_offer
from gateway.rtc.peer import Peer
from gateway.rtc.sdp import with_packet_time
from schemas.settings import GatewaySettings

OFFERS = Path(__file__).parent / "offers"
LIMIT = GatewaySettings().max_offer_bytes


def offer(name: str = "chromium") -> str:
    """A real offer, its mDNS names replaced: nobody answers for them here."""
    text = (OFFERS / f"{name}.sdp").read_bytes().decode()
    return re.sub(r"[0-9a-f-]{36}\.local", "127.0.0.1", text)


async def answer(text: str) -> str:
    with ThreadPoolExecutor(1) as pool:
        peer = Peer(Network(), FrameReader(GatewaySettings(), pool), AudioReader())
        try:
            return await peer.answer(text)
        finally:
            await peer.close()


@pytest.mark.requirement("webrtc-offer")
@pytest.mark.parametrize("name", ["chromium", "chromium-data-only"])
async def test_a_real_browsers_offer_is_answered(name: str) -> None:
    check_offer(offer(name), LIMIT)
    found = await answer(offer(name))
    sections = found.split("m=")[1:]
    assert len(sections) == offer(name).count("\r\nm=")
    for section in sections:
        assert "a=setup:active\r\n" in section
        assert "a=candidate:" in section
        assert "a=end-of-candidates\r\n" in section
    assert all(line.endswith("\r") for line in found.split("\n")[:-1])
    assert found.endswith("\r\n")


@pytest.mark.requirement("webrtc-offer")
async def test_an_offer_that_is_already_active_gets_a_passive_answer() -> None:
    found = await answer(offer().replace("a=setup:actpass", "a=setup:active"))
    assert found.count("a=setup:passive\r\n") == 3
    assert "a=setup:active" not in found


@pytest.mark.requirement("webrtc-offer")
async def test_packet_time_is_all_that_is_added() -> None:
    pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    pc.addTransceiver("audio")
    pc.addTransceiver("video")
    pc.createDataChannel("viva")
    before = (await pc.createOffer()).sdp
    await pc.close()
    after = with_packet_time(before)
    assert after.count("a=ptime:60\r\na=maxptime:60\r\n") == 1
    assert after.replace("a=ptime:60\r\na=maxptime:60\r\n", "") == before
    assert re.search(r"a=rtpmap:\d+ opus/48000/2\r\na=ptime:60\r\n", after)


def test_line_ends_stay_what_they_were() -> None:
    assert with_packet_time("a=rtpmap:1 opus/48000/2\na=x\n") == (
        "a=rtpmap:1 opus/48000/2\na=ptime:60\na=maxptime:60\na=x\n"
    )
    assert with_packet_time("a=rtpmap:1 VP8/90000\r\n") == "a=rtpmap:1 VP8/90000\r\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_sdp"),
        ("hello", "not_sdp"),
        ("v=0\r\n", "no_media"),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\nm=audio 5004 RTP/AVP 0\r\n", "not_webrtc"),
        ("v=0\r\n" + "m=audio 9 x 0\r\n" * 9, "too_many_sections"),
        ("v=0\r\nm=audio 9 x 0\r\n" + "a=candidate:1\r\n" * 129, "too_many_candidates"),
        ("v=0\r\n" + "a" * LIMIT, "offer_too_large"),
    ],
)
def test_what_is_no_offer_is_named(text: str, code: str) -> None:
    with pytest.raises(BadOffer) as refused:
        check_offer(text, LIMIT)
    assert refused.value.code == code


async def test_an_offer_without_a_codec_we_know_is_refused() -> None:
    text = offer().replace("opus/48000/2", "speex/32000").replace("PCM", "XYZ")
    text = text.replace("G722", "G999")
    with pytest.raises(BadOffer) as refused:
        await answer(text)
    assert refused.value.code == "no_common_codec"


_LINES = offer().split("\r\n")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.integers(0, len(_LINES) - 1),
    st.sampled_from(["drop", "cut", "twice", "garbage", "short"]),
)
async def test_a_damaged_offer_is_answered_or_refused_but_never_breaks(
    line: int, damage: str
) -> None:
    lines = list(_LINES)
    match damage:
        case "drop":
            del lines[line]
        case "cut":
            lines[line] = lines[line][: len(lines[line]) // 2]
        case "twice":
            lines.insert(line, lines[line])
        case "garbage":
            lines[line] = lines[line].replace(":", ":\ufffd-1 ", 1)
        case "short":
            lines = lines[:line]
    text = "\r\n".join(lines)
    try:
        check_offer(text, LIMIT)
        assert (await answer(text)).startswith("v=0")
    except BadOffer:
        return
