"""The engine ``openai``: ``POST /v1/embeddings`` of any server that speaks OpenAI's API."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from typing import Any

import aiohttp

from schemas.settings import EmbeddingSettings
from streams.runtime.backoff import delays
from workers.questions.embedding.service import EmbeddingFailed, Purpose, Vector, vectors_of
from workers.questions.rest import Rest

logger = logging.getLogger(__name__)

_BATCH = 32
_MOST_BYTES = 16 * 1024 * 1024
_TRIES = 3
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})
_LONGEST_S = 20.0
"""For one batch, however much time there is."""

_WARM_S = 15.0
"""A server that is there but still loads its model gets so long before the worker says ready."""


class _Passing(Exception):  # noqa: N818 - names the kind of failure
    """Trying again may help."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EndpointEmbedder:
    """Asks the server, again while there is time; one that fails is left alone for a few seconds.

    The number of dimensions is what the server first answered: it must not change, as a vector of
    another model says nothing beside the others.
    """

    batch = _BATCH

    def __init__(self, settings: EmbeddingSettings, *, rest_s: float = 5.0) -> None:
        base = settings.url.rstrip("/").removesuffix("/v1")
        self._url = settings.url
        self._endpoint = f"{base}/v1/embeddings"
        self._prefix = {
            Purpose.QUERY: settings.query_prefix,
            Purpose.PASSAGE: settings.passage_prefix,
        }
        key = settings.api_key.get_secret_value()
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._session: aiohttp.ClientSession | None = None
        self._rest = Rest(rest_s)
        self._dimensions = 0
        self.model = settings.model

    async def load(self) -> str:
        """Have the server warm its model, if it is there."""
        try:
            await self.embed(["warm"], Purpose.QUERY, within=_WARM_S)
        except EmbeddingFailed as error:
            return f"embedding {self.model} at {self._url} does not answer ({error.reason})"
        return f"embedding {self.model} at {self._url}, {self._dimensions} dimensions"

    async def embed(self, texts: Sequence[str], purpose: Purpose, *, within: float) -> list[Vector]:
        """Return a vector for each of ``texts``.

        Raises:
            EmbeddingFailed: ``unreachable``, ``timeout``, ``http_4xx``, ``http_5xx``,
                ``http_other``, ``too_large``, ``not_json``, or as of ``vectors_of``.
        """
        if not texts:
            return []
        if self._rest.is_on:
            raise EmbeddingFailed(self._rest.reason)
        body = {
            "model": self.model,
            "input": [self._prefix[purpose] + text for text in texts],
            "encoding_format": "float",
        }
        within = min(within, _LONGEST_S)
        until = time.monotonic() + within
        reason = ""
        try:
            async with asyncio.timeout(within):
                for number, delay in enumerate(delays(first=0.05), start=1):
                    try:
                        found = _rows(await self._post(body))
                        vectors = vectors_of(found, len(texts), self._dimensions)
                    except _Passing as passing:
                        reason = passing.reason
                        if number == _TRIES or time.monotonic() + delay >= until:
                            break
                        await asyncio.sleep(delay)
                    else:
                        self._dimensions = len(vectors[0])
                        self._rest.end()
                        return vectors
        except TimeoutError:
            reason = "timeout"
        logger.warning("embedding server", extra={"state": reason})
        self._rest.begin(reason)
        raise EmbeddingFailed(reason)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(self, body: dict[str, Any]) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=aiohttp.ClientTimeout(total=None)
            )
        try:
            async with self._session.post(
                self._endpoint, json=body, allow_redirects=False
            ) as response:
                if response.status in _AGAIN:
                    raise _Passing(_status(response.status))
                if response.status != 200:
                    raise EmbeddingFailed(_status(response.status))
                return await _read(response)
        except (aiohttp.ClientError, OSError, ValueError):
            raise _Passing("unreachable") from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in response.content.iter_any():
        found += chunk
        if len(found) > _MOST_BYTES:
            raise EmbeddingFailed("too_large")
    return bytes(found)


def _status(status: int) -> str:
    return f"http_{status // 100}xx" if status // 100 in (4, 5) else "http_other"


def _rows(body: bytes) -> list[Any]:
    """Return the vectors in the body of an answer, in the order of their ``index``.

    Raises:
        EmbeddingFailed: there are none.
    """
    try:
        data = json.loads(body)["data"]
        ordered = sorted(data, key=lambda each: each["index"])
        return [each["embedding"] for each in ordered]
    except (ValueError, RecursionError):
        raise EmbeddingFailed("not_json") from None
    except (LookupError, TypeError):
        raise EmbeddingFailed("wrong_shape") from None
