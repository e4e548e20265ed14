"""Clips of drafts that are not asked: they may quote the candidate, and nobody needs them."""

from __future__ import annotations

import logging

from schemas.events import QuestionDrafted
from schemas.events.questions import IMPERSONAL
from streams.runtime.objects import ObjectStore

logger = logging.getLogger(__name__)

_REMEMBERED = 1000
"""Ended sessions, the newest: drafts are made within seconds of an end."""


class Unasked:
    """Remembers them by session, for as long as this process lives.

    Those of a process that was restarted meanwhile go when all old clips do.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        self._clips: dict[str, set[str]] = {}
        self._ended: dict[str, None] = {}

    async def made(self, draft: QuestionDrafted, clip: str) -> None:
        """Remember that ``clip`` was made for ``draft``; of a session that has ended it goes."""
        if draft.source in IMPERSONAL:
            return
        self._clips.setdefault(draft.session, set()).add(clip)
        if draft.session in self._ended:
            await self.settle(draft.session)

    async def end(self, session: str) -> None:
        """Remove the session's clips, and those that are still being made."""
        self._ended[session] = None
        if len(self._ended) > _REMEMBERED:
            del self._ended[next(iter(self._ended))]
        await self.settle(session)

    async def settle(self, session: str, asked: str = "") -> None:
        """Remove the session's clips, but for the one that is ``asked``."""
        for clip in self._clips.pop(session, set()) - {asked}:
            try:
                await self._store.remove(clip)
            except OSError as error:
                logger.warning("a clip stays", extra={"clip": clip, "why": str(error)})
