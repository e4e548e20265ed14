"""What a candidate agrees to, and what follows from it."""

from __future__ import annotations

import re
from typing import Any

import clickhouse_connect
import pytest
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.browser import SLOW_MS, Tab
from tests.e2e.sessions import create, enter, snapshot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

ASKED = """
    window.asked = [];
    const devices = navigator.mediaDevices ?? {};
    const ask = devices.getUserMedia?.bind(devices);
    devices.getUserMedia = (wanted) => { window.asked.push(wanted); return ask(wanted); };
"""
"""Notes which devices the page asked for."""


@pytest.mark.requirement("pages-consent")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_who_refuses_the_camera_is_interviewed_by_ear_alone(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    page.add_init_script(ASKED)
    session, token = create(stack, language=language, questions=1)
    name = f"{language}-unseen"
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    tab.agree(video=False)
    tab.try_devices(name)
    for part in ("#check-camera", "#self-view", "#hide-self"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.locator("#level")).to_be_visible()
    assert page.evaluate("window.asked.some((wanted) => wanted.video)") is False
    tab.see("#calibrate")
    expect(tab.panel("calibrate").locator("li:visible")).to_have_count(0)  # one is no list
    tab.look(f"{name}-5-calibrate")
    page.locator("#calibrate").click()
    tab.see("#practised").click()
    tab.see("#start-answer").click()
    tab.see("#done")
    page.wait_for_timeout(6_000)
    tab.look(f"{name}-7-answering")
    page.locator("#done").click()
    tab.see("#report")
    head = page.locator("#score-table thead th")
    expect(head).to_have_count(3, timeout=SLOW_MS)
    tab.look(f"{name}-9-ended")
    page.locator("#report").click()
    tab.see("#unseen")
    total = page.locator("#scores tr[data-question='1'] [data-component=total]")
    expect(total).to_have_text(re.compile(r"^\d+\.\d$"), timeout=SLOW_MS)
    tab.look(f"{name}-9-report")
    assert snapshot(stack, session, token)["calibration"] == {"ok": True, "problems": []}
    reader = clickhouse_connect.get_client(**stack.clickhouse_client())
    frames, video = reader.query(
        "SELECT (SELECT count() FROM viva.vision_features WHERE session = {session:String}), "
        "(SELECT any(video) FROM viva.consents WHERE session = {session:String})",
        parameters={"session": session},
    ).result_rows[0]
    assert (frames, video) == (0, False)


@pytest.mark.requirement("pages-consent")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_both_purposes_are_asked_for_and_no_sound_means_no_interview(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    session, token = enter(stack, tab, language=language, questions=2, policy="hiring")
    tab.see("#welcomed").click()
    tab.see("#agree")
    tab.choose("audio", False)
    page.locator("#agree").click()
    tab.see("#consent-missing")
    assert page.evaluate("document.activeElement.name") == "video"
    tab.look(f"{language}-2-missing")
    assert snapshot(stack, session, token)["consent"] is None
    tab.choose("video", False)
    page.locator("#agree").click()
    tab.see("#reconsider")
    tab.look(f"{language}-2-declined")
    given: Any = snapshot(stack, session, token)["consent"]
    assert (given["audio"], given["video"]) == (False, False)
    page.locator("#reconsider").click()
    tab.choose("audio", True)
    page.locator("#agree").click()
    tab.see("#allow")
    page.reload()  # before anything was recorded the page asks once more
    tab.see("#welcomed")


@pytest.mark.requirement("pages-consent")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_consent_can_be_changed_until_the_calibration_begins(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    page.add_init_script(ASKED)
    session, token = enter(stack, tab, language=language, questions=1)
    tab.agree()
    tab.try_devices()
    tab.see("#calibrate")
    page.evaluate("void (window.tracks = document.getElementById('video').srcObject.getTracks())")
    tab.panel("calibrate").locator(".change-consent").click()
    tab.see("#agree")
    assert page.evaluate("tracks.map((track) => track.readyState)") == ["ended", "ended"]
    expect(page.locator("#link")).to_be_hidden()
    tab.look(f"{language}-2-changing")
    tab.choose("audio", False)
    page.locator("#agree").click()
    tab.see("#reconsider")
    assert page.evaluate("window.asked.length") == 1

    page.reload()  # the interview is under way, but nothing may be heard
    tab.agree(video=False)
    tab.see("#allow")
    assert page.evaluate("window.asked") == []
    tab.try_devices()
    tab.see("#calibrate")
    assert page.evaluate("window.asked.map((wanted) => Boolean(wanted.video))") == [False]
    page.locator("#calibrate").click()
    tab.see("#calibration-progress")
    tab.see("#practised")
    expect(page.locator(".change-consent:visible")).to_have_count(0)
    given: Any = snapshot(stack, session, token)["consent"]
    assert (given["audio"], given["video"]) == (True, False)


@pytest.mark.requirement("pages-consent")
def test_no_change_is_offered_once_a_calibration_was_cut_off(stack: Stack, tab: Tab) -> None:
    page = tab.page
    session, token = enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.try_devices()
    tab.see("#calibrate").click()
    tab.see("#calibration-progress")
    page.reload()
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    found = snapshot(stack, session, token)
    assert (found["state"], found["consent_open"]) == ("ready", False)
    expect(page.locator(".change-consent:visible")).to_have_count(0)
    page.locator("#tested").click()
    tab.see("#calibrate")
    expect(page.locator(".change-consent:visible")).to_have_count(0)


@pytest.mark.requirement("pages-consent")
def test_nothing_is_switched_on_after_the_end(stack: Stack, tab: Tab) -> None:
    """Neither what was still being opened, nor what is plugged in later."""
    tab.visit(stack.gateway_url, "", key="any", lang="en")
    found = tab.page.evaluate("""async () => {
        const { Media } = await import("/media.js");
        const devices = navigator.mediaDevices;
        const ask = devices.getUserMedia.bind(devices);
        const tracks = [], streams = [];
        const media = new Media({
          changed() {}, level() {}, replaced() {}, kept() {}, stream: (each) => streams.push(each),
        });
        let give;
        devices.getUserMedia = async (wanted) => {
          await new Promise((resolve) => { give = resolve; });
          const stream = await ask(wanted);
          tracks.push(...stream.getTracks());
          return stream;
        };
        const opening = media.open({ video: true });
        media.close();
        give();
        await opening;

        let asked = 0;
        devices.getUserMedia = async () => {
          asked += 1;
          throw new DOMException("", "NotFoundError");
        };
        await media.open({ video: true });
        media.close();
        devices.dispatchEvent(new Event("devicechange"));
        await new Promise((resolve) => setTimeout(resolve, 200));
        return { tracks: tracks.map((track) => track.readyState), streams: streams.length, asked };
    }""")
    assert found == {"tracks": ["ended", "ended"], "streams": 0, "asked": 1}
