"""Consumes ``media.frames`` and publishes one ``vision.features`` event for every frame.

Of frames of the calibration it also publishes where the face is, ``face.seen``; of those before the
calibration, by which the candidate is only guided, nothing else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Any, Protocol

from schemas import metrics
from schemas.events import Event, FacePlace, FaceSeen, VisionFeatures
from schemas.ids import now_ms
from schemas.media import GUIDE_STALE_MS, MAX_FRAME_BYTES, FrameMeta, HeaderError
from schemas.topics import Process, Topic
from streams.runtime.consumer import Partition
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.in_flight import InFlight
from streams.runtime.metrics import histogram
from streams.runtime.producer import Producer
from streams.runtime.record import BadRecord, Record
from workers.vision.features import Measures
from workers.vision.jpeg import Undecodable
from workers.vision.pool import Crashed
from workers.vision.sight import Sight

logger = logging.getLogger(__name__)


class Analyser(Protocol):
    """What the worker needs of the pool."""

    async def analyse(self, jpeg: bytes, *, infer_emotion: bool, locate: bool = False) -> Measures:
        """Measure one frame; see ``Pool.analyse`` for what it raises."""


class VisionService:
    """Many frames in work at once, finished in any order.

    Each frame is a unit of its own, so the commit stays before the oldest unfinished one. A frame
    that cannot be measured goes to the dead letters and still yields its feature, marked failed:
    an answer counts its features and must not wait for one that never comes.
    """

    topics: Sequence[Topic] = (Topic.FRAMES,)

    def __init__(
        self,
        pool: Analyser,
        *,
        producer: Producer,
        dead_letters: DeadLetters,
        health: Health,
        max_in_flight: int,
    ) -> None:
        self._pool = pool
        self._producer = producer
        self._dead_letters = dead_letters
        self._health = health
        self._in_flight = InFlight(max_in_flight)
        self._seconds = histogram(metrics.WORK_SECONDS, process=Process.VISION.value)

    async def handle(self, record: Record, partition: Partition) -> None:
        """Start work on a frame; waits only while ``max_in_flight`` frames are unfinished.

        Raises:
            BadRecord: the headers do not say whose frame it is, so no feature can be due.
        """
        meta = _meta_of(record)
        await self._in_flight.room()
        self._begin(record, meta, partition)

    def take(self, record: Record, partition: Partition) -> bool:
        """Start work on a frame unless ``max_in_flight`` are unfinished."""
        if self._in_flight.is_full:
            return False
        self._begin(record, _meta_of(record), partition)
        return True

    def _begin(self, record: Record, meta: FrameMeta, partition: Partition) -> None:
        partition.open(record.offset, record.offset)
        self._in_flight.start(partition, self._finish(record, meta, partition))

    async def revoked(self, partition: Partition) -> None:
        """Give up the frames of ``partition``: its next owner measures them again."""
        await self._in_flight.give_up(partition)

    async def stop(self) -> None:
        """Give up all frames in work; they are not committed and will be read again."""
        await self._in_flight.stop()

    async def _finish(self, record: Record, meta: FrameMeta, partition: Partition) -> None:
        if meta.is_guide and now_ms() - meta.at > GUIDE_STALE_MS:
            partition.close(record.offset)  # it would hold up frames that scores wait for
            return
        started = time.perf_counter()
        try:
            measures, failure = await self._measured(record.value, meta)
            events = results(meta, measures, failure)
            # The feature first: written twice it is told by its id, a dead letter is not.
            await self._health.persist(lambda: self._producer.publish(*events, gw=meta.gw))
            if failure:
                await self._health.persist(lambda: self._dead_letters.put(record, failure))
        except Exception:  # the frame stays open: it is read again after a restart, not lost
            logger.exception("frame not finished", extra={"offset": record.offset})
            return
        partition.close(record.offset)
        self._seconds.observe(time.perf_counter() - started)

    async def _measured(self, jpeg: bytes | None, meta: FrameMeta) -> tuple[Measures, str]:
        """Return a frame's measures, or none and why there are none."""
        try:
            if not jpeg:
                raise Undecodable("the frame is empty")
            if len(jpeg) > MAX_FRAME_BYTES:
                raise Undecodable(f"the frame has more than {MAX_FRAME_BYTES} bytes")
            found = await self._health.persist(
                lambda: self._pool.analyse(
                    jpeg,
                    infer_emotion=meta.policy.infers_emotion,
                    locate=meta.answer.is_calibration,
                )
            )
        except (Undecodable, Crashed) as error:
            return Measures(faces=0), str(error)[:300]
        except Exception as error:  # a fault of ours must not hold the answer open
            logger.exception("unexpected error", extra={"frame": meta.id})
            return Measures(faces=0), f"unexpected error: {error!r}"[:300]
        return found, ""


def _meta_of(record: Record) -> FrameMeta:
    try:
        meta = FrameMeta.from_headers(record.headers)
    except HeaderError as error:
        raise BadRecord(str(error)) from None
    if record.key != meta.session.encode():
        raise BadRecord("the record's key is not the session id")
    return meta


def results(meta: FrameMeta, measures: Measures, failure: str = "") -> list[Event]:
    """Return the events of a frame, in the order in which they are published."""
    found: list[Event] = [] if meta.is_guide else [features(meta, measures, failure)]
    if meta.answer.is_calibration and measures.seen is not None and not failure:
        found.append(face_seen(meta, measures.seen))
    return found


def features(meta: FrameMeta, measures: Measures, failure: str = "") -> VisionFeatures:
    """Return the measurements of a frame; with ``failure`` they say why there are none."""
    if failure:
        return VisionFeatures.model_validate({**_about(meta), "failed": True, "reason": failure})
    return VisionFeatures.model_validate({**_about(meta), **measures.as_fields()})


def face_seen(meta: FrameMeta, seen: Sight) -> FaceSeen:
    """Return where the candidate is in a frame."""
    face = seen.face
    place = None if face is None else FacePlace(x=face.x, y=face.y, height=face.height)
    return FaceSeen(**_about(meta), faces=seen.faces, light=seen.light, face=place)


def _about(meta: FrameMeta) -> dict[str, Any]:
    return {
        "session": meta.session,
        "question": meta.question,
        "attempt": meta.attempt,
        "epoch": meta.epoch,
        "seq": meta.seq,
        "at": meta.at,
    }
