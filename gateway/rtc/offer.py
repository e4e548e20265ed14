"""What an offer must be before the WebRTC library sees it."""

from __future__ import annotations

import re

_MEDIA = re.compile(r"^m=(\w+) ", re.MULTILINE)
_CANDIDATE = re.compile(r"^a=candidate:", re.MULTILINE)

MAX_SECTIONS = 8
MAX_CANDIDATES = 128


class BadOffer(ValueError):  # noqa: N818 - says what the offer is
    """The offer cannot be answered: a stable code and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_offer(sdp: str, max_bytes: int) -> None:
    """Check that ``sdp`` is a WebRTC offer of a sane size.

    Raises:
        BadOffer: it is not.
    """
    try:
        size = len(sdp.encode())
    except UnicodeEncodeError:
        raise BadOffer("not_sdp", "sdp holds half of a character") from None
    if size > max_bytes:
        raise BadOffer("offer_too_large", f"an offer has at most {max_bytes} bytes")
    if not sdp.startswith("v=0"):
        raise BadOffer("not_sdp", "sdp must be the text of RTCPeerConnection.localDescription")
    sections = _MEDIA.findall(sdp)
    if not sections:
        raise BadOffer("no_media", "the offer has no media section: add a track or a data channel")
    if len(sections) > MAX_SECTIONS:
        raise BadOffer("too_many_sections", f"an offer has at most {MAX_SECTIONS} media sections")
    if len(_CANDIDATE.findall(sdp)) > MAX_CANDIDATES:
        raise BadOffer("too_many_candidates", f"an offer has at most {MAX_CANDIDATES} candidates")
    for attribute in ("a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:"):
        if attribute not in sdp:
            raise BadOffer("not_webrtc", f"the offer has no {attribute[2:-1]}: is it from WebRTC?")
