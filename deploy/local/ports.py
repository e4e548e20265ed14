"""Free ports, and a clear word about taken ones."""

from __future__ import annotations

import random
import socket

from deploy.local.errors import LocalError

_RANGE = range(20_000, 32_000)
"""Below the ports that the kernel gives to outgoing connections, which would race with ours."""


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on ``port`` now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on at this moment.

    Raises:
        LocalError: a hundred tries found none.
    """
    for port in random.SystemRandom().sample(_RANGE, 100):
        if is_free(port, host):
            return port
    raise LocalError(f"no free port between {_RANGE.start} and {_RANGE.stop}")


def claim(port: int, setting: str, host: str = "127.0.0.1") -> int:
    """Return ``port`` if it is free, any free one for 0.

    Raises:
        LocalError: it is taken; the text names the port and the setting that changes it.
    """
    if port == 0:
        return free_port(host)
    if not is_free(port, host):
        raise LocalError(
            f"port {port} is taken by another program: stop it, or set {setting} to another port "
            f"(0 takes any free one)"
        )
    return port
