"""The lines of a session's résumé that are nearest to a vector, asked of ClickHouse."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import clickhouse_connect
from aiohttp import ClientError
from clickhouse_connect.driver.exceptions import ClickHouseError

from schemas.settings import ClickHouseSettings
from workers.questions.embedding.service import Vector, rounded
from workers.questions.rest import Rest

logger = logging.getLogger(__name__)

_WITHIN_S = 0.15
_CONNECT_S = 5

_NEAREST = """
SELECT text, lines, count() OVER () AS here
FROM {db}.resume_facts FINAL
WHERE session = {session:String}
    AND model = {model:String}
    AND length(vector) = {dimensions:UInt32}
ORDER BY cosineDistance(vector, {vector:Array(Float32)}), seq
LIMIT {most:UInt32}
"""

_FAULTS = (ClickHouseError, ClientError, OSError)


class NearestLines:
    """Reads ``resume_facts``; a ClickHouse that fails is left alone for a few seconds."""

    def __init__(self, settings: ClickHouseSettings, *, within_s: float = _WITHIN_S) -> None:
        self._settings = settings
        self._within = within_s
        self._sql = _NEAREST.replace("{db}", settings.database)
        self._rest = Rest()
        self._client: Any = None
        self._connecting: asyncio.Task[None] | None = None

    async def find(
        self, session: str, model: str, vector: Vector, most: int, *, within: float
    ) -> tuple[str, ...]:
        """Return up to ``most`` lines, the nearest first; empty: ask elsewhere.

        Empty while the session's rows are not all there yet, and whenever ClickHouse is away, does
        not answer in time, or has no such table. Takes at most ``within`` seconds, and no more
        than its own limit.
        """
        if self._rest.is_on or within <= 0:
            return ()
        try:
            async with asyncio.timeout(min(within, self._within)):
                client = await self._connected()
                found = await client.query(
                    self._sql,
                    parameters={
                        "session": session,
                        "model": model,
                        "dimensions": len(vector),
                        "vector": list(rounded(vector)),
                        "most": most,
                    },
                )
        except (TimeoutError, *_FAULTS) as error:
            reason = " ".join(str(error).split())[:300] or type(error).__name__
            logger.warning("no lines from clickhouse", extra={"reason": reason})
            self._rest.begin(reason)
            return ()
        rows = found.result_rows
        if not rows or rows[0][2] < rows[0][1]:
            return ()
        return tuple(row[0] for row in rows)

    def warm(self) -> None:
        """Begin to connect, so that the first question need not."""
        self._connect()

    async def close(self) -> None:
        """Disconnect."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait({self._connecting})
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _connected(self) -> Any:
        """Return the client; whoever gives up waiting for it leaves the connecting to go on.

        Raises:
            ClickHouseError, ClientError, OSError: there is no connection.
        """
        if self._client is None:
            await asyncio.shield(self._connect())
        return self._client

    def _connect(self) -> asyncio.Task[None]:
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._open())
            self._connecting.add_done_callback(_looked_at)
        return self._connecting

    async def _open(self) -> None:
        settings = self._settings
        self._client = await clickhouse_connect.get_async_client(
            host=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password.get_secret_value(),
            secure=settings.secure,
            connect_timeout=_CONNECT_S,
            send_receive_timeout=_CONNECT_S,
            autogenerate_session_id=False,
            query_retries=0,
            form_encode_query_params=True,  # a vector is too long for a URL
            client_name="viva-questions",
        )


def _looked_at(task: asyncio.Task[None]) -> None:
    """Take note of a failure that nobody waited for: the next question finds it again."""
    if not task.cancelled():
        task.exception()
