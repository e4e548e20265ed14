from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.media import SAMPLE_RATE
from tests.support.speech import EnergyDetector, Samples, loud, silence
from workers.stt.packing import Chunk, Limits, Pack, Packer

HALF = SAMPLE_RATE // 2


def chunks_of(samples: Samples, size: int = HALF) -> list[Chunk]:
    starts = range(0, samples.size, size)
    return [Chunk(i, s, samples[s : s + size], i, i * 500) for i, s in enumerate(starts)]


def run(chunks: Sequence[Chunk], packer: Packer | None = None) -> list[Pack]:
    packer = packer or Packer(EnergyDetector())
    found = [pack for chunk in chunks for pack in packer.add(chunk)]
    return found + packer.flush()


def same(one: Pack, other: Pack) -> bool:
    return (one.first_sample, one.audio_start, one.speech_ms, one.at) == (
        other.first_sample,
        other.audio_start,
        other.speech_ms,
        other.at,
    ) and np.array_equal(one.audio, other.audio)


def seconds(*parts: tuple[str, float]) -> Samples:
    made = {"s": loud, "-": silence}
    return np.concatenate([made[kind](round(length * SAMPLE_RATE)) for kind, length in parts])


def test_silence_makes_no_pack_and_holds_little() -> None:
    packer = Packer(EnergyDetector())
    for chunk in chunks_of(silence(60 * SAMPLE_RATE)):
        assert packer.add(chunk) == []
        assert packer.open_offset is not None
        assert chunk.offset - packer.open_offset <= 1, "one chunk of context is kept"
    assert packer.flush() == []


def test_speech_with_a_pause_closes_from_six_seconds() -> None:
    first, second = run(chunks_of(seconds(("s", 6.5), ("-", 1.0), ("s", 3.0), ("-", 1.0))))
    assert first.first_sample == 0
    assert first.end == pytest.approx(6.8 * SAMPLE_RATE, abs=1024)
    assert second.first_sample == 7 * SAMPLE_RATE
    assert second.speech_ms == pytest.approx(3000, abs=100)


def test_a_short_pause_before_six_seconds_keeps_the_pack_open() -> None:
    (only,) = run(chunks_of(seconds(("s", 2), ("-", 1), ("s", 2), ("-", 0.5))))
    assert only.first_sample == 0
    assert only.speech_ms == pytest.approx(4000, abs=150)


def test_speech_without_a_pause_is_cut_at_its_least_likely_place() -> None:
    audio = seconds(("s", 30))
    dip = slice(9 * SAMPLE_RATE - 700, 9 * SAMPLE_RATE)
    audio[dip] = audio[dip] // 4
    packs = run(chunks_of(audio))
    assert packs[0].end == 9 * SAMPLE_RATE
    assert packs[1].first_sample == 9 * SAMPLE_RATE
    assert sum(pack.audio.size for pack in packs) == audio.size
    assert max(pack.audio.size for pack in packs) <= Limits().longest


def test_nothing_said_is_lost_between_packs() -> None:
    audio = seconds(("-", 2), ("s", 40), ("-", 2))
    packs = run(chunks_of(audio))
    for before, after in pairwise(packs):
        assert before.end == after.audio_start
    assert packs[0].audio_start <= 2 * SAMPLE_RATE
    assert packs[-1].end >= 42 * SAMPLE_RATE


def test_a_click_is_not_speech() -> None:
    assert run(chunks_of(seconds(("-", 1), ("s", 0.1), ("-", 3)))) == []


def test_the_speech_before_a_late_onset_keeps_its_context() -> None:
    (only,) = run(chunks_of(seconds(("-", 10.2), ("s", 2), ("-", 1))))
    assert only.audio_start < 10.2 * SAMPLE_RATE
    assert only.first_sample >= 9 * SAMPLE_RATE


def test_a_duplicate_is_ignored() -> None:
    chunks = chunks_of(seconds(("s", 3), ("-", 1)))
    doubled = [chunk for chunk in chunks for _ in range(2)]
    (one,), (two,) = run(chunks), run([*doubled, chunks[0], chunks[3]])
    assert same(one, two)


def test_a_missing_chunk_does_not_stall_and_keeps_later_times_right() -> None:
    chunks = chunks_of(seconds(("s", 6), ("-", 1), ("s", 2), ("-", 1)))
    del chunks[4]
    packs = run(chunks)
    assert [pack.first_sample for pack in packs] == [0, 5 * HALF, 14 * HALF]


def test_a_short_hole_does_not_end_the_pack() -> None:
    audio = seconds(("s", 4), ("-", 1))
    late = [
        Chunk(c.seq, c.first_sample + (320 if c.seq > 3 else 0), c.samples, c.offset, c.at)
        for c in chunks_of(audio)
    ]
    (only,) = run(late)
    assert only.speech_ms == pytest.approx(4000, abs=100)


def test_chunks_without_samples_count_but_say_nothing() -> None:
    packer = Packer(EnergyDetector())
    assert packer.add(Chunk(0, 0, silence(0), 0, 0)) == []
    assert packer.open_offset is None
    packer.add(Chunk(1, 0, loud(HALF), 1, 0))
    assert packer.open_offset == 1


speech_plans = st.lists(
    st.tuples(st.sampled_from("s-"), st.floats(0.1, 9.0)), min_size=1, max_size=8
)


@settings(max_examples=40, deadline=None)
@given(plan=speech_plans, size=st.sampled_from([960, 3200, 8000]), level=st.integers(800, 6000))
def test_a_packer_begun_at_any_pack_makes_the_same_packs(
    plan: list[tuple[str, float]], size: int, level: int
) -> None:
    pieces = [
        loud(round(length * SAMPLE_RATE), level, seed=i)
        if kind == "s"
        else silence(round(length * SAMPLE_RATE))
        for i, (kind, length) in enumerate(plan)
    ]
    chunks = chunks_of(np.concatenate(pieces), size)
    packs = run(chunks)
    for index, pack in enumerate(packs):
        again = run(chunks[pack.offset :])
        assert len(again) == len(packs) - index
        assert all(same(a, b) for a, b in zip(packs[index:], again, strict=True))


@settings(max_examples=40, deadline=None)
@given(plan=speech_plans, at=st.floats(0, 1))
def test_a_packer_begun_at_the_open_pack_goes_on_as_before(
    plan: list[tuple[str, float]], at: float
) -> None:
    chunks = chunks_of(seconds(*plan))
    stop = int(at * len(chunks))
    packer = Packer(EnergyDetector())
    done = [pack for chunk in chunks[:stop] for pack in packer.add(chunk)]
    resume = packer.open_offset if packer.open_offset is not None else stop
    expected = run(chunks)
    found = done + run(chunks[resume:])
    assert len(found) == len(expected)
    assert all(same(a, b) for a, b in zip(found, expected, strict=True))
