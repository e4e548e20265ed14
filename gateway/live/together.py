"""Waiting for company: what is sent at the same moment travels in one request."""

from __future__ import annotations

import asyncio


class Together:
    """Lets all who have come within ``seconds`` of the first go on at the same moment."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._leaving: asyncio.Event | None = None

    async def wait(self) -> None:
        """Wait for the others, at most ``seconds``."""
        if self._leaving is None:
            self._leaving = asyncio.Event()
            asyncio.get_running_loop().call_later(self._seconds, self._leave)
        await self._leaving.wait()

    def _leave(self) -> None:
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            leaving.set()
