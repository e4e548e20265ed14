"""Records that could not be processed, kept with where they were and why."""

from __future__ import annotations

import logging

from schemas import metrics
from schemas.ids import now_ms
from schemas.topics import Process, Topic
from streams.runtime.metrics import counter
from streams.runtime.producer import Producer, RecordRefused
from streams.runtime.record import Record

logger = logging.getLogger(__name__)

PREFIX = "dl-"
"""Our headers; the record's own headers, key and value are kept as they were."""

_CUT = 64 * 1024
"""Bytes kept of a value that the broker refuses as too large; ``dl-cut`` has its full length."""

_CUT_HEADERS, _CUT_HEADER = 64, 1024
"""Headers, and bytes of each and of the key, that are kept of a record that is too large."""


class DeadLetters:
    """Writes to ``dead.letters``: original bytes and headers, topic, partition, offset, reason."""

    def __init__(self, producer: Producer, process: Process) -> None:
        self._producer = producer
        self._process = process

    async def put(self, record: Record, reason: str) -> None:
        """Set ``record`` aside and wait for the broker's acknowledgement.

        Raises:
            DependencyUnavailable: the broker is away.
            RecordRefused: the broker does not take it even when cut.
        """
        place = {
            "topic": record.topic.value,
            "partition": str(record.partition),
            "offset": str(record.offset),
            "reason": reason,
            "process": self._process.value,
            "at": str(now_ms()),
        }
        value = record.value
        if record.key is None and value is None:
            value = b""  # aiokafka refuses a record with neither
        ours = [(PREFIX + k, v.encode(errors="replace")) for k, v in place.items()]
        try:
            await self._producer.publish_raw(
                Topic.DEAD_LETTERS, record.key, value, [*record.headers, *ours]
            )
        except RecordRefused:
            # Our headers made it larger than the broker allows, or it is larger than what we may
            # send: where it is says where the rest is.
            ours.append((PREFIX + "cut", str(len(value or b"")).encode()))
            theirs = [
                (name[:_CUT_HEADER], data and data[:_CUT_HEADER])
                for name, data in record.headers[:_CUT_HEADERS]
            ]
            await self._producer.publish_raw(
                Topic.DEAD_LETTERS,
                record.key and record.key[:_CUT_HEADER],
                (value or b"")[:_CUT],
                [*theirs, *ours],
            )
        counter(metrics.DEAD_LETTERS, process=self._process.value, topic=record.topic.value).inc()
        # "process" is a name that log records have already.
        logger.warning("dead letter", extra={k: v for k, v in place.items() if k != "process"})
