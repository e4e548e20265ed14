"""The engine ``openai``: ``POST /v1/embeddings`` of any server that speaks OpenAI's API."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from typing import Any

from schemas.settings import EmbeddingSettings
from streams.runtime.backoff import delays
from workers.language.endpoint import Endpoint, EndpointFailed
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


class EndpointEmbedder:
    """Asks the server, again while there is time; one that fails is left alone for a few seconds.

    The number of dimensions is what the server first answered: it must not change, as a vector of
    another model says nothing beside the others.
    """

    batch = _BATCH

    def __init__(self, settings: EmbeddingSettings, *, rest_s: float = 5.0) -> None:
        self._url = settings.url
        self._endpoint = Endpoint(
            settings.url,
            "/v1/embeddings",
            settings.api_key.get_secret_value(),
            most_bytes=_MOST_BYTES,
        )
        self._prefix = {
            Purpose.QUERY: settings.query_prefix,
            Purpose.PASSAGE: settings.passage_prefix,
        }
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
                        found = _rows(await self._endpoint.post(body))
                        vectors = vectors_of(found, len(texts), self._dimensions)
                    except EndpointFailed as error:
                        reason = error.reason
                        if not _may_pass(error):
                            raise EmbeddingFailed(reason) from None
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
        await self._endpoint.close()


def _may_pass(error: EndpointFailed) -> bool:
    """Whether trying again may help."""
    return error.reason == "unreachable" or error.status in _AGAIN


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
