"""How other machines of the local network reach this one."""

from __future__ import annotations

import ipaddress
import re
import socket

import psutil

_NOT_A_NETWORK = re.compile(r"lo|docker|br-|veth|virbr|vmnet|vboxnet|cni|flannel|podman|lxc")
"""Interfaces whose other end is on this machine: no phone comes that way."""

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def addresses() -> list[str]:
    """Return this machine's IPv4 addresses on networks, the one that leads outside first.

    None on a machine without a network. IPv6 addresses change too often to be told to anybody.
    """
    stats = psutil.net_if_stats()
    found = [
        each.address
        for interface, its in psutil.net_if_addrs().items()
        if interface in stats and stats[interface].isup and not _NOT_A_NETWORK.match(interface)
        for each in its
        if each.family is socket.AF_INET and _is_reached(each.address)
    ]
    first = _towards_the_internet()
    return sorted(dict.fromkeys(found), key=lambda each: each != first)


def names() -> list[str]:
    """Return the names by which a browser may call this machine."""
    host = socket.gethostname().partition(".")[0]
    return ["localhost", *([host, f"{host}.local"] if _NAME.fullmatch(host) else [])]


def _is_reached(address: str) -> bool:
    known = ipaddress.ip_address(address)
    return not (known.is_loopback or known.is_link_local)


def _towards_the_internet() -> str:
    """Return the address that packets to the internet leave from; none is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])
