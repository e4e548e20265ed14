"""The one change that is made to an answer's text.

Offers go to the WebRTC library untouched and answers leave it whole: splitting SDP into lines and
joining them again once lost the end of ``a=setup:active``.
"""

from __future__ import annotations

import re

PACKET_MS = 60
"""Milliseconds of speech in one packet: a third of the packets that 20 ms would need."""

_OPUS = re.compile(r"^a=rtpmap:(\d+) opus/48000(?:/2)?(\r?\n)", re.IGNORECASE | re.MULTILINE)


def with_packet_time(answer: str) -> str:
    """Return ``answer`` asking for opus packets of 60 ms; everything else stays as it was."""
    return _OPUS.sub(
        lambda found: f"{found[0]}a=ptime:{PACKET_MS}{found[2]}a=maxptime:{PACKET_MS}{found[2]}",
        answer,
    )
