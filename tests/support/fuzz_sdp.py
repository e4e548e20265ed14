"""Offers with something wrong with them, made from a real browser's."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1] / "unit" / "gateway" / "offers"
_NUMBER = re.compile(r"\d+")
_NUMBERS = ("0", "-1", "65536", "4294967296", "9" * 400, "1e9", "", "٣", "NaN", "0x7f")
_TOKENS = (
    "", " ", "\x00", "\ufffd", "한국어" * 50, "a" * 5_000, ":", "%s%n", "../../etc/passwd", "*",
    "2001:db8::1", "256.1.1.1", "localhost", "no-such-host.invalid", "::", "0.0.0.0", "-",
)  # fmt: skip
_LINES = (
    "a=candidate:1 1 udp 1 no-such-host.invalid 9 typ host",
    "a=candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active",
    "a=candidate:1 1 udp 2130706431 0.0.0.0 0 typ relay raddr :: rport -1",
    "a=candidate:",
    "a=group:BUNDLE 0 1 2 3 4 5 6 7 8 nothing",
    "a=mid:0", "a=mid:" + "m" * 500,
    "a=rtpmap:96 VP8/0", "a=rtpmap:300 opus/48000/2", "a=rtpmap:-1 x/y/z", "a=rtpmap:96",
    "a=fmtp:96 " + "x=y;" * 1_000, "a=fmtp:", "a=rtcp-fb:* nack", "a=extmap:0 urn:x",
    "a=ssrc:0 cname:", "a=ssrc:x", "a=ssrc-group:FID", "a=ssrc-group:FID 1 2 3 4 5 6",
    "a=fingerprint:md5 00", "a=fingerprint:sha-256 " + "FF:" * 2_000, "a=setup:holdconn",
    "a=setup:passive", "a=sctp-port:0", "a=sctp-port:99999", "a=max-message-size:0",
    "a=ice-lite", "a=ice-ufrag:" + "u" * 600, "a=ice-pwd:x", "a=ice-options:trickle",
    "a=rid:0 send", "a=simulcast:send 0;1;2", "a=recvonly", "a=inactive", "a=bundle-only",
    "b=AS:99999999999999999999", "c=IN IP4 224.0.0.1/127", "c=IN IP6", "m=video 9 RTP/AVP 96",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "m=audio 0 UDP/TLS/RTP/SAVPF 111",
    "m=text 9 x y", "m=", "a=", "=", "v=0", "v=1", "s=", "t=x", "o=-", "a=msid:- -",
)  # fmt: skip

Damage = Callable[[random.Random, list[str]], list[str]]


def real(name: str) -> str:
    """Return a real offer with addresses in the place of its mDNS names."""
    text = (_FOLDER / f"{name}.sdp").read_bytes().decode()
    return re.sub(r"[0-9a-f-]{36}\.local", "127.0.0.1", text)


OFFERS = (real("chromium"), real("chromium-data-only"))


def damaged_offer(choose: random.Random) -> str:
    """Return an offer with one to four things wrong with it."""
    lines = choose.choice(OFFERS).split("\r\n")
    for _ in range(choose.randint(1, 4)):
        lines = choose.choice(_DAMAGES)(choose, lines or ["v=0"])
    return choose.choice(("\r\n", "\r\n", "\r\n", "\n", "\r", "\r\n\r\n")).join(lines)


def _at(choose: random.Random, lines: list[str]) -> int:
    return choose.randrange(len(lines))


def _drop(choose: random.Random, lines: list[str]) -> list[str]:
    at = _at(choose, lines)
    return lines[:at] + lines[at + choose.randint(1, 5) :]


def _twice(choose: random.Random, lines: list[str]) -> list[str]:
    at = _at(choose, lines)
    many = choose.choice((2, 2, 30))
    return lines[:at] + [lines[at]] * many + lines[at + 1 :]


def _swap(choose: random.Random, lines: list[str]) -> list[str]:
    one, other = _at(choose, lines), _at(choose, lines)
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def _cut(choose: random.Random, lines: list[str]) -> list[str]:
    at = _at(choose, lines)
    lines[at] = lines[at][: choose.randrange(len(lines[at]) + 1)]
    return lines


def _short(choose: random.Random, lines: list[str]) -> list[str]:
    return lines[: choose.randrange(1, len(lines) + 1)]


def _number(choose: random.Random, lines: list[str]) -> list[str]:
    at = _at(choose, lines)
    numbers = list(_NUMBER.finditer(lines[at]))
    if numbers:
        found = choose.choice(numbers)
        text = choose.choice(_NUMBERS)
        lines[at] = lines[at][: found.start()] + text + lines[at][found.end() :]
    return lines


def _word(choose: random.Random, lines: list[str]) -> list[str]:
    at = _at(choose, lines)
    words = re.split(r"([ :;=/])", lines[at])
    words[choose.randrange(len(words))] = choose.choice(_TOKENS)
    lines[at] = "".join(words)
    return lines


def _line(choose: random.Random, lines: list[str]) -> list[str]:
    lines.insert(_at(choose, lines), choose.choice(_LINES))
    return lines


def _sections(choose: random.Random, lines: list[str]) -> list[str]:
    """The order of the media sections changed, or one of them there again."""
    text = "\r\n".join(lines)
    head, *sections = re.split(r"(?=^m=)", text, flags=re.MULTILINE)
    if sections:
        if choose.random() < 0.5:
            choose.shuffle(sections)
        else:
            sections.insert(choose.randrange(len(sections)), choose.choice(sections))
    return (head + "".join(sections)).split("\r\n")


_DAMAGES: tuple[Damage, ...] = (
    _drop, _twice, _swap, _cut, _short, _number, _number, _word, _word, _line, _line, _sections,
)  # fmt: skip
