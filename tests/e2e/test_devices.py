"""Camera, microphone and speaker: tried, chosen, and what is in the way of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deploy.local.stack import Stack
from tests.e2e.browser import (
    IN_ENGLISH,
    IN_KOREAN,
    SLOW_MS,
    Tab,
)
from tests.e2e.devices import REPLACED, begin_unseen
from tests.e2e.sessions import enter, snapshot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.mark.requirement("pages-environment")
@IN_KOREAN
def test_each_device_is_tried_and_the_connection_measured(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    session, token = enter(stack, tab, language=language, questions=1)
    tab.agree()
    tab.see("#allow").click()

    def state(check: str, expected: str) -> None:
        expect(page.locator(f"#check-{check}")).to_have_attribute(
            "data-state", expected, timeout=SLOW_MS
        )

    state("camera", "ok")
    state("microphone", "ok")  # the candidate of the tests speaks
    expect(page.locator("#round-trip")).to_contain_text("ms", timeout=SLOW_MS)
    expect(page.locator("#check-network [role=status]")).not_to_contain_text("ms")
    state("network", "ok")
    state("speaker", "wait")
    page.locator("#play").click()
    tab.see("#unheard").click()
    state("speaker", "bad")
    tab.look(f"{language}-4-unheard")
    page.locator("#play").click()
    tab.see("#heard").click()
    state("speaker", "ok")
    page.locator("#record").click()
    expect(page.locator("#record")).to_be_disabled()
    tab.look(f"{language}-4-recording")
    expect(page.locator("#record")).to_be_enabled(timeout=SLOW_MS)
    state("microphone", "ok")
    tab.look(f"{language}-4-tested")
    assert snapshot(stack, session, token)["recording"] is False
    page.locator("#tested").click()
    tab.see("#calibrate")


@pytest.mark.requirement("pages-environment")
@IN_ENGLISH
def test_another_camera_and_microphone_are_used_before_and_during_an_answer(
    stack: Stack, choosing: Tab, language: str
) -> None:
    kept, lost = {
        "en": ("could not be started", "was disconnected"),
        "ko": ("시작할 수 없습니다", "연결이 끊어졌습니다"),
    }[language]
    tab, page = choosing, choosing.page
    page.add_init_script(REPLACED)
    page.add_init_script("""
        const devices = navigator.mediaDevices ?? {};
        const ask = devices.getUserMedia?.bind(devices);
        devices.getUserMedia = (wanted) =>
          window.broken && wanted.video?.deviceId?.exact === window.broken
            ? Promise.reject(new DOMException("", "NotReadableError"))
            : ask(wanted);
    """)
    enter(stack, tab, language=language, questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    page.locator("#choice summary").click()
    cameras = page.locator("#camera-choice option")
    assert cameras.count() == 3
    tab.look(f"{language}-4-choice")
    other = cameras.last.get_attribute("value")
    page.locator("#camera-choice").select_option(other)
    page.wait_for_function("id => window.replaced.includes(id)", arg=other, timeout=SLOW_MS)
    expect(page.locator("#camera-choice")).to_have_value(str(other))

    # One that does not start leaves the one that does.
    broken = cameras.first.get_attribute("value")
    page.evaluate("id => { window.broken = id; }", broken)
    page.locator("#camera-choice").select_option(broken)
    expect(tab.see("#message")).to_contain_text(kept)
    expect(page.locator("#camera-choice")).to_have_value(str(other))
    page.evaluate("window.broken = null")

    begin_unseen(tab)
    microphone = page.locator("#microphone-choice option").last.get_attribute("value")
    page.locator("#microphone-choice").select_option(microphone)
    page.wait_for_function("id => window.replaced.includes(id)", arg=microphone, timeout=SLOW_MS)
    tab.see("#done")  # the answer goes on

    # The camera is pulled out: another one takes its place, and the candidate is told.
    page.evaluate(
        "document.getElementById('video').srcObject.getVideoTracks()[0]"
        ".dispatchEvent(new Event('ended'))"
    )
    expect(tab.see("#message")).to_contain_text(lost)
    tab.look(f"{language}-7-replaced")
    page.locator("#done").click()
    tab.see("#report")


@pytest.mark.requirement("pages-environment")
def test_a_camera_chosen_while_the_link_is_connecting_is_the_one_that_is_sent(
    stack: Stack, choosing: Tab
) -> None:
    tab, page = choosing, choosing.page
    page.add_init_script(REPLACED)
    page.add_init_script("""
        const held = new Promise((resolve) => { window.release = resolve; });
        const send = window.fetch;
        window.fetch = async (path, options) => {
          if (path === "/rtc/offer") await held;
          return send(path, options);
        };
    """)
    enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.see("#allow").click()
    tab.see("#choice summary").click()
    other = page.locator("#camera-choice option").last.get_attribute("value")
    page.locator("#camera-choice").select_option(other)
    expect(page.locator("#camera-choice")).to_have_value(str(other))
    assert page.evaluate("window.replaced") == []
    page.evaluate("window.release()")
    page.wait_for_function("id => window.replaced.includes(id)", arg=other, timeout=SLOW_MS)
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)


@pytest.mark.requirement("pages-environment")
@pytest.mark.parametrize(
    ("error", "causes"),
    [
        (
            "NotReadableError",
            {"en": "another program is using it", "ko": "다른 프로그램이 사용하고"},
        ),
        ("NotFoundError", {"en": "not found", "ko": "장치를 찾을 수 없습니다"}),
    ],
    ids=["busy", "missing"],
)
@IN_ENGLISH
def test_a_cause_is_named_and_the_page_tries_again_when_something_is_plugged_in(
    stack: Stack, tab: Tab, error: str, causes: dict[str, str], language: str
) -> None:
    page = tab.page
    page.add_init_script(f"""
        window.broken = true;
        const devices = navigator.mediaDevices ?? {{}};
        const ask = devices.getUserMedia?.bind(devices);
        devices.getUserMedia = (wanted) =>
          window.broken ? Promise.reject(new DOMException("", "{error}")) : ask(wanted);
    """)
    enter(stack, tab, language=language, questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#device-problems")).to_contain_text(causes[language])
    tab.look(f"{language}-3-{error}")
    page.evaluate("window.broken = false")
    if error == "NotFoundError":
        page.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")
    else:
        page.locator("#allow").click()
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)


@pytest.mark.requirement("pages-environment")
@pytest.mark.parametrize(
    ("app", "language", "advice"),
    [
        ("KAKAOTALK 10.8.3", "ko", "다른 브라우저로 열기"),
        ("NAVER(inapp; search; 2000; 12.9.4)", "ko", "기본 브라우저로 열기"),
        ("Instagram 350.0.0", "en", "external browser"),
        ("[FBAN/FBIOS;FBAV/450.0]", "en", "external browser"),
    ],
)
def test_the_browser_inside_an_app_is_named_with_the_way_out(
    stack: Stack, browser: Browser, tmp_path: Path, app: str, language: str, advice: str
) -> None:
    agent = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 {app}"
    tab = Tab.open(browser, tmp_path, user_agent=agent)
    tab.page.add_init_script(
        "Object.defineProperty(navigator, 'mediaDevices', {value: undefined});"
    )
    enter(stack, tab, language=language, questions=1)
    tab.agree()
    expect(tab.see("#in-app")).to_contain_text(advice)
    tab.see("#allow").click()
    known = tab.page.evaluate("import('/browser-kind.js').then((it) => it.inAppBrowser())")
    name = tab.page.evaluate("app => import('/i18n.js').then((it) => it.t(`app.${app}`))", known)
    expect(tab.see("#device-problems")).to_contain_text(name)
    expect(tab.page.locator("#in-app-text")).to_be_hidden()  # "often" was said before
    expect(tab.panel("devices").locator("button.primary:visible")).to_have_id("copy-link")
    tab.look(f"{language}-3-inapp-{known}")
