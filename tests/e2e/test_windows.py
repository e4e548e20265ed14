"""One interview in two windows: it goes on in the newest, and the older lets go of everything."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.browser import IN_ENGLISH, SLOW_MS, Tab, calibrate
from tests.e2e.sessions import enter, snapshot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

GIVEN = """
    window.given = [];
    const devices = navigator.mediaDevices ?? {};
    const ask = devices.getUserMedia?.bind(devices);
    devices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      window.given.push(...stream.getTracks());
      return stream;
    };
"""
"""Keeps every track that the browser has given to the page."""

TEXTS = {
    "en": ("Opened in another window", "switched off here", "Go on here", "interrupted"),
    "ko": ("다른 창에서 열렸습니다", "껐습니다", "여기서 계속하기", "중간에 끊겨"),
}


def live_tracks(tab: Tab) -> list[str]:
    """Return the kinds of the tracks that camera and microphone still deliver."""
    found: list[str] = tab.page.evaluate(
        "window.given.filter((track) => track.readyState === 'live').map(({ kind }) => kind).sort()"
    )
    return found


def second(stack: Stack, tab: Tab, session: str, token: str) -> Tab:
    """Open the interview in another window of the same browser."""
    newer = Tab.of(tab.page.context.new_page(), tab.pictures)
    newer.page.add_init_script(GIVEN)
    newer.visit(stack.gateway_url, "interview.html", session=session, token=token)
    return newer


@pytest.mark.requirement("webrtc-resume")
@IN_ENGLISH
def test_the_older_window_lets_go_of_the_devices_and_may_take_over_again(
    stack: Stack, tab: Tab, language: str
) -> None:
    title, off, here, interrupted = TEXTS[language]
    tab.page.add_init_script(GIVEN)
    session, token = enter(stack, tab, language=language, questions=1)
    calibrate(tab)
    tab.see("#start-answer").click()
    tab.see("#done")
    assert live_tracks(tab) == ["audio", "video"]

    newer = second(stack, tab, session, token)
    expect(tab.see("#failure-title")).to_have_text(title)
    expect(tab.page.locator("#failure-text")).to_contain_text(off)
    assert live_tracks(tab) == [], "its lights are off"
    assert tab.page.evaluate("document.getElementById('video').srcObject") is None
    tab.look(f"{language}-failure-superseded")
    expect(newer.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    expect(newer.page.locator("#message")).to_contain_text(interrupted)
    assert snapshot(stack, session, token)["attempt"] == 2
    assert live_tracks(newer) == ["audio", "video"]

    tab.page.get_by_role("button", name=here).click()
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    newer.see("#failure-title")
    assert live_tracks(newer) == []
    tab.answer(4)
    tab.see("#report")
    assert live_tracks(tab) == []
    newer.must_not_complain()


def test_an_older_window_that_tests_its_devices_is_switched_off_too(stack: Stack, tab: Tab) -> None:
    tab.page.add_init_script(GIVEN)
    session, token = enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    tab.see("#record").click()
    newer = second(stack, tab, session, token)
    expect(newer.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    tab.see("#failure-title")
    assert live_tracks(tab) == []
    newer.must_not_complain()
    newer.page.close()
    tab.page.get_by_role("button", name="Go on here").click()
    tab.see("#tested").click()
    tab.see("#calibrate")
