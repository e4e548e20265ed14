"""Publishing what a change of state has caused, until the broker has acknowledged it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from itertools import groupby

from gateway.db.store import UnknownSession
from gateway.live.services import Services
from gateway.session.model import FinalMarker, Interview, Pending
from schemas import metrics
from schemas.events import AnswerEnded, Event, TurnMeasured
from schemas.media import AudioMeta
from schemas.topics import Topic
from streams.runtime.metrics import histogram
from streams.runtime.producer import RecordRefused

logger = logging.getLogger(__name__)

_PUBLISH_WITHIN = 5.0


async def flush_soon(services: Services, session: str) -> None:
    """Publish the session's outbox if Kafka takes it within seconds.

    If not, the sweeper publishes it as soon as Kafka is back.
    """
    with suppress(TimeoutError, UnknownSession):  # the latter: it was deleted meanwhile
        async with asyncio.timeout(_PUBLISH_WITHIN), services.lock(session):
            await flush(services, await services.store.get(session))


async def flush(services: Services, interview: Interview) -> Interview:
    """Publish the interview's outbox in order, waiting for Kafka; return it as stored afterwards.

    The caller holds the session's lock. What the broker will never take is let go, loudly, so that
    it does not keep everything after it waiting.
    """
    while interview.outbox:
        sent = list(interview.outbox)
        await publish(services, interview)

        def remove(stored: Interview, sent: list[Pending] = sent) -> None:
            stored.outbox = [each for each in stored.outbox if each not in sent]

        interview = await services.store.change(interview.session, remove)
    return interview


async def publish(services: Services, interview: Interview) -> None:
    """Publish the interview's outbox in order, waiting for Kafka, and leave it as it is."""
    for is_event, group in groupby(interview.outbox, key=lambda each: each.event is not None):
        batch = list(group)
        try:
            await _publish(services, interview, batch, is_event=is_event)
        except RecordRefused:
            for each in batch:
                await _publish_or_drop(services, interview, each, is_event=is_event)


async def _publish_or_drop(
    services: Services, interview: Interview, pending: Pending, *, is_event: bool
) -> None:
    try:
        await _publish(services, interview, [pending], is_event=is_event)
    except RecordRefused as error:
        kind = pending.event["type"] if pending.event else "final marker"
        logger.critical(
            "an event is lost",
            extra={"session": interview.session, "kind": kind, "why": str(error)},
        )


async def _publish(
    services: Services, interview: Interview, batch: list[Pending], *, is_event: bool
) -> None:
    if is_event:
        events = [each for each in (item.decoded() for item in batch) if isinstance(each, Event)]
        for event in events:  # scores come to the inbox of the session's gateway
            if isinstance(event, AnswerEnded) and interview.slot == services.settings.slot:
                services.unscored.ended(event.answer)
        await services.health.persist(lambda: services.producer.publish(*events, gw=interview.slot))
        for event in events:
            if isinstance(event, TurnMeasured):
                _observe(event)
    else:
        for pending in batch:
            await _publish_marker(services, interview, pending)


def _observe(turn: TurnMeasured) -> None:
    for name, value in turn:
        if name.endswith("_ms") and value is not None:
            histogram(metrics.TURN, mark=name.removesuffix("_ms")).observe(value / 1000)


async def _publish_marker(services: Services, interview: Interview, pending: Pending) -> None:
    marker = pending.decoded()
    if not isinstance(marker, FinalMarker):
        return
    meta = AudioMeta(
        session=interview.session,
        question=marker.question,
        attempt=marker.attempt,
        epoch=marker.epoch,
        seq=marker.seq,
        at=marker.at,
        gw=interview.slot,
        language=interview.language,
        policy=interview.policy,
        first_sample=marker.first_sample,
        final=True,
    )
    await services.publish_media(Topic.AUDIO, meta.session.encode(), b"", meta.to_headers())
