"""Vectors of texts that were seen before, and batches for those that were not."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence

from workers.questions.embedding.service import Embedder, EmbeddingFailed, Purpose, Vector

_MOST_BYTES = 48 * 1024 * 1024
"""Of vectors: 30,000 lines at 384 dimensions, or 500 to 1,000 résumés."""


class CachedEmbedder:
    """Remembers vectors by text; what was used longest ago is forgotten first.

    Takes any number of texts. They reach the engine in batches, and what a batch brought is kept
    even if the caller's time is over before the next: asked again, it goes on from there. Passages
    are embedded by one caller at a time, turn and turn about: several sessions that come with one
    résumé have it embedded once.
    """

    def __init__(self, engine: Embedder, *, most_bytes: int = _MOST_BYTES) -> None:
        self._engine = engine
        self._most_bytes = most_bytes
        self._bytes = 0
        self._turn = asyncio.Lock()
        self._vectors: OrderedDict[tuple[Purpose, str], Vector] = OrderedDict()

    @property
    def model(self) -> str:
        """Name of the engine's model."""
        return self._engine.model

    @property
    def batch(self) -> int:
        """The engine's; more may be given here."""
        return self._engine.batch

    async def load(self) -> str:
        """Get the engine warm and return its line."""
        return await self._engine.load()

    async def close(self) -> None:
        """Close the engine."""
        await self._engine.close()

    async def embed(self, texts: Sequence[str], purpose: Purpose, *, within: float) -> list[Vector]:
        """Return a vector for each of ``texts``, in their order, within ``within`` seconds.

        Raises:
            EmbeddingFailed: the engine has none, or not in time.
        """
        until = time.monotonic() + within
        found = {text: self._recall(purpose, text) for text in texts}
        missing = [text for text, vector in found.items() if vector is None]
        for first in range(0, len(missing), self._engine.batch):
            batch = missing[first : first + self._engine.batch]
            found.update(await self._embedded(batch, purpose, until))
        return [each for text in texts if (each := found[text]) is not None]

    async def _embedded(
        self, batch: Sequence[str], purpose: Purpose, until: float
    ) -> dict[str, Vector]:
        if purpose is Purpose.QUERY:
            return await self._ask(batch, purpose, until)
        try:
            async with asyncio.timeout(until - time.monotonic()):
                await self._turn.acquire()
        except TimeoutError:
            raise EmbeddingFailed("timeout") from None
        try:
            return await self._ask(batch, purpose, until)
        finally:
            self._turn.release()

    async def _ask(self, batch: Sequence[str], purpose: Purpose, until: float) -> dict[str, Vector]:
        """Ask the engine for what is still missing of ``batch``."""
        found: dict[str, Vector] = {}
        for text in batch:
            if (vector := self._recall(purpose, text)) is not None:
                found[text] = vector
        missing = [text for text in batch if text not in found]
        left = until - time.monotonic()
        if missing and left <= 0:
            raise EmbeddingFailed("timeout")
        vectors = await self._engine.embed(missing, purpose, within=left) if missing else []
        for text, vector in zip(missing, vectors, strict=True):
            found[text] = vector
            self._keep(purpose, text, vector)
        return found

    def _recall(self, purpose: Purpose, text: str) -> Vector | None:
        vector = self._vectors.get((purpose, text))
        if vector is not None:
            self._vectors.move_to_end((purpose, text))
        return vector

    def _keep(self, purpose: Purpose, text: str, vector: Vector) -> None:
        before = self._vectors.pop((purpose, text), None)
        self._vectors[purpose, text] = vector
        self._bytes += _size(vector) - (_size(before) if before is not None else 0)
        while self._bytes > self._most_bytes:
            _, forgotten = self._vectors.popitem(last=False)
            self._bytes -= _size(forgotten)


def _size(vector: Vector) -> int:
    return len(vector) * vector.itemsize
