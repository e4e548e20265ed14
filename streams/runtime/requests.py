"""Answering requests several at a time: one that takes long holds nobody else up."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from schemas.events import Event
from schemas.topics import Topic
from streams.runtime.codec import decode, gateway_slot, header
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.in_flight import InFlight
from streams.runtime.partition import Partition
from streams.runtime.record import BadRecord, Record

logger = logging.getLogger(__name__)

E = TypeVar("E", bound=Event)
E_contra = TypeVar("E_contra", bound=Event, contravariant=True)


class Answerer(Protocol[E_contra]):
    """Answers one request."""

    async def answer(self, request: E_contra, gw: int, /) -> None:
        """Publish the answer to ``request`` for the gateway at the slot ``gw``.

        Raises:
            DependencyUnavailable: the broker or another dependency is away; it is asked again.
            BadRecord: it cannot be answered; it is set aside with that reason.
        """


class Requests(Generic[E]):
    """Reads ``session.events``, skips by header what is not ``wanted``, has the rest answered.

    Each request is a unit of its own, so the commit stays before the oldest unanswered one. A
    fault of ours sets the request aside in the dead letters.
    """

    topics: Sequence[Topic] = (Topic.EVENTS,)

    def __init__(
        self,
        answerer: Answerer[E],
        wanted: tuple[type[E], ...],
        *,
        dead_letters: DeadLetters,
        health: Health,
        max_in_flight: int = 64,
    ) -> None:
        self._answerer = answerer
        self._wanted = wanted
        self._types = frozenset(str(each.model_fields["type"].default) for each in wanted)
        self._dead_letters = dead_letters
        self._health = health
        self._in_flight = InFlight(max_in_flight)

    async def handle(self, record: Record, partition: Partition) -> None:
        """Begin to answer ``record`` if it is a request; waits while too many are unanswered.

        Raises:
            DecodeError: a request that is none; the topic's guardian sets it aside.
        """
        if header(record.headers, "type") not in self._types:
            return
        request = decode(record.key, record.value, record.headers)
        if not isinstance(request, self._wanted):
            return
        gw = gateway_slot(record.headers)
        await self._in_flight.room()
        partition.open(record.offset, record.offset)
        self._in_flight.start(partition, self._answer(record, request, gw, partition))

    def take(self, record: Record, partition: Partition) -> bool:
        """Pass over what is no request."""
        return header(record.headers, "type") not in self._types

    async def revoked(self, partition: Partition) -> None:
        """Give up the requests of ``partition``: its next owner answers them."""
        await self._in_flight.give_up(partition)

    async def stop(self) -> None:
        """Give up all requests; they are not committed and will be read again."""
        await self._in_flight.stop()

    async def work(self, request: E, gw: int) -> None:
        """Answer ``request``, waiting for dependencies that are away."""
        await self._health.persist(lambda: self._answerer.answer(request, gw))

    async def _answer(self, record: Record, request: E, gw: int, partition: Partition) -> None:
        try:
            await self.work(request, gw)
        except BadRecord as error:
            await self._set_aside(record, error.reason)
        except Exception as error:  # a fault of ours must not hold the commit for ever
            logger.exception("unexpected error", extra={"offset": record.offset})
            await self._set_aside(record, f"unexpected error: {error!r}"[:300])
        partition.close(record.offset)

    async def _set_aside(self, record: Record, reason: str) -> None:
        await self._health.persist(lambda: self._dead_letters.put(record, reason))
