"""Every consumer, in this process, fed what it must never trip over. No service is started.

Each damaged record is either accepted by the contract or rejected with a reason; nothing raises
anything else, takes long, stays half done, or makes a process publish what its readers refuse.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.media import MAX_FRAME_BYTES, AudioMeta, FrameMeta, HeaderError
from schemas.topics import Topic
from streams.runtime.codec import DecodeError, decode
from tests.support.fuzz import CONSUMED, DAMAGES, Raw, damaged, lie, valid
from tests.support.fuzz_consumers import consumers, record_of
from tests.support.fuzz_pictures import many_scans

QUIET = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
MANY = {Topic.FRAMES: 200, Topic.AUDIO: 500, Topic.EVENTS: 1_000, Topic.SCORES: 500}
READ = (Topic.FRAMES, Topic.AUDIO, Topic.EVENTS, Topic.SCORES)

steps = st.lists(
    st.tuples(st.integers(0, 2**32 - 1), st.lists(st.sampled_from(sorted(DAMAGES)), max_size=3)),
    min_size=1,
    max_size=6,
)


def made(topic: Topic, plan: list[tuple[int, list[str]]]) -> list[Raw]:
    return [
        damaged(random.Random(seed), topic, names) if names else valid(random.Random(seed), topic)
        for seed, names in plan
    ]


@pytest.mark.parametrize("topic", READ)
@QUIET
@given(plan=steps)
async def test_a_consumer_takes_anything(topic: Topic, plan: list[tuple[int, list[str]]]) -> None:
    await feed(topic, made(topic, plan))


@pytest.mark.parametrize("topic", READ)
async def test_a_long_row_of_damaged_records(topic: Topic) -> None:
    choose = random.Random(2)
    await feed(topic, [damaged(choose, topic) for _ in range(MANY[topic])])


@pytest.mark.parametrize("topic", READ)
async def test_a_long_row_of_lies(topic: Topic) -> None:
    choose = random.Random(3)
    await feed(topic, [lie(choose, topic) for _ in range(MANY[topic])])


async def test_a_picture_of_twenty_thousand_scans_takes_no_time() -> None:
    """A progressive JPEG of allowed size once took ten seconds to decode."""
    jpeg = many_scans(20_000)
    assert len(jpeg) < MAX_FRAME_BYTES
    raw = replace(valid(random.Random(1), Topic.FRAMES), value=jpeg)
    (vision,) = consumers(Topic.FRAMES)
    await vision.take(record_of(raw, 0))
    await vision.settle()
    assert "scans" in vision.broker.letters[0][1]
    assert len(vision.broker.events) == 1, "the answer that counts the frame has its feature"


async def feed(topic: Topic, raws: list[Raw]) -> None:
    for consumer in consumers(topic):
        for offset, raw in enumerate(raws):
            await consumer.take(record_of(raw, offset))
        await consumer.settle()
        offsets = [offset for offset, _ in consumer.broker.letters]
        assert len(offsets) == len(set(offsets)), "one dead letter a record"


@QUIET
@given(seed=st.integers(0, 2**32 - 1), topic=st.sampled_from(CONSUMED))
def test_the_contract_says_no_in_one_way(seed: int, topic: Topic) -> None:
    raw = damaged(random.Random(seed), topic)
    for read, refusal in (
        (lambda: decode(raw.key, raw.value, raw.headers), DecodeError),
        (lambda: FrameMeta.from_headers(raw.headers), HeaderError),
        (lambda: AudioMeta.from_headers(raw.headers), HeaderError),
    ):
        try:
            read()
        except refusal as error:
            reason = str(error)
        else:
            continue
        assert 0 < len(reason.encode()) < 1_000
