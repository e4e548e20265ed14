"""How soon a score can be queried, with four candidates at once, and what the idle stack weighs."""

from __future__ import annotations

import asyncio
from typing import Any

import clickhouse_connect
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.demo.media import build
from deploy.demo.run import Gateway, interviews
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from schemas import metrics
from tests.bench.conftest import Report, Row
from tests.bench.load import pids, spending, weight

CANDIDATES = ["attentive", "inattentive", "attentive", "inattentive"]
ROUNDS = 2
SETTLE_S = 5
STAGGER_S = 2.5

LAGS = (
    "SELECT stage, count() AS scores, quantileExact(0.5)(lag_s) AS p50, "
    "quantileExact(0.95)(lag_s) AS p95, max(lag_s) AS worst "
    "FROM viva.scoring_lag GROUP BY stage ORDER BY stage"
)

pytestmark = pytest.mark.timeout(600)


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


async def test_scores_can_be_queried_soon_after_the_answer(report: Report) -> None:
    media = await asyncio.to_thread(build, LocalSettings().cache_dir, lambda _: None)
    loads = []
    async with Stack() as stack:
        await asyncio.sleep(SETTLE_S)
        idle = {name: weight(pid).proportional for name, pid in pids(stack).items()}
        gateway = Gateway(stack.gateway_url, stack.api_key)
        try:
            for _ in range(ROUNDS):
                async with spending(stack) as spent:
                    await interviews(gateway, media, CANDIDATES, stagger_s=STAGGER_S)
                loads.append(spent.machine)
        finally:
            await gateway.close()
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())
        lag = {row["stage"]: row for row in reader.query(LAGS).named_results()}
        dropped = await frames_dropped(stack)

    answers = 3 * len(CANDIDATES) * ROUNDS
    assert lag["behaviour"]["scores"] == lag["final"]["scores"] == answers
    load = sum(loads) / len(loads)
    notes = [
        f"{ROUNDS} times {len(CANDIDATES)} candidates, {STAGGER_S} s apart, three answers each; "
        f"both cores together {load:.0%} busy on average, the simulated candidates included",
        f"{dropped:.0f} frames dropped",
    ]
    for stage, reach in (("behaviour", 1.0), ("final", 3.0)):
        report(
            Row(
                f"{stage} score queryable after the answer, four candidates",
                f"p95 < {reach:.0f} s",
                _lags(lag[stage]),
                lag[stage]["p95"] < reach,
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
