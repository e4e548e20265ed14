"""A new group begins at the beginning, explicitly; an old one never falls back to it."""

from __future__ import annotations

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from schemas.settings import KafkaSettings
from schemas.topics import Process, Topic
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.client import client_arguments


async def begin_at_the_beginning(settings: KafkaSettings, process: Process, topic: Topic) -> None:
    """Commit the earliest offset of every partition on which ``process`` has committed none.

    Faust's only way to start a new group is a reset policy, which would also hide that records
    were deleted unread. With every partition committed the policy can be "none".

    Raises:
        DependencyUnavailable: the broker is away, the topic is not there yet, or another member
            of the group is doing the same just now.
    """
    name = settings.physical(topic)
    admin = AIOKafkaAdminClient(**client_arguments(settings))
    consumer = AIOKafkaConsumer(
        **client_arguments(settings),
        group_id=settings.group(process.value),
        enable_auto_commit=False,
    )
    try:
        await admin.start()
        await consumer.start()
        described = await admin.describe_topics([name])
        numbers = [each["partition"] for each in described[0]["partitions"]]
        if not numbers:
            raise DependencyUnavailable("kafka", f"topic {name} does not exist yet")
        partitions = [TopicPartition(name, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        new = [each for each in partitions if await consumer.committed(each) is None]
        if new:
            await consumer.commit(await consumer.beginning_offsets(new))
    except (KafkaError, OSError) as error:
        raise DependencyUnavailable("kafka", str(error)) from error
    finally:
        await consumer.stop()
        await admin.close()
