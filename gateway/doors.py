"""Where HTTP comes in: the gateway's plain address, and HTTPS beside it where that is set up."""

from __future__ import annotations

import asyncio
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

from gateway import tls
from schemas.settings import GatewaySettings

_STOP_WITHIN_S = 5
_LOOK_AGAIN_S = 0.02


def listen(settings: GatewaySettings) -> tuple[socket.socket, socket.socket | None]:
    """Return listening sockets for HTTP and, with a certificate, HTTPS.

    Raises:
        OSError: an address cannot be used; the message says which setting to change.
    """
    plain = _listen(settings.host, settings.port)
    if settings.tls_cert is None:
        return plain, None
    return plain, _listen(settings.tls_host, settings.tls_port, "TLS_")


async def serve(
    app: FastAPI, settings: GatewaySettings, plain: socket.socket, secure: socket.socket | None
) -> None:
    """Serve ``app`` on both until a signal comes; its lifespan is the plain server's."""
    server = uvicorn.Server(_config(app, settings))
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[plain]))
        if secure is None:
            return
        while not (server.started or serving.done()):  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(_LOOK_AGAIN_S)
        config = _config(app, settings, secure=True)
        config.load()  # which makes its TLS context
        beside = _Beside(config, server)
        group.create_task(beside.serve(sockets=[secure]))
        following = group.create_task(_follow_certificate(config, settings))
        await asyncio.wait({serving})
        following.cancel()
        beside.should_exit = True  # it may have come too late for the signal


async def _follow_certificate(config: uvicorn.Config, settings: GatewaySettings) -> None:
    if config.ssl is not None and settings.tls_cert is not None and settings.tls_key is not None:
        await tls.follow(config.ssl, settings.tls_cert, settings.tls_key)


class _Beside(uvicorn.Server):
    """A server that takes the signals over from ``other``, and passes them on at once.

    Else candidates would hear of the end only when the last connection here is closed.
    """

    def __init__(self, config: uvicorn.Config, other: uvicorn.Server) -> None:
        super().__init__(config)
        self._other = other

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # The other one notes the signal, and alone raises it again when it is through: raised while
        # it still says goodbye to candidates, it would be told to hurry.
        self.should_exit = True
        self._other.handle_exit(sig, frame)


def _config(app: FastAPI, settings: GatewaySettings, *, secure: bool = False) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=_STOP_WITHIN_S,
        lifespan="off" if secure else "auto",
        ssl_certfile=settings.tls_cert if secure else None,
        ssl_keyfile=settings.tls_key if secure else None,
    )


def _listen(host: str, port: int, kind: str = "") -> socket.socket:
    """Return a listening socket; ``kind`` stands in the names of its settings."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OSError(
            f"{host}:{port} cannot be used ({error.strerror}): "
            f"set VIVA_GATEWAY_{kind}PORT or VIVA_GATEWAY_{kind}HOST"
        ) from None
    listener.listen(128)
    listener.setblocking(False)
    return listener
