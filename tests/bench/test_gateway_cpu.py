"""What a candidate costs the gateway: against a bare aiortc loop, against the design before it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import httpx
import psutil
import pytest

from deploy.demo.media import build
from deploy.demo.run import Gateway
from deploy.local.settings import CHECKOUT, LocalSettings
from deploy.local.stack import Stack
from schemas.events import AnswerEnded
from tests.bench.conftest import Report, Row
from tests.bench.cpu import over, used
from tests.bench.streams import LoopingCandidate, Stream, as_a_browser_sends, as_a_page_sends
from tests.support.gateway import Backend

CANDIDATES = 4
ROUNDS = 3
SETTLE_S, WINDOW_S = 2.0, 12.0
FRAMES = 5 * WINDOW_S
"""What a candidate's window holds."""

pytestmark = pytest.mark.timeout(600)


@dataclass
class Used:
    """Shares of one core a candidate, one a round."""

    bare: list[float]
    gateway: list[float]
    predecessor: list[float]
    kafka: list[float]


async def test_a_candidate_costs_the_gateway_little_more_than_receiving(report: Report) -> None:
    media = await asyncio.to_thread(build, LocalSettings().cache_dir, lambda _: None)
    clip = media["attentive"].answers[0]
    small = await asyncio.to_thread(as_a_page_sends, clip)
    large = await asyncio.to_thread(as_a_browser_sends, clip)
    found = Used([], [], [], [])
    async with Stack(only=["kafka", "gateway"]) as stack, Backend(stack.kafka) as backend:
        idle = await over(_pid(stack, "gateway"), 5.0)
        for _ in range(ROUNDS):
            found.bare.append(await reading("bare", small))
            gateway, kafka = await interviewing(stack, backend, small)
            found.gateway.append(gateway)
            found.kafka.append(kafka)
            found.predecessor.append(await reading("predecessor", large))

    bare, gateway, before = median(found.bare), median(found.gateway), median(found.predecessor)
    report(
        Row(
            "gateway CPU a candidate, against a bare aiortc loop",
            "≤ 1.3 times",
            f"{gateway / bare:.2f} times ({_percent(found.gateway)} of a core against "
            f"{_percent(found.bare)})",
            gateway / bare <= 1.3,
            [
                f"{CANDIDATES} candidates, {ROUNDS} times {WINDOW_S:.0f} s by turns; medians",
                f"the gateway with nobody connected: {idle:.2%} of a core, counted in",
                f"Kafka for these two topics: {median(found.kafka):.2%} a candidate, not counted",
            ],
        )
    )
    report(
        Row(
            "gateway CPU a candidate, against the predecessor's design",
            "≤ 1/5",
            f"1/{before / gateway:.1f} ({_percent(found.gateway)} of a core against "
            f"{_percent(found.predecessor)})",
            before / gateway >= 5,
            ["640x480 at 30 a second, 1 Mbit/s, all decoded; FaceLandmarker five times a second"],
        )
    )


async def reading(design: str, stream: Stream) -> float:
    """Return what a candidate costs a server of ``design``, as a share of a core."""
    async with served(design) as (url, pid), AsyncExitStack() as leaving:
        for number in range(CANDIDATES):
            await connected(leaving, LoopingCandidate(f"{number}", url, f"{number}", "any"), stream)
        await asyncio.sleep(SETTLE_S)
        before = await counts(url)
        share = await over(pid, WINDOW_S)
        after = await counts(url)
    made = {name: after[name] - before[name] for name in after}
    expected = FRAMES * CANDIDATES
    assert made["frames"] == pytest.approx(expected, rel=0.05)
    assert made["chunks"] == pytest.approx(2 * WINDOW_S * CANDIDATES, rel=0.05)
    if design == "predecessor":
        assert made["received"] == pytest.approx(6 * expected, rel=0.05)
        assert made["faces"] > 0.8 * expected
    return share / CANDIDATES


async def interviewing(stack: Stack, backend: Backend, stream: Stream) -> tuple[float, float]:
    """Return what a candidate costs the gateway and Kafka while all of them are answering."""
    gateway, kafka = _pid(stack, "gateway"), _pid(stack, "kafka")
    api = Gateway(stack.gateway_url, stack.api_key)
    candidates = []
    async with AsyncExitStack() as leaving:
        leaving.push_async_callback(api.close)
        for number in range(CANDIDATES):
            created = await api.create(f"{number}", "en", 3, "practice")
            candidate = LoopingCandidate(
                created.name, stack.gateway_url, created.session, created.token
            )
            await connected(leaving, candidate, stream)
            await candidate.record()
            candidates.append(candidate)
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(SETTLE_S)
        before = used(kafka)
        share = await over(gateway, WINDOW_S)
        kafka_share = (used(kafka) - before) / WINDOW_S
        for candidate in candidates:
            await candidate.command("answer.end")
        seconds = asyncio.get_running_loop().time() - began
    for candidate in candidates:
        await backend.until(lambda s=candidate.session: backend.of(AnswerEnded, s))
        (sent,) = backend.of(AnswerEnded, candidate.session)[0].counts
        assert sent.frames >= 5 * (seconds - 1)
        assert sent.chunks >= 2 * (seconds - 1)
    return share / CANDIDATES, kafka_share / CANDIDATES


async def connected(
    leaving: AsyncExitStack, candidate: LoopingCandidate, stream: Stream
) -> LoopingCandidate:
    candidate.sends(stream)
    await candidate.connect()
    leaving.push_async_callback(candidate.close)
    return candidate


@asynccontextmanager
async def served(design: str) -> AsyncIterator[tuple[str, int]]:
    """Run a server of ``tests.bench.peers``; give its address and process id."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.peers", design,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=CHECKOUT,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdin is not None
    try:
        yield (await server.stdout.readline()).decode().strip(), server.pid
        server.stdin.close()
        await asyncio.wait_for(server.wait(), 10)
    finally:
        if server.returncode is None:
            psutil.Process(server.pid).kill()
            await server.wait()


async def counts(url: str) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=url) as http:
        return dict((await http.get("/counts")).json())


def _pid(stack: Stack, name: str) -> int:
    pid = stack.process(name).pid
    assert pid is not None
    return pid


def _percent(rounds: list[float]) -> str:
    low, high = min(rounds), max(rounds)
    return f"{median(rounds):.2%} ({low:.2%} to {high:.2%})"
