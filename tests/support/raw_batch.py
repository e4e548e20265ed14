"""Records that no client library writes, because it would not read them."""

from __future__ import annotations

from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

BAD_NAME = b"\xff\xfe"


class _BadName(str):
    """A header's name that is other bytes than it seems."""

    def encode(self, *_: object, **__: object) -> bytes:
        return BAD_NAME


def bad_batch(values: Sequence[bytes], key: bytes = b"fz-raw") -> BatchBuilder:
    """Return a batch of records with a header whose name is not UTF-8."""
    batch = BatchBuilder(1 << 20, 0)
    batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, 0, 1 << 20)
    for value in values:
        headers = [(_BadName("id"), b"1"), ("type", b"answer.started")]
        assert batch.append(timestamp=1, key=key, value=value, headers=headers)
    batch.close()
    return batch


async def send_bad_batch(
    producer: AIOKafkaProducer, topic: str, partition: int, values: Sequence[bytes]
) -> int:
    """Send a ``bad_batch`` and return the offset of its first record."""
    sent = await producer.send_batch(bad_batch(values), topic, partition=partition)
    return int((await sent).offset)
