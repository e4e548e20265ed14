"""Our own parts inside aiortc, for the gateway's peer connections only.

aiortc builds a peer connection from parts that it names itself, and passes nothing of ours on to
them. Two of them cannot do what a gateway needs, and have no setting for it:

- aioice's ``Connection`` binds any port of every address and offers exactly those addresses;
- ``JitterBuffer`` gives sound up that did arrive, see :mod:`gateway.rtc.reorder`.

So the two names are bound to a subclass and to a function that fall back to the originals unless
they are called inside :func:`parts_for`, which is where the gateway makes a connection's parts.
A third, ``decoder_worker``, does the same for less, see :mod:`gateway.rtc.decoding`.
Nothing private of aiortc is touched. ``tests/unit/gateway/test_network.py`` fails if a new release
takes its parts from elsewhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from aioice import Candidate, Connection, ice, stun, turn
from aioice.candidate import candidate_foundation, candidate_priority
from aiortc import rtcicetransport, rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer

from gateway.rtc.decoding import decode_frames
from gateway.rtc.network import Network
from gateway.rtc.offer import BadOffer
from gateway.rtc.reorder import SpeechBuffer


class Line:
    """What one peer connection's parts share: the network it is on, and when it was last heard."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.has_port = False
        self.heard_at = time.monotonic()

    def heard(self) -> None:
        """Note that a packet came in."""
        self.heard_at = time.monotonic()


_LINE: ContextVar[Line | None] = ContextVar("line", default=None)


@contextmanager
def parts_for(line: Line) -> Iterator[None]:
    """Make the parts of a peer connection for ``line`` while this lasts."""
    token = _LINE.set(line)
    try:
        yield
    finally:
        _LINE.reset(token)


class PlacedConnection(Connection):
    """Binds the line's ports and offers its announced addresses; notes when it hears anything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line = _LINE.get()

    async def get_component_candidates(
        self, component: int, addresses: list[str], timeout: int = 5
    ) -> list[Candidate]:
        """Return the candidates of one component.

        Raises:
            BadOffer: there is a range of ports, and this line has one already.
            NoPort: no port of the range is free.
        """
        if self._line is None:
            return await super().get_component_candidates(component, addresses, timeout)
        protocols, candidates = await self._own(component, addresses, self._line.network)
        reflexive, relayed = await asyncio.gather(
            self._reflexive(protocols, timeout),
            super().get_component_candidates(component, [], timeout),
        )
        return [*candidates, *reflexive, *relayed]

    def data_received(self, data: bytes, component: int) -> None:
        """Take media and messages."""
        if self._line is not None:
            self._line.heard()
        super().data_received(data, component)

    def request_received(
        self, message: stun.Message, addr: tuple[str, int], protocol: ice.StunProtocol
    ) -> None:
        """Take a connectivity check."""
        if self._line is not None:
            self._line.heard()
        super().request_received(message, addr, protocol)

    async def _own(
        self, component: int, addresses: list[str], network: Network
    ) -> tuple[list[ice.StunProtocol], list[Candidate]]:
        """Bind sockets; an announced address is offered with the port that it leads to."""
        line = self._line
        if network.ports and line is not None:
            if line.has_port:
                raise BadOffer(
                    "not_bundled", "bundle all media: a candidate has one port of this gateway"
                )
            line.has_port = True
        loop = asyncio.get_running_loop()
        protocols: list[ice.StunProtocol] = []
        found: dict[tuple[str, int], Candidate] = {}
        for bound in network.bind(addresses):
            own, port = bound.getsockname()[:2]
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, turn.UDP_SOCKET_BUFFER_SIZE)
            _, protocol = await loop.create_datagram_endpoint(
                lambda: ice.StunProtocol(self), sock=bound
            )
            self._protocols.append(protocol)
            protocols.append(protocol)
            offered = [
                Candidate(
                    foundation=candidate_foundation("host", "udp", name),
                    component=component,
                    transport="udp",
                    priority=candidate_priority(component, "host"),
                    host=name,
                    port=port,
                    type="host",
                )
                for name in network.names(own)
            ]
            protocol.local_candidate = offered[0]
            found.update({(each.host, each.port): each for each in offered})
        return protocols, list(found.values())

    async def _reflexive(self, protocols: list[ice.StunProtocol], timeout: int) -> list[Candidate]:
        """Ask the STUN server, where there is one, what the sockets look like from outside."""
        server = self.stun_server
        asked = [
            asyncio.create_task(ice.server_reflexive_candidate(protocol, server))
            for protocol in protocols
            if server and ipaddress.ip_address(protocol.local_candidate.host).version == 4
        ]
        if not asked:
            return []
        done, late = await asyncio.wait(asked, timeout=timeout)
        for task in late:
            task.cancel()
        return [task.result()[0] for task in done if task.exception() is None]


def _jitter_buffer(
    capacity: int, prefetch: int = 0, is_video: bool = False
) -> JitterBuffer | SpeechBuffer:
    if is_video or _LINE.get() is None:
        return JitterBuffer(capacity, prefetch, is_video)
    return SpeechBuffer()


rtcicetransport.Connection = PlacedConnection  # type: ignore[attr-defined]
rtcrtpreceiver.JitterBuffer = _jitter_buffer  # type: ignore[attr-defined,assignment]
rtcrtpreceiver.decoder_worker = decode_frames
