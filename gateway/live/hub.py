"""All connections of this gateway: admission, takeover, live events, farewell."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Collection, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from gateway.db.store import UnknownSession
from gateway.live import outbox
from gateway.live.connection import Connection
from gateway.live.deletion import remove_late_clip
from gateway.live.services import Services
from gateway.rtc.network import NoPort
from gateway.rtc.recorder import LATE_S
from gateway.session import assessments, drafting, live, machine, turns
from gateway.session.model import FinalMarker, Interview, State
from schemas import metrics
from schemas.events import (
    CalibrationCompleted,
    Event,
    FaceSeen,
    QuestionAsked,
    QuestionDrafted,
    QuestionScored,
    QuestionSpoken,
    TranscriptFinal,
    TranscriptSegment,
)
from schemas.ids import now_ms
from streams.runtime.metrics import gauge

logger = logging.getLogger(__name__)

_TAKEOVER_WITHIN = 10.0
_CALM_S = 10.0
"""Seconds that Kafka must have kept up before more candidates are taken."""
_OFFERS_AT_ONCE = 2
"""Offers of one session that may be on their way: a second window, or a page that tries again."""
_SHOWN = (CalibrationCompleted, QuestionAsked, QuestionSpoken, QuestionScored)
"""Live events after which the page gets a snapshot as well."""


class NoRoom(Exception):  # noqa: N818 - reads as what happened
    """The candidate cannot be taken now; ``code`` is one of PROTOCOL.md's for 503."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted offer's answer."""

    sdp: str
    epoch: int


class Hub:
    """Knows who is connected. A session has at most one connection: the newest."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._connections: dict[str, Connection] = {}
        self._arriving: dict[str, int] = {}
        self._background: set[asyncio.Task[None]] = set()
        self._measuring: asyncio.Task[None] | None = None
        self._late_at = -_CALM_S

    def start(self) -> None:
        """Begin to measure."""
        self._measuring = asyncio.create_task(self._measure())

    @property
    def sessions(self) -> list[str]:
        """The sessions that are connected here."""
        return list(self._connections)

    def find(self, session: str) -> Connection | None:
        """Return the session's connection, if it has one here."""
        return self._connections.get(session)

    async def accept(
        self,
        session: str,
        offer: str,
        *,
        returning: bool = False,
        arrival: machine.Arrival = machine.SOMEBODY,
    ) -> Accepted:
        """Answer an offer; the session's older connection is closed.

        Whoever is ``returning`` to an interview that has begun is let in while Kafka or the scores
        are slow.

        Raises:
            BadOffer: the offer cannot be answered.
            NoRoom: the gateway is full, has no UDP port left, waits for Kafka, or those before
                are not done with.
            Refused: the session has ended, the candidate has not agreed to be recorded, or they
                are here in another window.
            TimeoutError: candidates could not be gathered in time.
            UnknownSession: there is no such session.
        """
        self._admit(session, returning=returning)
        self._arriving[session] = self._arriving.get(session, 0) + 1
        try:
            return await self._accept(session, offer, arrival)
        finally:
            self._arriving[session] -= 1
            if not self._arriving[session]:
                del self._arriving[session]

    async def _accept(self, session: str, offer: str, arrival: machine.Arrival) -> Accepted:
        services = self._services
        known = await services.store.get(session)
        machine.check_entry(known, arrival)
        connection = Connection(
            services, session, self._gone, video=known.video, audio=not known.typed
        )
        try:
            answer = await connection.peer.answer(offer)
            async with asyncio.timeout(_TAKEOVER_WITHIN), services.lock(session):
                # Before the older connection is touched, which may be the one that stays.
                machine.check_entry(await services.store.get(session), arrival)
                older = self._connections.get(session)
                older_marker = await older.retire() if older is not None else None

                def connect(it: Interview) -> None:
                    if it.video != known.video:
                        raise NoRoom("busy", "the consent has just changed: try again in a moment")
                    machine.connect(
                        it,
                        slot=services.settings.slot,
                        now=now_ms(),
                        marker=older_marker,
                        arrival=arrival,
                    )

                interview = await services.store.change(session, connect)
                self._connections[session] = connection
                connection.begin(interview.epoch)
        except NoPort:
            await connection.close()
            raise NoRoom("ports", "every port for media is in use: try again shortly") from None
        except BaseException:
            await connection.close()
            raise
        if older is not None:
            older.notify("superseded", "this interview goes on in another window")
            self._later(older.close())
        logger.info("connected", extra={"session": session, "epoch": interview.epoch})
        return Accepted(answer, interview.epoch)

    async def deliver(self, event: Event) -> None:
        """Fold a live event into its session and show it to the candidate who is here."""
        if isinstance(event, FaceSeen):  # often, and nothing to remember
            if (here := self._connections.get(event.session)) is not None:
                here.sighted(event)
            return
        if isinstance(event, QuestionScored):
            self._services.unscored.scored(event)
        applied = False

        def apply(interview: Interview) -> None:
            nonlocal applied
            applied, now = live.apply(interview, event), now_ms()
            if not applied:
                return
            turns.note(interview, event, now=now)
            if isinstance(event, TranscriptSegment):
                drafting.heard(interview, now=now)
            elif isinstance(event, TranscriptFinal):
                assessments.heard(interview, event.question, event.attempt, now=now)

        store = self._services.store
        try:
            interview = await store.change(event.session, apply)
        except UnknownSession:
            logger.info("live event of an unknown session", extra={"session": event.session})
            if isinstance(event, QuestionSpoken) and event.clip:
                await remove_late_clip(self._services, event.session, event.clip)
            return
        connection = self._connections.get(event.session)
        if not applied:
            # Another gateway may have folded it: the one that created the session, say.
            if connection is not None and isinstance(event, _SHOWN):
                connection.send_snapshot(interview)
            return
        if interview.outbox:
            self._later(self._flush(event.session))
        if connection is not None and _is_told(interview, event):
            connection.peer.send({"event": event.model_dump(mode="json")})
            if isinstance(event, _SHOWN):
                connection.send_snapshot(interview)
        if interview.state is State.CALIBRATED:
            with suppress(UnknownSession):  # it was deleted just now
                interview = await store.change(event.session, live.advance)
                if connection is not None:
                    connection.send_snapshot(interview)

    async def _flush(self, session: str) -> None:
        """Publish what an event has caused, apart: the next event does not wait for Kafka."""
        async with self._services.lock(session):
            with suppress(UnknownSession):  # it was deleted, and published what it had to
                await outbox.flush(self._services, await self._services.store.get(session))

    def close_stale(self, session: str, epoch: int) -> None:
        """Close the session's connection if ``epoch`` has passed it by, at another gateway."""
        connection = self._connections.get(session)
        if connection is not None and connection.epoch < epoch:
            connection.notify("superseded", "this interview goes on in another window")
            self._gone(connection, "superseded")

    def renew(self, session: str) -> None:
        """Close the session's connection, so that the next offer follows what has changed."""
        connection = self._connections.get(session)
        if connection is not None:
            self._gone(connection, "the consent has changed")

    @asynccontextmanager
    async def expel(self, session: str) -> AsyncIterator[FinalMarker | None]:
        """Give up what the session's connection records, and give its marker.

        The connection is closed for good afterwards; the candidate hears that all is deleted unless
        what is done meanwhile fails. The caller holds the session's lock.
        """
        connection = self._connections.get(session)
        if connection is None:
            yield None
            return
        try:
            yield await connection.retire()
        except BaseException:
            self._gone(connection, "its deletion failed")
            raise
        del self._connections[session]
        connection.notify_deleted()
        self._later(connection.close())

    def close_deleted(self, sessions: Collection[str]) -> None:
        """Close the connections of ``sessions``, which another gateway has deleted."""
        for session in sessions:
            connection = self._connections.get(session)
            if connection is not None:
                connection.notify_deleted()
                self._gone(connection, "deleted")

    async def stop(self) -> None:
        """Say goodbye to everybody: open answers are abandoned, to be asked again."""
        if self._measuring is not None:
            self._measuring.cancel()
        for connection in list(self._connections.values()):
            connection.notify("restarting", "the service restarts: please connect again")
            self._gone(connection, "the gateway stopped")
        if self._background:
            await asyncio.wait(self._background, timeout=5)
        for task in self._background:
            task.cancel()

    def _admit(self, session: str, *, returning: bool) -> None:
        if not self._services.health.is_ready:
            raise NoRoom("waiting", "the service is not ready: try again in a few seconds")
        if self._arriving.get(session, 0) >= _OFFERS_AT_ONCE:
            raise NoRoom("busy", "this interview is being connected already: wait a moment")
        here = self._connections.keys() | self._arriving.keys()
        if session in here:
            return
        if len(here) >= self._services.settings.capacity:
            raise NoRoom("capacity", "all places are taken: try again in a few minutes")
        self._note_lateness()
        if not returning and time.monotonic() - self._late_at < _CALM_S:
            raise NoRoom("busy", "the service has more to do than it can: try again in a moment")
        limit = self._services.settings.max_score_wait_s
        if limit and not returning and self._services.unscored.longest_s > limit:
            raise NoRoom("behind", "earlier answers wait for their scores: try again in a minute")

    def _note_lateness(self) -> float:
        """Return for how long audio waits for Kafka, and remember when that was too long."""
        behind = max((each.behind_s for each in self._connections.values()), default=0.0)
        if behind > LATE_S:
            self._late_at = time.monotonic()
        return behind

    def _gone(self, connection: Connection, reason: str) -> None:
        if self._connections.get(connection.session) is connection:
            self._later(self._part(connection, reason))
        else:
            self._later(connection.close())

    async def _part(self, connection: Connection, reason: str) -> None:
        session, services = connection.session, self._services
        async with services.lock(session):
            if self._connections.get(session) is not connection:
                return
            del self._connections[session]
            marker = await connection.retire()

            def disconnect(interview: Interview) -> None:
                if interview.epoch == connection.epoch:
                    machine.disconnect(interview, reason=reason, now=now_ms(), marker=marker)

            self._later(connection.close())
            logger.info("disconnected", extra={"session": session, "reason": reason})
            with suppress(UnknownSession):  # it was deleted
                await outbox.flush(services, await services.store.change(session, disconnect))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background_done)

    def _background_done(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("background work failed", exc_info=task.exception())

    async def _measure(self) -> None:
        connected, unused = gauge(metrics.CANDIDATES), gauge(metrics.UNUSED_MEDIA)
        behind, unscored = gauge(metrics.AUDIO_BEHIND), gauge(metrics.UNSCORED)
        while True:
            now = time.monotonic()
            connected.set(len(self._connections))
            behind.set(self._note_lateness())
            unscored.set(self._services.unscored.longest_s)
            unused.set(
                max((each.unused_for(now) for each in self._connections.values()), default=0.0)
            )
            await asyncio.sleep(1.0)


def _is_told(interview: Interview, event: Event) -> bool:
    """Whether the candidate's page hears of ``event``: scores are told to who sees the report."""
    if isinstance(event, QuestionScored):
        return interview.shows_report
    return not isinstance(event, QuestionDrafted)
