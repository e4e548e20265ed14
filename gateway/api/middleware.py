"""Limits on what comes in and headers on what goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.api.errors import error_response

_SELF_ONLY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_DOCS = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; "
    "style-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net; "
    "img-src 'self' data: https://fastapi.tiangolo.com; frame-ancestors 'none'"
)
"""The interactive API page loads its script from where FastAPI says; no other page may."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds security headers to every reply."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(_HEADERS)
                headers["Content-Security-Policy"] = _DOCS if path == "/docs" else _SELF_ONLY
                # Pages may be kept but must be asked for; what the interface says is private.
                headers.setdefault(
                    "Cache-Control",
                    "no-store" if path.startswith(("/api", "/rtc")) else "no-cache",
                )
            await send(message)

        await self._app(scope, receive, with_headers)


class BodyLimit:
    """Refuses bodies above ``max_bytes`` with 413, whatever their header promises.

    The paths in ``larger`` have limits of their own. A body that is not here within ``seconds`` is
    refused with 408.
    """

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int,
        seconds: float = 20.0,
        larger: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._larger = larger or {}
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        max_bytes = self._larger.get(scope["path"], self._max_bytes)
        try:
            async with asyncio.timeout(self._seconds):
                body = await _read(receive, max_bytes)
        except TimeoutError:
            await _refuse(408, "too_slow", "the request did not arrive in time", scope, send)
            return
        except _TooLarge:
            message = f"a request has at most {max_bytes} bytes"
            await _refuse(413, "too_large", message, scope, send)
            return
        if body is None:
            return
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)


async def _read(receive: Receive, max_bytes: int) -> bytes | None:
    """Return the body, None when the client has left."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > max_bytes:
            raise _TooLarge
    return bytes(body)


class _TooLarge(Exception):  # noqa: N818 - says what the body is
    """The body has too many bytes."""


async def _refuse(status: int, code: str, message: str, scope: Scope, send: Send) -> None:
    """Answer without the rest of the body: what may still come on this connection is not read."""
    refusal = error_response(status, code, message, {"Connection": "close"})
    await refusal(scope, _nothing, send)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
