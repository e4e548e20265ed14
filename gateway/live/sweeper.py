"""Tidies up after connections and gateways that died, and ends sessions nobody came back to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from gateway.db.store import Due, UnknownSession
from gateway.live import deletion, outbox
from gateway.live.hub import Hub
from gateway.live.services import Services
from gateway.session import machine
from gateway.session.model import Interview
from schemas.ids import now_ms

logger = logging.getLogger(__name__)

_EVERY = 2.0
_GATEWAY_SILENT_MS = 30_000
_KEPT_MS = 2 * 365 * 24 * 3_600_000
"""An old session is forgotten when ClickHouse forgets its scores: candidates are told two years."""
_FORGET_EVERY_MS = 3_600_000
_DAY_MS = 24 * 3_600_000
_PERSONAL = ("resumes", "clips")
"""Folders of the object store. A clip may quote somebody; one that is asked again is made again."""


class Sweeper:
    """Looks after the sessions of this slot, and of slots whose gateway has fallen silent."""

    def __init__(self, services: Services, hub: Hub, clock: Callable[[], int] = now_ms) -> None:
        self._services = services
        self._hub = hub
        self._clock = clock  # UTC ms
        self._forgot_at = 0

    async def run(self) -> None:
        """Sweep for ever."""
        while True:
            try:
                await self.sweep()
            except Exception:
                logger.exception("sweeping failed; it will be repeated")
            await asyncio.sleep(_EVERY)

    async def sweep(self) -> None:
        """Look once at every session that may need it."""
        services = self._services
        now = self._clock()
        await self._forget(now)
        slots = await services.store.silent_slots(now - _GATEWAY_SILENT_MS)
        slots.add(services.settings.slot)
        here = self._hub.sessions
        due = await services.store.due(slots, here, now=now, gone_before=now - self._grace_ms)
        for each in due:  # first, as tidying may wait for Kafka
            self._hub.close_stale(each.session, each.epoch)
        self._hub.close_deleted(set(here) - {each.session for each in due})
        for each in due:
            # One that was here may belong to another gateway by now.
            if each.slot in slots and self._hub.find(each.session) is None:
                await self._tidy(each)
        for session in await services.store.deletions.due(slots):
            if not services.lock(session).locked():
                await self._finish(session)

    async def _forget(self, now: int) -> None:
        if now - self._forgot_at < _FORGET_EVERY_MS:
            return
        self._forgot_at = now
        services = self._services
        if count := await services.store.forget(before=now - _KEPT_MS):
            logger.info("old sessions forgotten", extra={"count": count})
        before = now - services.settings.retention_days * _DAY_MS
        await services.store.forget_resumes(before=before)
        if count := await services.store.invitations.forget_people(before=before):
            logger.info("people forgotten who did not come", extra={"count": count})
        wanted = await services.store.clips_wanted()
        for folder in _PERSONAL:
            if count := await services.objects.remove_old(folder, before, wanted):
                logger.info("old files removed", extra={"folder": folder, "count": count})

    @property
    def _grace_ms(self) -> int:
        return int(self._services.settings.reconnect_grace_s * 1000)

    async def _finish(self, session: str) -> None:
        try:
            await deletion.finish(self._services, session)
        except Exception:  # the others' are to be done all the same
            logger.exception("a deletion is not done yet", extra={"session": session})

    async def _tidy(self, due: Due) -> None:
        services = self._services
        lock = services.lock(due.session)
        if lock.locked():
            return  # somebody is at work on it; the next sweep sees what is left
        async with lock:
            if self._hub.find(due.session) is not None:
                return
            now = self._clock()

            def tidy(interview: Interview) -> None:
                if interview.epoch != due.epoch:
                    return
                machine.disconnect(interview, reason="the gateway was restarted", now=now)
                gone_for = now - interview.connection_changed_at
                is_left = interview.has_begun and gone_for > self._grace_ms
                if now > interview.expires_at or (interview.epoch and is_left):
                    machine.expire(interview, now=now)

            with suppress(UnknownSession):  # it was deleted
                await outbox.flush(services, await services.store.change(due.session, tidy))
