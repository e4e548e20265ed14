"""Sound that the network loses and mixes up: what arrived is kept and stays in its place."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from aiortc.rtp import RtpPacket
from av import AudioFrame

from gateway.rtc.audio import Chunker
from gateway.rtc.gaps import SLACK_S, Gaps
from gateway.rtc.reorder import DEPTH, SpeechBuffer
from schemas.media import SAMPLE_RATE

PACKET = 2880
RATE = 48_000


def packet(number: int, data: bytes | None = None) -> RtpPacket:
    made = RtpPacket(sequence_number=number % 65_536, timestamp=number * PACKET % 2**32)
    made._data = b"%d" % number if data is None else data  # type: ignore[attr-defined]
    return made


def through(numbers: list[int]) -> list[int]:
    buffer = SpeechBuffer()
    frames = [buffer.add(packet(number))[1] for number in numbers]
    return [int(frame.data) for frame in frames if frame is not None]


def test_in_order_everything_passes_at_once() -> None:
    numbers = list(range(65_530, 65_550))
    assert through(numbers) == numbers


@pytest.mark.parametrize("loss", [0.05, 0.2])
def test_loss_takes_nothing_that_arrived(loss: float) -> None:
    choose = random.Random(1)
    arrived = [number for number in range(65_000, 67_000) if choose.random() > loss]
    passed = through(arrived)
    assert passed == arrived[: len(passed)]
    assert len(arrived) - len(passed) <= DEPTH, "still waiting at the end"


def test_disorder_is_put_right() -> None:
    choose = random.Random(2)
    sent = list(range(500))
    arrived = [0, *sorted(sent[1:], key=lambda number: number + choose.uniform(0, 2.5))]
    assert arrived != sent
    passed = through(arrived)
    assert passed == sent[: len(passed)]
    assert len(sent) - len(passed) <= DEPTH


def test_twice_and_too_late_is_dropped() -> None:
    assert through([1, 1, 2, 2, 3, 1, 4, 2]) == [1, 2, 3, 4]
    assert through([1, 3, 4, 5, 6, 7, 2, 8, 9]) == [1, 3, 4, 5, 6]


def test_a_sender_that_begins_anew_is_followed() -> None:
    assert through([10, 11, 40_000, 40_001, 20, 21]) == [10, 11, 40_000, 40_001, 20, 21]


def test_padding_never_reaches_the_decoder() -> None:
    buffer = SpeechBuffer()
    found = [buffer.add(each)[1] for each in (packet(1), packet(2, b""), packet(3))]
    assert [frame and frame.data for frame in found] == [b"1", None, b"3"]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def sound(number: int, value: int = 1000) -> AudioFrame:
    frame = AudioFrame.from_ndarray(
        np.full((1, PACKET * 2), value, np.int16), format="s16", layout="stereo"
    )
    frame.sample_rate = RATE
    frame.pts, frame.time_base = number * PACKET, Fraction(1, RATE)
    return frame


def heard(numbers: list[int], at: list[float] | None = None) -> np.ndarray[tuple[int], np.dtype]:
    """Return the 16 kHz samples that the frames ``numbers`` make, arriving ``at`` seconds."""
    clock = Clock()
    gaps, chunker, pcm = Gaps(clock), Chunker(), b""
    for place, number in enumerate(numbers):
        clock.now = at[place] if at else number * PACKET / RATE
        frame = sound(number)
        pcm += b"".join(chunker.push([*gaps.before(frame), frame]))
    return np.frombuffer(pcm + b"".join(chunker.finish()), np.int16)


def test_lost_packets_become_silence_of_their_length() -> None:
    numbers = [n for n in range(100) if n not in (10, 11, 50)]
    samples = heard(numbers)
    assert len(samples) == pytest.approx(100 * PACKET // 3, abs=40)
    unit = PACKET * SAMPLE_RATE // RATE
    for missing in (10, 11, 50):
        middle = samples[missing * unit + unit // 4 : (missing + 1) * unit - unit // 4]
        assert np.abs(middle).max() < 50, missing
    for present in (9, 12, 49, 51):
        middle = samples[present * unit + unit // 4 : (present + 1) * unit - unit // 4]
        assert np.abs(middle - 1000).max() < 50, present


def test_a_cut_of_ten_seconds_keeps_the_time() -> None:
    numbers = [*range(50), *range(217, 250)]
    assert len(heard(numbers)) == pytest.approx(250 * PACKET // 3, abs=40)


def test_a_clock_that_jumps_adds_nothing() -> None:
    """At most as much as the slack allows: an answer is not longer than it took."""
    numbers = [0, 1, 2, 10**6, 10**6 + 1, 10**8]
    samples = heard(numbers, at=[0.06 * place for place in range(len(numbers))])
    assert len(samples) == pytest.approx(len(numbers) * PACKET // 3, abs=40)
    steps = [place * 15 for place in range(200)]  # a second of clock in 60 ms of time
    samples = heard(steps, at=[0.06 * place for place in range(len(steps))])
    assert len(samples) <= (0.06 * len(steps) + SLACK_S + 0.1) * SAMPLE_RATE


def test_a_clock_that_goes_back_adds_nothing() -> None:
    assert len(heard([5, 6, 7, 2, 3, 4])) == pytest.approx(6 * PACKET // 3, abs=40)
