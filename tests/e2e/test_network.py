"""The candidate's network is cut for real, and comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from clickhouse_connect.driver.client import Client
from playwright.sync_api import expect

from deploy.demo.media import CandidateMedia
from deploy.local.stack import Stack
from tests.e2e.browser import IN_ENGLISH, SLOW_MS, calibrate, fake_devices, require_chromium
from tests.e2e.far import CONFLICT, Far, browser_far_from, gateway_of
from tests.support.apart import apart
from tests.support.candidate import Candidate
from tests.support.network import Namespace, why_not
from tests.support.network_answers import Net, connect
from tests.support.network_gateway import GatewayThere

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

GONE_S = 16
"""Longer than the gateway waits for a sign of life (10 s)."""


@pytest.fixture(scope="module")
def gateway(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayThere]:
    require_chromium()
    if reason := why_not():
        pytest.skip(reason)
    with gateway_of(stack, tmp_path_factory.mktemp("far")) as running:
        yield running


@pytest.fixture
def far(
    gateway: GatewayThere, candidates: dict[str, CandidateMedia], tmp_path: Path
) -> Iterator[Far]:
    media = candidates["attentive"].browser
    assert media is not None
    switches = fake_devices(video=media.video, audio=media.audio)
    with browser_far_from(gateway, tmp_path, switches) as opened:
        yield opened


@pytest.fixture
def elsewhere(gateway: GatewayThere) -> Iterator[tuple[Namespace, str]]:
    """Another device's place, and the gateway's address seen from there."""
    with ExitStack() as held:
        place, _, url = Net(held, gateway).place()
        yield place, url


TEXTS = {
    "en": (
        "goes on at the same question",
        "You will give this answer again",
        "interrupted and not saved",
        "Attempt 2",
    ),
    "ko": (
        "같은 질문",
        "이 질문에 다시 답하시게 됩니다",
        "중간에 끊겨 저장되지 않았습니다",
        "2번째 시도",
    ),
}


@pytest.mark.requirement("webrtc-resume")
@IN_ENGLISH
def test_a_cut_network_costs_the_open_answer_and_nothing_else(
    far: Far, reader: Client, language: str
) -> None:
    tab, page, wire = far.tab, far.tab.page, far.wire
    same, again, interrupted, attempt = TEXTS[language]
    session, _ = far.enter(language=language, questions=2)
    calibrate(tab)
    tab.answer(5)
    expect(page.locator("#question-number")).to_contain_text("2", timeout=SLOW_MS)
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    question = page.locator("#question").inner_text()
    page.locator("#start-answer").click()
    expect(tab.see("#done")).to_be_enabled()

    wire.cut = True
    cut_at = time.monotonic()
    expect(tab.see("#trouble")).to_contain_text(same)
    expect(page.locator("#turn")).to_contain_text(again)
    for gone in ("#timer", "#done", "#retake"):
        expect(page.locator(gone)).to_be_hidden()
    assert page.locator("#captions.empty").is_hidden()
    tab.look(f"{language}-7-cut")
    tab.must_fit(f"{language}-7-cut")
    page.wait_for_timeout(1_000 * max(0.0, GONE_S - (time.monotonic() - cut_at)))
    tab.see("#trouble")
    wire.cut = False

    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#message")).to_contain_text(interrupted)
    expect(page.locator("#question")).to_have_text(question)
    expect(page.locator("#question-number")).to_contain_text("2")
    expect(page.locator("#question-attempt")).to_have_text(attempt)
    tab.look(f"{language}-7-reconnected")
    tab.answer(5)
    tab.see("#report")
    expect(page.locator("#score-table tr[data-stage='final']")).to_have_count(2, timeout=SLOW_MS)
    for _ in range(SLOW_MS // 500):
        rows = reader.query(
            "SELECT question, attempt, state FROM viva.answer_attempts "
            "WHERE session = {session:String} ORDER BY question, attempt",
            parameters={"session": session},
        ).result_rows
        if len(rows) == 3 and rows[-1][-1] == "ended":
            break
        time.sleep(0.5)
    assert rows == [(1, 1, "ended"), (2, 1, "abandoned"), (2, 2, "ended")]


@pytest.mark.requirement("webrtc-resume")
def test_a_brief_cut_costs_nothing_and_an_end_that_was_cut_off_is_explained(far: Far) -> None:
    tab, page, wire = far.tab, far.tab.page, far.wire
    far.enter(language="en", questions=1)
    calibrate(tab)
    page.locator("#start-answer").click()
    expect(tab.see("#done")).to_be_enabled()
    page.wait_for_timeout(1_000)
    wire.cut = True
    page.wait_for_timeout(2_000)
    wire.cut = False
    page.wait_for_timeout(6_000)  # what was lost would be missed by now
    expect(page.locator("#trouble")).to_be_hidden()
    expect(page.locator("#done")).to_be_enabled()
    expect(page.locator("#question-attempt")).to_be_hidden()

    wire.cut = True
    page.locator("#done").click()
    tab.see("#trouble")
    page.wait_for_timeout(1_000 * GONE_S)
    wire.cut = False
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator("#message")).to_contain_text("interrupted and not saved")
    tab.answer(3)
    tab.see("#report")


@pytest.mark.requirement("webrtc-resume")
def test_who_went_on_with_the_phone_is_not_interrupted_when_the_laptop_is_back(
    far: Far, elsewhere: tuple[Namespace, str]
) -> None:
    tab, page, wire = far.tab, far.tab.page, far.wire
    tab.allow(CONFLICT)  # it returns uninvited, and later to an interview that has ended
    place, url = elsewhere
    session, token = far.enter(language="en", questions=1)
    calibrate(tab)
    page.locator("#start-answer").click()
    expect(tab.see("#done")).to_be_enabled()
    wire.cut = True
    tab.see("#trouble")
    phone = Candidate(url, {"session": session, "token": token})
    apart(connect(place, phone))
    assert apart(place.inside(phone.command("answer.start")))["ok"]
    wire.cut = False
    expect(tab.see("#failure-title")).to_have_text("Opened in another window")
    assert page.evaluate("document.getElementById('video').srcObject") is None
    assert apart(place.inside(phone.command("answer.end")))["ok"]
    apart(place.inside(phone.close()))
    page.get_by_role("button", name="Go on here").click()
    tab.see("#report")
