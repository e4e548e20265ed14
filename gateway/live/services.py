"""What all of the gateway's parts share."""

from __future__ import annotations

import weakref
from asyncio import Lock
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from gateway.accounts.passwords import Passwords
from gateway.db.store import Store
from gateway.live.together import Together
from gateway.live.unscored import Unscored
from gateway.rtc import network
from schemas.settings import GatewaySettings, KafkaSettings
from schemas.topics import Topic
from streams.runtime.health import Health
from streams.runtime.objects import ObjectStore
from streams.runtime.producer import Producer

_TOGETHER_S = 0.04
"""Seconds that a media record may wait for those of other candidates, to travel in one request:
with four candidates this takes a third off what the broker spends on a candidate."""


@dataclass(frozen=True)
class Services:
    """Made once when the gateway starts. ``pool`` is for work that would hold up the event loop."""

    settings: GatewaySettings
    kafka: KafkaSettings
    health: Health
    producer: Producer
    store: Store
    objects: ObjectStore
    pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(2, thread_name_prefix="media")
    )
    passwords: Passwords = field(default_factory=Passwords)
    network: network.Network = field(init=False)
    unscored: Unscored = field(default_factory=Unscored)
    _together: Together = field(default_factory=lambda: Together(_TOGETHER_S))
    _locks: weakref.WeakValueDictionary[str, Lock] = field(
        default_factory=weakref.WeakValueDictionary
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "network", network.of(self.settings))

    def lock(self, session: str) -> Lock:
        """Return the lock that puts a session's commands, connections and clocks in a row."""
        found = self._locks.get(session)
        if found is None:
            found = self._locks[session] = Lock()
        return found

    async def publish_media(
        self, topic: Topic, key: bytes, value: bytes, headers: list[tuple[str, bytes]]
    ) -> None:
        """Publish one record and wait for its acknowledgement, however long Kafka is away."""
        await self._together.wait()
        await self.health.persist(lambda: self.producer.publish_raw(topic, key, value, headers))
