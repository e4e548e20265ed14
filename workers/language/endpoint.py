"""One address of a model server: JSON goes there, a body comes back or a reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp


class EndpointFailed(Exception):  # noqa: N818 - names what happened
    """There is no body. ``reason`` is a short code, ``status`` the HTTP status or 0."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Endpoint:
    """Posts JSON to ``path`` below a server's address, which may end in ``/v1`` or not.

    Nothing is sent before the first call. Redirects are not followed: the key would go along.
    """

    def __init__(self, url: str, path: str, api_key: str, *, most_bytes: int) -> None:
        self._address = url.rstrip("/").removesuffix("/v1") + path
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._most_bytes = most_bytes
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: Mapping[str, Any]) -> bytes:
        """Return the body of the answer to ``body``; there is no time limit.

        Raises:
            EndpointFailed: ``unreachable``, ``http_4xx``, ``http_5xx``, ``http_other``,
                ``too_large``.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=aiohttp.ClientTimeout(total=None)
            )
        try:
            async with self._session.post(
                self._address, json=body, allow_redirects=False
            ) as response:
                if response.status != 200:
                    raise EndpointFailed(_status(response.status), response.status)
                return await self._read(response)
        except (aiohttp.ClientError, OSError, ValueError):
            raise EndpointFailed("unreachable") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        found = bytearray()
        async for chunk in response.content.iter_any():
            found += chunk
            if len(found) > self._most_bytes:
                raise EndpointFailed("too_large")
        return bytes(found)


def _status(status: int) -> str:
    return f"http_{status // 100}xx" if status // 100 in (4, 5) else "http_other"
