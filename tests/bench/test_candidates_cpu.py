"""What a candidate costs the whole pipeline, alone and among six."""

from __future__ import annotations

import asyncio

import clickhouse_connect
import pytest

from deploy.demo.media import CandidateMedia, build
from deploy.demo.run import Gateway, interviews
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from tests.bench.conftest import Report, Row
from tests.bench.support.load import Spent, spending

MANY = 6
IDLE_S = 10.0
STAGGER_S = 1.5
NAME = "attentive"

pytestmark = pytest.mark.timeout(600)


async def test_a_candidate_among_six_costs_what_one_alone_costs(report: Report) -> None:
    media = await asyncio.to_thread(build, LocalSettings().cache_dir, lambda _: None)
    clips = (media[NAME].calibration, *media[NAME].answers)
    seconds = sum(clip.seconds for clip in clips)
    async with Stack() as stack:
        gateway = Gateway(stack.gateway_url, stack.api_key)
        try:
            await held(stack, gateway, media, 1)  # the first one pays for what is then warm
            async with spending(stack) as idle:
                await asyncio.sleep(IDLE_S)
            many = await held(stack, gateway, media, MANY)
            one = await held(stack, gateway, media, 1)
        finally:
            await gateway.close()
        reader = clickhouse_connect.get_client(**stack.clickhouse_client())
        (scores,) = reader.query(
            "SELECT count() FROM viva.scores WHERE stage = 'final'"
        ).result_rows
    assert scores[0] == (MANY + 2) * len(media[NAME].answers)

    alone, among = shares(one, idle, seconds), shares(many, idle, MANY * seconds)
    total_alone, total_among = sum(alone.values()), sum(among.values())
    change = total_among / total_alone - 1
    report(
        Row(
            f"CPU a candidate from 1 to {MANY} candidates (whole pipeline)",
            "within 15 %",
            f"{change:+.0%} ({total_alone:.1%} of a core alone, {total_among:.1%} among {MANY})",
            abs(change) <= 0.15,
            [
                "CPU seconds of all processes until the last score is there, less what they use "
                f"idle ({idle.total / idle.seconds:.1%} of a core), for each second of recorded "
                "answers and calibration",
                "alone: " + _listed(alone),
                f"among {MANY}: " + _listed(among),
                f"the gateway alone {alone['gateway']:.2%}, among {MANY} {among['gateway']:.2%} "
                f"({among['gateway'] / alone['gateway'] - 1:+.0%})",
                f"both cores together {many.machine:.0%} busy with {MANY}, "
                f"the simulated candidates included",
            ],
        )
    )


async def held(
    stack: Stack, gateway: Gateway, media: dict[str, CandidateMedia], candidates: int
) -> Spent:
    """Let candidates take their interviews; return what the stack spent until all was scored."""
    async with spending(stack) as spent:
        await interviews(gateway, media, [NAME] * candidates, stagger_s=STAGGER_S)
    return spent


def shares(spent: Spent, idle: Spent, seconds: float) -> dict[str, float]:
    """Return CPU seconds beyond the idle ones, for each second of a candidate, by process."""
    return {
        name: (used - idle.by_name[name] / idle.seconds * spent.seconds) / seconds
        for name, used in spent.by_name.items()
    }


def _listed(by_name: dict[str, float]) -> str:
    return ", ".join(f"{name} {share:.1%}" for name, share in by_name.items())
