"""The service: audio records in, one feature event a chunk out."""

from __future__ import annotations

import time
from collections.abc import Sequence

from schemas import metrics
from schemas.events import VoiceFeatures
from schemas.media import AudioMeta, HeaderError
from schemas.topics import Process, Topic
from streams.runtime.codec import DecodeError
from streams.runtime.consumer import Partition
from streams.runtime.health import Health
from streams.runtime.in_flight import InFlight
from streams.runtime.metrics import histogram
from streams.runtime.producer import Producer
from streams.runtime.record import BadRecord, Record
from workers.voice.features import ChunkFeatures, measure
from workers.voice.pcm import PcmError, samples_of

_IN_FLIGHT = 256


class Voice:
    """Measures each chunk as it comes; publishing goes on while the next ones are measured."""

    topics: Sequence[Topic] = (Topic.AUDIO,)

    def __init__(self, producer: Producer, health: Health) -> None:
        self._producer = producer
        self._health = health
        self._in_flight = InFlight(_IN_FLIGHT)

    async def handle(self, record: Record, partition: Partition) -> None:
        """Measure one chunk, of an answer or of the calibration.

        Raises:
            DecodeError: the headers do not parse; nobody can say which feature is missing.
            BadRecord: the bytes are not PCM; the feature, marked failed, is published before.
            DependencyUnavailable: the broker is away.
        """
        meta = _meta_of(record)
        try:
            samples = samples_of(record.value)
        except PcmError as error:
            await self._producer.publish(failed(meta, str(error)), gw=meta.gw)
            raise BadRecord(str(error)) from None
        started = time.monotonic()
        event = event_of(meta, measure(samples))
        seconds = time.monotonic() - started
        histogram(metrics.WORK_SECONDS, process=Process.VOICE.value).observe(seconds)
        await self._in_flight.room()
        partition.open(event.id, record.offset)
        self._in_flight.start(partition, self._publish(event, meta, partition))

    async def revoked(self, partition: Partition) -> None:
        """Give up publishing for ``partition``: its next owner measures again."""
        await self._in_flight.give_up(partition)

    async def stop(self) -> None:
        """Give up what is not published: it will be measured again."""
        await self._in_flight.stop()

    async def _publish(self, event: VoiceFeatures, meta: AudioMeta, partition: Partition) -> None:
        await self._health.persist(lambda: self._producer.publish(event, gw=meta.gw))
        partition.close(event.id)


def event_of(meta: AudioMeta, found: ChunkFeatures) -> VoiceFeatures:
    """Return the event of the chunk with the headers ``meta``."""
    return VoiceFeatures(
        session=meta.session,
        question=meta.question,
        attempt=meta.attempt,
        epoch=meta.epoch,
        seq=meta.seq,
        at=meta.at,
        samples=found.samples,
        rms=found.rms,
        peak=found.peak,
        speaking_ratio=found.speaking_ratio,
        pitch_hz=found.pitch_hz,
        pause_ms=found.pause_ms,
        clipped_ratio=found.clipped_ratio,
    )


def failed(meta: AudioMeta, reason: str) -> VoiceFeatures:
    """Return the event of a chunk that could not be read: an answer waits for it too."""
    return VoiceFeatures(
        session=meta.session,
        question=meta.question,
        attempt=meta.attempt,
        epoch=meta.epoch,
        seq=meta.seq,
        at=meta.at,
        failed=True,
        reason=reason[:300],
    )


def _meta_of(record: Record) -> AudioMeta:
    try:
        meta = AudioMeta.from_headers(record.headers)
    except HeaderError as error:
        raise DecodeError(str(error)) from None
    if record.key != meta.session.encode():
        raise DecodeError("the record's key is not the session id")
    return meta
