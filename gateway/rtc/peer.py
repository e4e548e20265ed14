"""One peer connection: answers an offer, reads its tracks, carries the data channel."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from gateway.rtc.audio import AudioReader
from gateway.rtc.frames import FrameReader
from gateway.rtc.network import Network, NoPort
from gateway.rtc.offer import BadOffer
from gateway.rtc.parts import Line, parts_for
from gateway.rtc.sdp import with_packet_time

logger = logging.getLogger(__name__)

CHANNEL = "viva"
ANSWER_WITHIN = 8.0
"""Seconds for gathering candidates and resolving the offer's; then the offer is refused."""

_MAX_UNSENT_BYTES = 4 * 1024 * 1024


class Listener(Protocol):
    """Told what happens on a peer connection."""

    def opened(self) -> None:
        """The data channel is open."""

    def received(self, text: str) -> None:
        """A message came in on the data channel."""

    def lost(self, reason: str) -> None:
        """The connection is gone; told once."""


class Peer:
    """Wraps aiortc's peer connection. Every track is read to its end, wanted or not.

    Without a reader of ``video`` the answer declines pictures, and those that are sent all the same
    are dropped as they come in: never put together, never decoded. So it is with ``audio``.
    """

    def __init__(
        self, network: Network, video: FrameReader | None, audio: AudioReader | None
    ) -> None:
        self._line = Line(network)
        self._pc = RTCPeerConnection(RTCConfiguration(iceServers=network.own_servers))
        self._readers: dict[str, Callable[[MediaStreamTrack], Coroutine[Any, Any, None]]] = {
            **({"audio": audio.run} if audio is not None else {}),
            **({"video": video.run} if video is not None else {}),
        }
        self._declined = {"audio", "video"} - self._readers.keys()
        self._tasks: set[asyncio.Task[None]] = set()
        self._channel: RTCDataChannel | None = None
        self._listener: Listener | None = None
        self._lost: str | None = None
        self._pc.on("track", self._on_track)
        self._pc.on("datachannel", self._on_channel)
        self._pc.on("connectionstatechange", self._on_state)

    @property
    def is_connected(self) -> bool:
        """Whether media can flow."""
        return bool(self._pc.connectionState == "connected")

    @property
    def silent_s(self) -> float:
        """Seconds since anything came in, be it media, a message or a connectivity check."""
        return time.monotonic() - self._line.heard_at

    def listen(self, listener: Listener) -> None:
        """Tell ``listener`` what happens, and what has already happened."""
        self._listener = listener
        if self._lost is not None:
            listener.lost(self._lost)
        elif self._channel is not None:
            listener.opened()

    async def answer(self, offer: str) -> str:
        """Return the answer to ``offer``, complete with all candidates.

        Raises:
            BadOffer: the offer cannot be answered.
            NoPort: all UDP ports of the range are in use.
            TimeoutError: candidates could not be gathered in time.
        """
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                with parts_for(self._line):
                    await self._pc.setRemoteDescription(RTCSessionDescription(offer, "offer"))
                self._decline()
                await self._pc.setLocalDescription(await self._pc.createAnswer())
        except OperationError:
            raise BadOffer("no_common_codec", "offer VP8 or H.264 video and opus audio") from None
        except (BadOffer, NoPort, TimeoutError):
            raise
        except Exception as error:  # the library's parser raises anything, StopIteration too
            logger.info("offer refused", extra={"reason": repr(error)})
            raise BadOffer("bad_offer", f"the offer cannot be answered: {error}"[:300]) from None
        return with_packet_time(self._pc.localDescription.sdp)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message if the channel is open; the next snapshot repairs what is lost."""
        channel = self._channel
        if channel is None or channel.readyState != "open":
            return
        if channel.bufferedAmount > _MAX_UNSENT_BYTES:
            self._on_lost("the candidate's page does not read its messages")
            return
        try:
            channel.send(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
        except (InvalidStateError, ConnectionError, ValueError) as error:
            logger.info("message not sent", extra={"reason": repr(error)})

    async def close(self) -> None:
        """Close the connection and stop reading."""
        self._lost = self._lost or "closed by the gateway"
        self._listener = None
        try:
            await self._pc.close()
        except AttributeError as error:
            # An offer that failed half-way leaves a data transport without what it would close.
            logger.info("half a connection closed", extra={"reason": repr(error)})
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _decline(self) -> None:
        """Answer what is not taken: its receivers are never started."""
        for transceiver in self._pc.getTransceivers():
            if transceiver.kind in self._declined:
                transceiver.direction = "inactive"

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind in self._declined:
            return  # its receiver never starts: there is nothing to read
        reader = self._readers.pop(track.kind, _drain)
        task = asyncio.create_task(reader(track))
        self._tasks.add(task)
        task.add_done_callback(self._reader_done)

    def _reader_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("reading a track failed", exc_info=task.exception())
            self._on_lost("a track could not be read")

    def _on_channel(self, channel: RTCDataChannel) -> None:
        if channel.label != CHANNEL or self._channel is not None:
            logger.info("unknown data channel", extra={"label": channel.label[:60]})
            return
        self._channel = channel
        channel.on("message", self._on_message)
        channel.on("close", lambda: self._on_lost("the data channel was closed"))
        if self._listener is not None:
            self._listener.opened()

    def _on_message(self, message: str | bytes) -> None:
        if self._listener is not None:
            self._listener.received(message if isinstance(message, str) else "")

    def _on_state(self) -> None:
        if self._pc.connectionState in ("failed", "closed"):
            self._on_lost(f"the peer connection is {self._pc.connectionState}")

    def _on_lost(self, reason: str) -> None:
        if self._lost is None:
            self._lost = reason
            if self._listener is not None:
                self._listener.lost(reason)


async def _drain(track: MediaStreamTrack) -> None:
    """Read a track that nobody wants: unread, its queue would grow without bound."""
    while True:
        try:
            await track.recv()
        except MediaStreamError:
            return
