"""Publishing what a change of state has caused, until the broker has acknowledged it."""

from __future__ import annotations

import logging
from itertools import groupby

from gateway.live.services import Services
from gateway.session.model import FinalMarker, Interview, Pending
from schemas.events import Event
from schemas.media import AudioMeta
from schemas.topics import Topic

logger = logging.getLogger(__name__)


async def flush(services: Services, interview: Interview) -> Interview:
    """Publish the interview's outbox in order, waiting for Kafka; return it as stored afterwards.

    The caller holds the session's lock.
    """
    while interview.outbox:
        sent = list(interview.outbox)
        for is_event, group in groupby(sent, key=lambda each: each.event is not None):
            if is_event:
                await _publish_events(services, interview, list(group))
            else:
                for pending in group:
                    await _publish_marker(services, interview, pending)

        def remove(stored: Interview, sent: list[Pending] = sent) -> None:
            stored.outbox = [each for each in stored.outbox if each not in sent]

        interview = await services.store.change(interview.session, remove)
    return interview


async def _publish_events(services: Services, interview: Interview, pending: list[Pending]) -> None:
    events = [each for each in (item.decoded() for item in pending) if isinstance(each, Event)]
    await services.health.persist(lambda: services.producer.publish(*events, gw=interview.slot))


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
