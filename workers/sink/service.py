"""What the sink asks of a store, and what a store says when it cannot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from workers.sink.shapes import Row, Shape

Group = tuple[Shape, Sequence[Row]]
"""Rows that have the columns of the shape."""


class RowsRefusedError(Exception):
    """The store will never take these rows as they are: at least one of them is at fault."""


class RowStore(Protocol):
    """Takes rows for good.

    A store is used by one caller at a time. When ``insert`` returns, the rows are readable. When
    it raises, any number of them may have been stored: inserting the same rows again must not
    show them twice.
    """

    async def open(self) -> str:
        """Connect, and return the store's name and version once all tables are there.

        Raises:
            DependencyUnavailable: the store is away or its tables are missing; call again.
        """

    async def insert(self, groups: Sequence[Group]) -> None:
        """Store the rows of every group, one group after the other.

        Raises:
            RowsRefusedError: a row does not fit the table.
            DependencyUnavailable: the store is away; call again with the same groups.
        """

    async def deleted(self) -> set[str]:
        """Return all sessions that were deleted: rows of theirs are not to be stored again.

        Raises:
            DependencyUnavailable: the store is away; call again.
        """

    async def erase(self, sessions: Collection[str]) -> set[str]:
        """Have the rows of those of ``sessions`` that were deleted go for good; return which.

        Called with the sessions of every insert after it: another sink may have stored meanwhile
        that one of them is deleted, and has then not seen these rows.

        Raises:
            DependencyUnavailable: the store is away; call again with the same sessions.
        """

    async def close(self) -> None:
        """Disconnect."""
