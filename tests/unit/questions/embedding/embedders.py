"""An embedding engine whose vectors follow from letters, and which fails on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from workers.questions.embedding.service import EmbeddingFailed, Purpose, Vector, vectors_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Letters:
    """Counts letters: texts with the same letters are near to each other."""

    model = "letters"

    def __init__(self, *, batch: int = 3) -> None:
        self.batch = batch
        self.asked: list[tuple[Purpose, tuple[str, ...]]] = []
        self.fail_after: int | None = None
        """Calls that still succeed; None: all do."""
        self.reason = "unreachable"
        self.pause_s = 0.0
        self.recovers = False
        """After the first failure."""
        self.stalls = False

    async def load(self) -> str:
        return "letters"

    async def close(self) -> None:
        pass

    async def embed(self, texts: Sequence[str], purpose: Purpose, *, within: float) -> list[Vector]:
        assert len(texts) <= self.batch
        self.asked.append((purpose, tuple(texts)))
        await asyncio.sleep(self.pause_s)
        if self.stalls:
            await asyncio.sleep(min(within, 0.01))
            raise EmbeddingFailed("timeout")
        if self.fail_after is not None:
            if self.fail_after == 0:
                self.fail_after = None if self.recovers else 0
                raise EmbeddingFailed(self.reason)
            self.fail_after -= 1
        rows = [[0.01 + text.lower().count(letter) for letter in LETTERS] for text in texts]
        return vectors_of(rows, len(texts))
