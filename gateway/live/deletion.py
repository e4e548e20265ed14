"""Deleting a candidate's data: the rows at once, events and files as soon as that is possible."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from gateway.live import outbox
from gateway.live.services import Services
from gateway.session import deletion
from gateway.session.deletion import By
from gateway.session.model import FinalMarker
from schemas.ids import now_ms

logger = logging.getLogger(__name__)

_DELETE_WITHIN = 10.0
_FINISH_WITHIN = 5.0


Expel = Callable[[str], AbstractAsyncContextManager[FinalMarker | None]]
"""Gives up what a session's connection records, and gives its marker; the candidate is told, and
the connection closed, when what is done in it has succeeded."""


async def delete(services: Services, expel: Expel, session: str, by: By) -> bool:
    """Delete ``session``, whoever is in it; return whether there was one.

    When this returns the gateway's rows are gone. What is left is done now if that takes seconds,
    else by the sweeper.

    Raises:
        TimeoutError: what the session is doing waits for Kafka. Nothing is deleted; an answer that
            was open is to be given again.
    """
    async with (
        asyncio.timeout(_DELETE_WITHIN),
        services.lock(session),
        expel(session) as marker,
    ):
        is_deleted = await services.store.deletions.make(
            session,
            lambda it: deletion.delete(it, by=by, now=now_ms(), marker=marker),
            slot=services.settings.slot,
            at=now_ms(),
        )
    if is_deleted:
        logger.info("deleted", extra={"session": session, "by": by})
        try:
            async with asyncio.timeout(_FINISH_WITHIN):
                await finish(services, session)
        except Exception as error:  # the sweeper goes on with it
            logger.warning("not all is deleted yet", extra={"session": session, "why": repr(error)})
    return is_deleted


async def finish(services: Services, session: str) -> None:
    """Publish what a deletion has caused, and remove its files; again changes nothing.

    Raises:
        OSError: a file cannot be removed.
    """
    async with services.lock(session):
        remains = await services.store.deletions.remains(session)
        if remains is None:
            return
        await outbox.publish(services, remains.interview)
        # What others have come to need since then stays: objects are called after their contents.
        for name in await services.store.deletions.of_nobody(remains.objects):
            await services.objects.remove(name)
        await services.store.deletions.done(session)


async def remove_late_clip(services: Services, session: str, clip: str) -> None:
    """Remove a clip that was made while its session was being deleted."""
    deletions = services.store.deletions
    if await deletions.has(session):
        for name in await deletions.of_nobody([clip]):
            await services.objects.remove(name)
