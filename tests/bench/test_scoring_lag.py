"""How soon a score can be queried, with four candidates at once, and what the idle stack weighs.

Measured twice: as busy as the candidates make the machine, and with other work beside them that
fills it up to 80 %.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import clickhouse_connect
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.demo.media import CandidateMedia, build
from deploy.demo.run import Gateway, interviews
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from schemas import metrics
from tests.bench.conftest import Report, Row
from tests.bench.support.filler import other_work
from tests.bench.support.load import pids, spending, weight

CANDIDATES = ["attentive", "inattentive", "attentive", "inattentive"]
ROUNDS = 2
SETTLE_S = 5
STAGGER_S = 2.5
FULL = 0.8

LAGS = (
    "SELECT stage, count() AS scores, quantileExact(0.5)(lag_s) AS p50, "
    "quantileExact(0.95)(lag_s) AS p95, max(lag_s) AS worst "
    "FROM viva.scoring_lag WHERE session IN {sessions:Array(String)} GROUP BY stage"
)

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Measured:
    """Lags by stage, the share of all cores that was busy, and frames dropped so far."""

    lags: dict[str, dict[str, Any]]
    load: float
    dropped: float


async def frames_dropped(stack: Stack) -> float:
    """Return how many frames the gateway could not hand on in time."""
    async with httpx.AsyncClient() as http:
        text = (await http.get(f"{stack.gateway_url}/metrics")).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == metrics.FRAMES.name and sample.labels["outcome"] == "dropped"
    )


async def measured(stack: Stack, gateway: Gateway, media: dict[str, CandidateMedia]) -> Measured:
    """Hold all interviews and return how long their scores took."""
    sessions: list[str] = []
    loads = []
    for _ in range(ROUNDS):
        async with spending(stack) as spent:
            held = await interviews(gateway, media, CANDIDATES, stagger_s=STAGGER_S)
        loads.append(spent.machine)
        sessions += [each.session for each in held]
    reader = clickhouse_connect.get_client(**stack.clickhouse_client())
    found = reader.query(LAGS, parameters={"sessions": sessions}).named_results()
    lags = {row["stage"]: row for row in found}
    answers = 3 * len(CANDIDATES) * ROUNDS
    assert lags["behaviour"]["scores"] == lags["final"]["scores"] == answers
    return Measured(lags, sum(loads) / len(loads), await frames_dropped(stack))


async def test_scores_can_be_queried_soon_after_the_answer(report: Report) -> None:
    media = await asyncio.to_thread(build, LocalSettings().cache_dir, lambda _: None)
    async with Stack() as stack:
        await asyncio.sleep(SETTLE_S)
        idle = {name: weight(pid).proportional for name, pid in pids(stack).items()}
        gateway = Gateway(stack.gateway_url, stack.api_key)
        try:
            alone = await measured(stack, gateway, media)
            with other_work(FULL - alone.load):
                filled = await measured(stack, gateway, media)
        finally:
            await gateway.close()

    for kind, found, dropped in (
        ("four candidates", alone, alone.dropped),
        ("four candidates, cores filled up", filled, filled.dropped - alone.dropped),
    ):
        notes = [
            f"{ROUNDS} times {len(CANDIDATES)} candidates, {STAGGER_S} s apart, three answers "
            f"each; both cores together {found.load:.0%} busy on average, the simulated "
            "candidates included",
            f"{dropped:.0f} frames dropped",
        ]
        for stage, reach in (("behaviour", 1.0), ("final", 3.0)):
            report(
                Row(
                    f"{stage} score queryable after the answer, {kind}",
                    f"p95 < {reach:.0f} s",
                    _lags(found.lags[stage]),
                    found.lags[stage]["p95"] < reach,
                    notes,
                )
            )
    total = sum(idle.values())
    report(
        Row(
            "memory of the idle stack, with its models",
            "< 3 GB",
            f"{total / 1e9:.2f} GB",
            total < 3e9,
            [", ".join(f"{name} {each / 1e6:.0f} MB" for name, each in idle.items())],
        )
    )


def _lags(row: dict[str, Any]) -> str:
    return f"p50 {row['p50']:.2f} s, p95 {row['p95']:.2f} s, worst {row['worst']:.2f} s"
