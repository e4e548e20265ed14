"""What is asked of an engine that turns texts into vectors."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from enum import StrEnum
from operator import mul
from typing import Any, Protocol, TypeAlias

from schemas.events.resumes import MAX_DIMENSIONS

Vector: TypeAlias = "array[float]"
"""Of 32-bit floats, of length 1: 1.5 kB for 384 numbers, which as Python's floats take 12."""

_DECIMALS = 5
"""Kept of each coordinate: the error of a distance stays below 1e-4, far below what tells two
lines apart, and the same number stands in events, in ClickHouse and here."""


class Purpose(StrEnum):
    """What a text is: models may place what is looked for elsewhere than what is found."""

    QUERY = "query"
    PASSAGE = "passage"


class EmbeddingFailed(Exception):  # noqa: N818 - names what happened
    """There are no vectors. ``reason`` is a short code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Embedder(Protocol):
    """Makes vectors of texts; the same text gives the same vector, whatever stands beside it."""

    @property
    def model(self) -> str:
        """Name of the model: vectors of two models do not compare."""

    @property
    def batch(self) -> int:
        """How many texts to give at once at most."""

    async def load(self) -> str:
        """Get warm, and return a line on what was loaded; never raises ``EmbeddingFailed``."""

    async def embed(self, texts: Sequence[str], purpose: Purpose, *, within: float) -> list[Vector]:
        """Return a vector for each of ``texts``, at most ``batch`` of them, in their order.

        Texts have up to 500 characters. Takes at most ``within`` seconds.

        Raises:
            EmbeddingFailed: there are no vectors, or not in time.
        """

    async def close(self) -> None:
        """Let go of processes and connections."""


def vectors_of(rows: Any, count: int, dimensions: int = 0) -> list[Vector]:
    """Return ``rows`` as vectors of length 1, if they are ``count`` lists of numbers.

    Args:
        rows: what an engine returned; shape (count, dimensions).
        count: how many are expected.
        dimensions: of each; 0: whatever the first one has.

    Raises:
        EmbeddingFailed: ``wrong_count``, ``wrong_shape``, ``wrong_dimensions``, ``not_finite``.
    """
    if not isinstance(rows, list) or len(rows) != count:
        raise EmbeddingFailed("wrong_count")
    found = [_vector(row) for row in rows]
    expected = dimensions or len(found[0])
    if any(len(each) != expected for each in found):
        raise EmbeddingFailed("wrong_dimensions")
    return found


def _vector(row: Any) -> Vector:
    if not isinstance(row, list) or not 0 < len(row) <= MAX_DIMENSIONS:
        raise EmbeddingFailed("wrong_shape")
    if not all(type(each) in (float, int) for each in row):
        raise EmbeddingFailed("wrong_shape")
    try:
        length = math.sqrt(math.fsum(each * each for each in row))
    except OverflowError:
        raise EmbeddingFailed("not_finite") from None
    if not math.isfinite(length) or length == 0:
        raise EmbeddingFailed("not_finite")
    return array("f", (round(each / length, _DECIMALS) for each in row))


def rounded(vector: Vector) -> tuple[float, ...]:
    """Return the coordinates as they go into an event: short in JSON, the same number."""
    return tuple(round(each, _DECIMALS) for each in vector)


def cosine_distance(one: Vector, other: Vector) -> float:
    """Return 1 less the cosine of the angle between two vectors of length 1, from 0 to 2.

    Raises:
        ValueError: they have not the same number of coordinates.
    """
    if len(one) != len(other):
        raise ValueError("vectors of different models do not compare")
    return 1.0 - float(sum(map(mul, one, other)))
