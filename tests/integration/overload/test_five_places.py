"""A whole stack with five places: five are interviewed at once, the sixth waits for their turn."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

import clickhouse_connect
import pytest
from playwright.sync_api import expect

from deploy.demo.candidate import Clip, SimulatedCandidate, load
from deploy.demo.media import CandidateMedia, build
from deploy.demo.run import Gateway, Interviewed
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack, background
from tests.e2e.browser import (
    SLOW_MS,
    Tab,
    chromium,
    fake_devices,
    require_chromium,
)
from tests.e2e.sessions import create
from tests.support.network_gateway import Looping

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

PLACES = 5
TURN_MS = 240_000
"""How long the sixth may have to wait: for the others' interviews, and a minute between tries."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    # On a busy machine a simulated candidate may be still for a while, and must keep the place.
    patient = {"VIVA_GATEWAY_CAPACITY": str(PLACES), "VIVA_GATEWAY_PEER_TIMEOUT_S": "60"}
    with background(Stack(env={"gateway": patient})) as running:
        yield running


@pytest.fixture(scope="module")
def attentive() -> CandidateMedia:
    return build(LocalSettings().cache_dir, lambda _: None)["attentive"]


class Five:
    """Five candidates of one question each, in an event loop of their own."""

    def __init__(self, stack: Stack, media: CandidateMedia) -> None:
        self._stack, self._media = stack, media
        self._calibration, self._answer = (
            Clip(Path(each.video), Path(each.audio))
            for each in (media.calibration, media.answers[0])
        )
        self._looping = Looping()
        self._candidates: list[SimulatedCandidate] = []

    def connect(self) -> None:
        asyncio.run_coroutine_threadsafe(self._connect(), self._looping.loop).result(120)

    def interview(self) -> Future[list[Interviewed]]:
        """Begin; the result are the interviews with their final reports."""
        return asyncio.run_coroutine_threadsafe(self._interview(), self._looping.loop)

    def close(self) -> None:
        self._looping.close()

    async def _connect(self) -> None:
        for clip in (self._calibration, self._answer):
            await load(clip)  # beforehand: encoding must not disturb the interviews
        gateway = Gateway(self._stack.gateway_url, self._stack.api_key)
        self._made = [
            await gateway.create(f"candidate {number}", "en", 1, "practice")
            for number in range(PLACES)
        ]
        await gateway.close()
        self._candidates = [
            SimulatedCandidate(each.name, self._stack.gateway_url, each.session, each.token)
            for each in self._made
        ]
        for each in self._candidates:
            await each.connect()

    async def _interview(self) -> list[Interviewed]:
        async with asyncio.TaskGroup() as group:
            for each in self._candidates:
                group.create_task(self._take(each))
        gateway = Gateway(self._stack.gateway_url, self._stack.api_key)
        for made in self._made:
            made.report = await gateway.final_report(made, 1)
        await gateway.close()
        return self._made

    async def _take(self, candidate: SimulatedCandidate) -> None:
        try:
            await candidate.calibrate(self._calibration)
            await candidate.answer(1, self._answer)
            await candidate.until(lambda: candidate.snapshot.get("state") == "ended", "the end")
        finally:
            await candidate.close()


FULL = {
    "en": ("All places are taken", "Stay on this page", r"[3-6]\d s"),
    "ko": ("자리가 모두 찼습니다", "그대로 두고 기다려", r"[3-6]\d초"),
}


def turned_away(stack: Stack, tab: Tab, language: str) -> str:
    """Open a new interview, and check that the page says to wait and for how long."""
    full, stays, seconds = FULL[language]
    page = tab.page
    session, token = create(stack, language=language, questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#trouble-text")).to_contain_text(full)
    expect(page.locator("#trouble-text")).to_contain_text(stays)
    expect(page.locator("#trouble-again")).to_contain_text(re.compile(seconds))
    expect(page.locator("#tested")).to_be_disabled()
    assert page.locator("main").inner_text().count(full) == 1
    tab.look(f"{language}-4-full")
    return session


def test_five_complete_at_once_and_the_sixth_waits_and_completes_later(
    stack: Stack, attentive: CandidateMedia, tmp_path: Path
) -> None:
    require_chromium()
    media = attentive.browser
    assert media is not None
    five = Five(stack, attentive)
    with ExitStack() as held:
        held.callback(five.close)
        five.connect()
        switches = fake_devices(video=media.video, audio=media.audio)
        browser = held.enter_context(chromium(switches))
        impatient = Tab.open(browser, tmp_path)
        turned_away(stack, impatient, "en")
        impatient.page.close()
        tab = Tab.open(browser, tmp_path)
        page = tab.page
        session = turned_away(stack, tab, "ko")

        interviews = five.interview()
        expect(page.locator("#tested")).to_be_enabled(timeout=TURN_MS)  # nobody has clicked
        expect(page.locator("#trouble")).to_be_hidden()
        page.locator("#tested").click()
        tab.see("#calibrate").click()
        tab.see("#practised").click()
        tab.answer(5)
        tab.see("#report")
        final = page.locator("#score-table tr[data-stage='final']")
        expect(final).to_have_count(1, timeout=SLOW_MS)
        found = interviews.result(120)
    for each in found:
        assert each.report is not None
        assert each.report.questions[0].total is not None, each.name
    everyone = [session, *(each.session for each in found)]
    reader = clickhouse_connect.get_client(**stack.clickhouse_client())
    ((completed,),) = reader.query(
        "SELECT uniqExact(session) FROM viva.scores "
        "WHERE stage = 'final' AND session IN {sessions:Array(String)}",
        parameters={"sessions": everyone},
    ).result_rows
    assert completed == PLACES + 1
