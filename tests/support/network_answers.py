"""What a test of bad networks needs: places for candidates, and a look at what was recorded."""

from __future__ import annotations

import asyncio
import itertools
from contextlib import ExitStack
from typing import Any

import numpy as np

from schemas.events import AnswerEnded
from schemas.media import SAMPLE_RATE
from tests.support.candidate import Candidate
from tests.support.gateway import Backend
from tests.support.network import Namespace, Wire
from tests.support.network_gateway import PORT, GatewayThere
from tests.support.pitch import STEP_S, steps_of

WINDOW_S = 0.1

Samples = np.ndarray[Any, np.dtype[np.int16]]

_NUMBERS = itertools.count(1)


class Net:
    """A server with the gateway, and as many candidates, each on a wire of its own."""

    def __init__(self, stack: ExitStack, gateway: GatewayThere) -> None:
        self.gateway = gateway
        self._stack = stack

    def place(self) -> tuple[Namespace, Wire, str]:
        """Return a new candidate's place, its wire and the gateway's address seen from there."""
        number = next(_NUMBERS)
        here, there = f"10.7.{number}.1", f"10.7.{number}.2"
        place = self._stack.enter_context(Namespace())
        wire = self._stack.enter_context(
            Wire((place, there), (self.gateway.place, here), seed=number)
        )
        return place, wire, f"http://{here}:{PORT}"


async def connect(place: Namespace, candidate: Candidate) -> None:
    """Connect, again and again where the gateway says that it is busy, as the page does."""
    for _ in range(30):
        try:
            await place.inside(candidate.connect())
        except AssertionError as refused:
            await place.inside(candidate.close())
            if '"busy"' not in str(refused):
                raise
            await asyncio.sleep(1)
        else:
            return
    raise AssertionError("the gateway stays busy")


async def sound_of(backend: Backend, ended: AnswerEnded) -> Samples:
    """Return an answer's samples, having checked that its records are all there and in a row."""
    await backend.settled(ended)
    (counts,) = ended.counts
    chunks = sorted(
        ((meta, pcm) for meta, pcm in backend.audio if meta.answer == ended.answer),
        key=lambda each: each[0].seq,
    )
    assert [meta.seq for meta, _ in chunks] == list(range(counts.chunks))
    assert [meta.final for meta, _ in chunks] == [False] * (counts.chunks - 1) + [True]
    position = 0
    for meta, pcm in chunks:
        assert meta.first_sample == position
        position += len(pcm) // 2
    frames = sorted(meta.seq for meta, _ in backend.frames if meta.answer == ended.answer)
    assert frames == list(range(counts.frames))
    return np.frombuffer(b"".join(pcm for _, pcm in chunks), np.int16)


def wander_s(samples: Samples) -> float:
    """Return by how many seconds the sound's own clock and its place in the answer part.

    A step lasts ``STEP_S``: by so much the two differ anyway. Two windows at either end do not
    count, as one that is torn by losses may be misread.
    """
    heard = enumerate(steps_of(samples, SAMPLE_RATE, WINDOW_S))
    apart = sorted(step * STEP_S - place * WINDOW_S for place, step in heard if step)
    assert len(apart) > 20
    return max(0.0, apart[-3] - apart[2] - STEP_S)


def silence(samples: Samples) -> float:
    """Return the share of 5 ms pieces in which nothing is heard."""
    pieces = samples[: len(samples) // 80 * 80].reshape(-1, 80)
    return float(np.mean(np.abs(pieces).max(axis=1) < 500))
