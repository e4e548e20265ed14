"""Scores reach a candidate only where they may see their report."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.support.candidate import Candidate
from tests.support.gateway import Backend, RunningGateway

pytestmark = pytest.mark.integration


async def scored(gateway: RunningGateway, session: str) -> None:
    """Wait until the gateway knows the final score of the only answer."""
    async with asyncio.timeout(15):
        while True:
            scores = (await gateway.services.store.get(session)).scores
            if scores and scores[1].stage == "final":
                return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("policy", "show_report", "shown"),
    [("hiring", False, False), ("hiring", True, True), ("practice", False, True)],
)
async def test_a_candidate_for_hiring_sees_no_scores_unless_the_owner_lets_them(
    gateway: RunningGateway, backend: Backend, policy: str, show_report: bool, shown: bool
) -> None:
    created = await gateway.create(questions=1, policy=policy, show_report=show_report)
    candidate = Candidate(gateway.url, created)
    await candidate.connect()
    await candidate.calibrate()
    await candidate.answer()
    await candidate.until_state("ended")
    await scored(gateway, candidate.session)
    if shown:
        await candidate.until(lambda: "1" in candidate.snapshot["scores"])
    else:
        # What was to be sent was sent before this reply.
        assert not (await candidate.command("leave")).get("error")
    await candidate.close()
    assert all(each["report"] is shown for each in candidate.snapshots)
    assert any(each["scores"] for each in candidate.snapshots) is shown
    assert bool(candidate.events("question.scored")) is shown
    assert candidate.events("transcript.final"), "captions are the candidate's own words"
    async with httpx.AsyncClient(base_url=gateway.url) as http:
        reply = await http.get(
            f"/api/sessions/{candidate.session}",
            headers={"Authorization": f"Bearer {candidate.token}"},
        )
    assert bool(reply.json()["scores"]) is shown
