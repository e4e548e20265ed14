"""Where a gateway's media can be reached: UDP ports, announced addresses, STUN and TURN servers."""

from __future__ import annotations

import errno
import ipaddress
import itertools
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from aiortc import RTCIceServer

from schemas.settings import GatewaySettings


class NoPort(Exception):  # noqa: N818 - reads as what happened
    """Every UDP port of the range is in use."""


@dataclass(frozen=True)
class Network:
    """``announced`` replaces this machine's own addresses; no ``ports`` means any free one."""

    announced: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    servers: tuple[RTCIceServer, ...] = field(default=(), repr=False)  # they hold a secret

    @property
    def own_servers(self) -> list[RTCIceServer]:
        """STUN and TURN servers that the gateway itself asks.

        None where an address is announced: that one is known to be reachable, and an answer then
        waits for nobody. Never Python's None, which would mean the library's public servers.
        """
        return [] if self.announced else list(self.servers)

    def names(self, own: str) -> list[str]:
        """Return the addresses to offer for a socket bound to the address ``own``."""
        if not self.announced:
            return [own]
        return [each for each in self.announced if _version(each) == _version(own)]

    def bind(self, addresses: Sequence[str]) -> list[socket.socket]:
        """Return UDP sockets on one and the same port of ``addresses``.

        The kernel knows which ports are free: nothing is kept here, so nothing can leak.

        Raises:
            NoPort: no port of the range is free on all addresses.
        """
        wanted = [address for address in addresses if self.names(address)]
        if not self.ports:
            return [each for each in (_bound(address, 0) for address in wanted) if each]
        for port in self._in_turn():
            sockets: list[socket.socket] = []
            try:
                for address in wanted:
                    bound = _bound(address, port)
                    if bound is not None:
                        sockets.append(bound)
            except _Taken:
                for each in sockets:
                    each.close()
                continue
            return sockets
        raise NoPort(f"all {len(self.ports)} UDP ports are in use")

    def _in_turn(self) -> Iterator[int]:
        """Begin behind the last port: a port just given back may still get a stranger's packets."""
        first = next(_TURN) % len(self.ports)
        yield from self.ports[first:]
        yield from self.ports[:first]


_TURN = itertools.count()


class _Taken(Exception):  # noqa: N818 - reads as what happened
    """Somebody else has the port."""


def of(settings: GatewaySettings) -> Network:
    """Return what the settings say about the network."""
    servers = [
        RTCIceServer(
            urls=url,
            username=settings.ice_username if url.startswith("turn") else None,
            credential=(
                settings.ice_credential.get_secret_value() if url.startswith("turn") else None
            ),
        )
        for url in settings.ice_servers
    ]
    return Network(settings.announced, tuple(settings.ports), tuple(servers))


def _version(address: str) -> int:
    return ipaddress.ip_address(address).version


def _bound(address: str, port: int) -> socket.socket | None:
    """Return a bound socket, or None where ``address`` cannot be used at all.

    Raises:
        _Taken: the port is in use.
    """
    family = socket.AF_INET if _version(address) == 4 else socket.AF_INET6
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind((address, port))
    except OSError as error:
        sock.close()
        # An address that is going away or not yet confirmed; others will do.
        if error.errno != errno.EADDRINUSE:
            return None
        raise _Taken from None
    return sock
