"""What the agent asks the broker about offsets, beside Faust and without trusting it."""

from __future__ import annotations

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from schemas.settings import KafkaSettings
from schemas.topics import Process, Topic
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.client import client_arguments
from streams.runtime.consumer import OffsetLost

_PATIENCE = 10.0


class GroupOffsets:
    """The offsets of one process's group on one topic."""

    def __init__(self, settings: KafkaSettings, process: Process, topic: Topic) -> None:
        self._settings = settings
        self._group = settings.group(process.value)
        self._topic = settings.physical(topic)

    async def begin_at_the_beginning(self) -> None:
        """Commit the earliest offset of every partition on which the group has committed none.

        Faust's only way to start a new group is a reset policy, which would also hide that
        records were deleted unread. With every partition committed the policy can be "none".

        Raises:
            DependencyUnavailable: the broker is away, the topic is not there yet, or another
                member of the group is doing the same just now.
        """
        admin = AIOKafkaAdminClient(**client_arguments(self._settings))
        consumer = AIOKafkaConsumer(
            **client_arguments(self._settings), group_id=self._group, enable_auto_commit=False
        )
        try:
            await admin.start()
            await consumer.start()
            described = await admin.describe_topics([self._topic])
            numbers = sorted(each["partition"] for each in described[0]["partitions"])
            if not numbers:
                raise DependencyUnavailable("kafka", f"topic {self._topic} does not exist yet")
            partitions = [TopicPartition(self._topic, number) for number in numbers]
            consumer.assign(partitions)
            new = [each for each in partitions if await consumer.committed(each) is None]
            if new:
                await consumer.commit(await consumer.beginning_offsets(new))
        except (KafkaError, OSError) as error:
            raise DependencyUnavailable("kafka", str(error)) from error
        finally:
            await consumer.stop()
            await admin.close()

    async def committed(self) -> dict[int, int]:
        """Return the committed offset of every partition.

        Raises:
            DependencyUnavailable: the broker is away.
        """
        admin = AIOKafkaAdminClient(**client_arguments(self._settings))
        try:
            await admin.start()
            found = await admin.list_consumer_group_offsets(self._group)
        except (KafkaError, OSError) as error:
            raise DependencyUnavailable("kafka", str(error)) from error
        finally:
            await admin.close()
        return {tp.partition: each.offset for tp, each in found.items() if tp.topic == self._topic}

    async def next_offset(self, partition: int, offset: int) -> int:
        """Return the offset of the first record at or after ``offset``.

        Raises:
            OffsetLost: ``offset`` is before the first record that is still kept.
            DependencyUnavailable: the broker is away, or has no record there yet.
        """
        consumer = AIOKafkaConsumer(**client_arguments(self._settings), enable_auto_commit=False)
        tp = TopicPartition(self._topic, partition)
        try:
            await consumer.start()
            consumer.assign([tp])
            first = (await consumer.beginning_offsets([tp]))[tp]
            if offset < first:
                raise OffsetLost(f"{self._topic}[{partition}]: {offset} to {first - 1} are gone")
            consumer.seek(tp, offset)
            record = await asyncio.wait_for(consumer.getone(tp), _PATIENCE)
        except (KafkaError, OSError) as error:
            raise DependencyUnavailable("kafka", str(error) or "no answer") from error
        finally:
            await consumer.stop()
        return int(record.offset)
