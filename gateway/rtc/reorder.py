"""Putting packets of speech in order, giving up only what never came."""

from __future__ import annotations

from typing import Protocol, cast

from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtpPacket

DEPTH = 4
"""Newer packets that a missing one is waited for: 240 ms of speech in packets of 60 ms."""

_RESTART = 3_000
"""Packets by which a sequence number may jump before it counts as a new beginning."""

_NUMBERS = 1 << 16


class _Read(Protocol):
    """A packet whose payload aiortc has read."""

    _data: bytes


class SpeechBuffer:
    """Takes the place of aiortc's ``JitterBuffer`` for sound; one packet is one frame.

    That buffer is made for video, whose frames span packets, and fits speech badly: it delays it
    by five packets, by sixteen after the first loss, and it then throws away every packet that is
    followed by a gap or has one among the next four. At 20 % loss hardly a third would be left.
    This one passes a packet on at once, waits for a missing one until ``DEPTH`` newer ones are
    there, and loses nothing that arrived in that time.
    """

    def __init__(self) -> None:
        self._next: int | None = None
        self._held: dict[int, RtpPacket] = {}

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        """Take a packet; return False (no key frame is needed) and the next frame, if it is there.

        At most one frame comes out for a packet that goes in, so after a loss the sound stays
        late by up to ``DEPTH`` packets: what was waited for once need not be waited for again.
        """
        number = packet.sequence_number
        if self._next is None:
            self._next = number
        ahead = _distance(self._next, number)
        if abs(ahead) > _RESTART:
            self._held.clear()
            self._next, ahead = number, 0
        if ahead >= 0:
            self._held[number] = packet
        return False, self._take()

    def _take(self) -> JitterFrame | None:
        due = self._next
        if due is None or not self._held:
            return None
        number = due
        if due not in self._held:
            if len(self._held) <= DEPTH:
                return None
            number = min(self._held, key=lambda each: _distance(due, each))
        packet = self._held.pop(number)
        self._next = (number + 1) % _NUMBERS
        data = cast("_Read", packet)._data
        # A packet of padding alone would tell the decoder that the sound has ended.
        return JitterFrame(data, packet.timestamp) if data else None


def _distance(start: int, number: int) -> int:
    """Return how far ``number`` is ahead of ``start``, or behind as a negative number."""
    ahead = (number - start) % _NUMBERS
    return ahead if ahead < _NUMBERS // 2 else ahead - _NUMBERS
