"""How soon a score can be queried, with four candidates at once, and what the idle stack weighs."""

from __future__ import annotations

import asyncio

import clickhouse_connect
import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from deploy.demo.media import build
from deploy.demo.run import Gateway, interviews
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from schemas import metrics

CANDIDATES = ["attentive", "inattentive", "attentive", "inattentive"]
SETTLE_S = 10

pytestmark = pytest.mark.timeout(600)


def weight(stack: Stack) -> dict[str, float]:
    """Return megabytes of proportional set size by process, children included."""
    found: dict[str, float] = {}
    for name in stack.names:
        pid = stack.process(name).pid
        assert pid is not None
        root = psutil.Process(pid)
        family = [root, *root.children(recursive=True)]
        found[name] = sum(each.memory_full_info().pss for each in family) / 1e6
    return found


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


async def test_four_candidates_at_once() -> None:
    media = await asyncio.to_thread(build, LocalSettings().cache_dir, lambda _: None)
    async with Stack() as stack:
        await asyncio.sleep(SETTLE_S)
        idle = weight(stack)
        gateway = Gateway(stack.gateway_url, stack.api_key)
        try:
            await interviews(gateway, media, CANDIDATES, stagger_s=2.0)
        finally:
            await gateway.close()
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())
        lag = reader.query(
            "SELECT stage, count() AS scores, quantileExact(0.5)(lag_s) AS p50, "
            "quantileExact(0.95)(lag_s) AS p95, max(lag_s) AS worst "
            "FROM viva.scoring_lag GROUP BY stage ORDER BY stage"
        )
        by_stage = {row["stage"]: row for row in lag.named_results()}
        busy = weight(stack)
        dropped = await frames_dropped(stack)

    print()
    for stage, row in by_stage.items():
        print(f"{stage:<10} {row['scores']:>3} scores  p50 {row['p50']:.2f} s  "
              f"p95 {row['p95']:.2f} s  worst {row['worst']:.2f} s")  # fmt: skip
    for name in idle:
        print(f"{name:<10} {idle[name]:>6.0f} MB idle  {busy[name]:>6.0f} MB after")
    print(f"{'all':<10} {sum(idle.values()):>6.0f} MB idle  {sum(busy.values()):>6.0f} MB after")

    print(f"{dropped:.0f} frames dropped")

    assert dropped == 0
    assert by_stage["behaviour"]["scores"] == by_stage["final"]["scores"] == 12
    assert by_stage["behaviour"]["p95"] < 1
    assert by_stage["final"]["p95"] < 5
    assert sum(idle.values()) < 3000
