from __future__ import annotations

from collections import Counter

import pytest

from schemas.events import EVENT_CLASSES, EVENTS, Event, VisionFeatures
from schemas.media import AudioMeta, FrameMeta
from schemas.settings import KafkaSettings
from schemas.topics import GATEWAY_SLOTS, PARTITIONS, ROUTES, TOPICS, Process, Topic, route
from streams.runtime.producer import Producer
from tests.contract.examples import load_all

MEDIA = {FrameMeta.TYPE, AudioMeta.TYPE}
TYPES = {kind for kind, _ in EVENTS}


def test_every_event_type_is_routed_and_every_route_is_of_a_type() -> None:
    assert set(ROUTES) == TYPES | MEDIA


def test_every_event_class_is_in_the_union() -> None:
    def below(cls: type[Event]) -> set[type[Event]]:
        found = {each for each in cls.__subclasses__() if each.__module__.startswith("schemas.")}
        return found.union(*(below(each) for each in found))

    assert below(Event) == set(EVENT_CLASSES)
    assert len(EVENTS) == len(EVENT_CLASSES)


@pytest.mark.parametrize("kind", sorted(ROUTES))
def test_a_type_has_one_producer_which_does_not_consume_it(kind: str) -> None:
    found = ROUTES[kind]
    assert isinstance(found.producer, Process)
    assert found.producer not in found.consumers, "input and output on one topic would loop"
    assert found.consumers, "nobody reads it"


@pytest.mark.parametrize("kind", sorted(ROUTES))
def test_a_type_goes_to_the_topic_of_its_kind(kind: str) -> None:
    expected = {
        FrameMeta.TYPE: Topic.FRAMES,
        AudioMeta.TYPE: Topic.AUDIO,
        "question.scored": Topic.SCORES,
    }
    assert ROUTES[kind].topic is expected.get(kind, Topic.EVENTS)


@pytest.mark.parametrize("cls", EVENT_CLASSES, ids=lambda cls: cls.__name__)
def test_an_event_is_live_exactly_when_the_gateway_reads_it(cls: type[Event]) -> None:
    kind = str(cls.model_fields["type"].default)
    assert cls.LIVE is (Process.GATEWAY in ROUTES[kind].consumers)


def test_the_sink_stores_every_event() -> None:
    assert {kind for kind in TYPES if Process.SINK not in ROUTES[kind].consumers} == set()


@pytest.mark.parametrize("topic", sorted(set(Topic) - {Topic.DEAD_LETTERS}))
def test_a_topic_has_one_guardian_which_reads_it(topic: Topic) -> None:
    guardian = TOPICS[topic].guardian
    assert guardian is not None
    readers = {
        each for found in ROUTES.values() if found.topic is topic for each in found.consumers
    }
    assert guardian in readers | ({Process.GATEWAY} if topic is Topic.INBOX else set())


def test_dead_letters_have_no_guardian() -> None:
    assert TOPICS[Topic.DEAD_LETTERS].guardian is None


def test_every_topic_is_registered_under_its_own_name() -> None:
    assert set(TOPICS) == set(Topic)
    assert all(spec.topic is topic for topic, spec in TOPICS.items())


def test_events_and_scores_have_one_partition_count() -> None:
    assert TOPICS[Topic.EVENTS].partitions == TOPICS[Topic.SCORES].partitions == PARTITIONS
    assert TOPICS[Topic.INBOX].partitions == GATEWAY_SLOTS


def test_every_consumer_has_a_group_of_its_own() -> None:
    settings = KafkaSettings(topic_prefix="test-")
    consumers = {each for found in ROUTES.values() for each in found.consumers}
    groups = Counter(settings.group(each.value) for each in consumers)
    assert max(groups.values()) == 1
    assert all(name.startswith("test-") for name in groups)


def test_physical_topics_have_the_prefix() -> None:
    settings = KafkaSettings(topic_prefix="test-")
    assert {settings.physical(topic) for topic in Topic} == {f"test-{each.value}" for each in Topic}


def test_route_knows_every_example() -> None:
    assert {route(event).topic for event in load_all()} == {Topic.EVENTS, Topic.SCORES}


async def test_a_producer_refuses_what_another_process_produces() -> None:
    producer = Producer(KafkaSettings(), Process.GATEWAY)
    with pytest.raises(PermissionError, match=r"gateway does not produce vision\.features"):
        await producer.publish(VisionFeatures(session="s", at=0), gw=0)
