"""Camera, microphone and speaker: tried, chosen, lost, and what is in the way of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from deploy.demo.media import CandidateMedia
from deploy.local.stack import Stack
from tests.e2e.browser import (
    IN_KOREAN,
    SLOW_MS,
    THOROUGH,
    Tab,
    calibrate,
    chromium,
    fake_devices,
    require_chromium,
)
from tests.e2e.sessions import enter, snapshot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

REPLACED = """
    window.replaced = [];
    const replace = RTCRtpSender.prototype.replaceTrack;
    RTCRtpSender.prototype.replaceTrack = function (track) {
      window.replaced.push(track.getSettings().deviceId);
      return replace.call(this, track);
    };
"""
"""Notes which devices a connection went over to."""


UNPLUGGED = """
    window.unplugged = [];
    const devices = navigator.mediaDevices ?? {};
    const ask = devices.getUserMedia?.bind(devices);
    devices.getUserMedia = (wanted) =>
      window.unplugged.some((kind) => wanted[kind])
        ? Promise.reject(new DOMException("", "NotFoundError"))
        : ask(wanted);
    const list = devices.enumerateDevices?.bind(devices);
    devices.enumerateDevices = async () =>
      (await list()).filter((each) => !window.unplugged.includes(each.kind.slice(0, 5)));
    const happened = () => devices.dispatchEvent(new Event("devicechange"));
    window.unplug = (kind) => {
      window.unplugged.push(kind);
      const tracks = document.getElementById("video").srcObject.getTracks();
      for (const track of tracks.filter((each) => each.kind === kind)) {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
      happened();
    };
    window.plug = (kind) => {
      window.unplugged = window.unplugged.filter((each) => kind && each !== kind);
      happened();
    };
"""
"""Lets a test pull out the only device of a kind, and put it, or all, back."""


HELD = """
    window.held = Promise.resolve();
    const devices = navigator.mediaDevices ?? {};
    const ask = devices.getUserMedia?.bind(devices);
    devices.getUserMedia = async (wanted) => {
      await window.held;
      return ask(wanted);
    };
    window.hold = () => { window.held = new Promise((resolve) => { window.release = resolve; }); };
"""
"""Lets a test keep the page waiting for its devices."""


def begin_unseen(tab: Tab) -> None:
    """Go from the environment test to an answer: the browser's test picture has no face."""
    tab.page.locator("#tested").click()
    tab.see("#calibrate").click()
    tab.see("#calibration-progress")
    tab.see("#anyway").click()
    tab.see("#practised").click()
    tab.see("#start-answer").click()
    tab.see("#done")


@pytest.fixture
def several(candidates: dict[str, CandidateMedia]) -> Iterator[Browser]:
    """A browser with several cameras and microphones."""
    require_chromium()
    switches = [each for each in fake_devices() if "fake-device" not in each]
    with chromium([*switches, "--use-fake-device-for-media-stream=device-count=3"]) as running:
        yield running


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
def test_another_camera_and_microphone_are_used_before_and_during_an_answer(
    stack: Stack, several: Browser, tmp_path: Path
) -> None:
    tab = Tab.open(several, tmp_path)
    page = tab.page
    page.add_init_script(REPLACED)
    page.add_init_script("""
        const devices = navigator.mediaDevices ?? {};
        const ask = devices.getUserMedia?.bind(devices);
        devices.getUserMedia = (wanted) =>
          window.broken && wanted.video?.deviceId?.exact === window.broken
            ? Promise.reject(new DOMException("", "NotReadableError"))
            : ask(wanted);
    """)
    enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    page.locator("#choice summary").click()
    cameras = page.locator("#camera-choice option")
    assert cameras.count() == 3
    tab.look("en-4-choice")
    other = cameras.last.get_attribute("value")
    page.locator("#camera-choice").select_option(other)
    page.wait_for_function("id => window.replaced.includes(id)", arg=other, timeout=SLOW_MS)
    expect(page.locator("#camera-choice")).to_have_value(str(other))

    # One that does not start leaves the one that does.
    broken = cameras.first.get_attribute("value")
    page.evaluate("id => { window.broken = id; }", broken)
    page.locator("#camera-choice").select_option(broken)
    expect(tab.see("#message")).to_contain_text("could not be started")
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
    expect(tab.see("#message")).to_contain_text("was disconnected")
    tab.look("en-7-replaced")
    page.locator("#done").click()
    tab.see("#report")
    assert tab.complaints == []


@pytest.mark.requirement("pages-environment")
def test_a_camera_chosen_while_the_link_is_connecting_is_the_one_that_is_sent(
    stack: Stack, several: Browser, tmp_path: Path
) -> None:
    tab = Tab.open(several, tmp_path)
    page = tab.page
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
    assert tab.complaints == []


@pytest.mark.requirement("pages-environment")
@pytest.mark.parametrize(
    ("error", "cause"),
    [("NotReadableError", "another program is using it"), ("NotFoundError", "not found")],
)
def test_a_cause_is_named_and_the_page_tries_again_when_something_is_plugged_in(
    stack: Stack, tab: Tab, error: str, cause: str
) -> None:
    page = tab.page
    page.add_init_script(f"""
        window.broken = true;
        const devices = navigator.mediaDevices ?? {{}};
        const ask = devices.getUserMedia?.bind(devices);
        devices.getUserMedia = (wanted) =>
          window.broken ? Promise.reject(new DOMException("", "{error}")) : ask(wanted);
    """)
    enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#device-problems")).to_contain_text(cause)
    tab.look(f"en-3-{error}")
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


def start_answering(stack: Stack, tab: Tab, language: str) -> tuple[str, str]:
    """Begin the only answer of a new interview; return session and token."""
    tab.page.add_init_script(UNPLUGGED)
    access = enter(stack, tab, language=language, questions=1)
    calibrate(tab)
    tab.see("#start-answer").click()
    expect(tab.see("#done")).to_be_enabled(timeout=SLOW_MS)
    return access


@pytest.mark.requirement("pages-environment")
@pytest.mark.parametrize(
    ("language", "microphone", "cause", "waits"),
    [
        ("ko", "마이크", "끊어졌습니다", "아직 기록 중"),
        pytest.param(
            "en", "Microphone", "it was disconnected", "still being recorded", marks=THOROUGH
        ),
    ],
)
def test_the_only_microphone_is_pulled_out_and_the_answer_goes_on_when_it_is_back(
    stack: Stack, tab: Tab, language: str, microphone: str, cause: str, waits: str
) -> None:
    page = tab.page
    session, token = start_answering(stack, tab, language)
    page.evaluate("window.unplug('audio')")
    expect(tab.see("#device-problems")).to_contain_text(cause)
    expect(page.locator("#devices-lead")).to_contain_text(waits)
    expect(page.locator("#level")).to_have_attribute("aria-valuenow", "0")
    expect(page.locator("#devices-title")).to_have_text(microphone)
    expect(page.locator("#camera-off")).to_contain_text(microphone.lower())
    expect(page.locator("#devices-time")).to_contain_text(re.compile(r"[0-2]:\d\d"))
    expect(page.locator("#steps [aria-current]")).to_have_attribute("data-step", "questions")
    tab.look(f"{language}-7-unplugged")
    assert snapshot(stack, session, token)["state"] == "answering"
    page.evaluate("window.plug()")
    expect(tab.see("#done")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator("#turn")).to_have_attribute("data-turn", "hearing", timeout=SLOW_MS)
    assert snapshot(stack, session, token)["attempt"] == 1
    page.locator("#done").click()
    tab.see("#report")


@pytest.mark.requirement("pages-environment")
@pytest.mark.parametrize(
    ("language", "gone", "back"),
    [
        ("en", "goes on with your voice", "is back"),
        pytest.param("ko", "목소리만으로", "다시 연결되었습니다", marks=THOROUGH),
    ],
)
def test_the_only_camera_is_pulled_out_and_the_answer_goes_on_by_ear(
    stack: Stack, tab: Tab, language: str, gone: str, back: str
) -> None:
    page = tab.page
    session, token = start_answering(stack, tab, language)
    page.evaluate("window.unplug('video')")
    expect(tab.see("#blind")).to_contain_text(gone)
    expect(tab.see("#done")).to_be_enabled()
    tab.see("#camera-off")
    tab.look(f"{language}-7-blind")
    turn = page.locator("#turn")
    expect(turn).to_have_attribute("data-turn", "hearing", timeout=SLOW_MS)
    page.evaluate("window.plug()")
    expect(page.locator("#message")).to_contain_text(back)
    expect(page.locator("#blind")).to_be_hidden()
    expect(page.locator("#camera-off")).to_be_hidden()
    found = snapshot(stack, session, token)
    assert (found["state"], found["attempt"], found["epoch"]) == ("answering", 1, 1)
    page.locator("#done").click()
    tab.see("#report")


@pytest.mark.requirement("pages-environment")
def test_another_microphone_is_chosen_while_the_only_camera_is_away(
    stack: Stack, several: Browser, tmp_path: Path
) -> None:
    tab = Tab.open(several, tmp_path)
    page = tab.page
    page.add_init_script(REPLACED)
    page.add_init_script(UNPLUGGED)
    session, token = enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    begin_unseen(tab)
    page.evaluate("window.unplug('video')")
    expect(tab.see("#blind")).to_contain_text("goes on with your voice")
    page.locator("#choice summary").click()
    expect(page.locator("#camera-field")).to_be_hidden()  # what there is, is told anew
    microphone = page.locator("#microphone-choice option").last.get_attribute("value")
    page.locator("#microphone-choice").select_option(microphone)
    page.wait_for_function("id => window.replaced.includes(id)", arg=microphone, timeout=SLOW_MS)
    expect(page.locator("#microphone-choice")).to_have_value(str(microphone))
    expect(page.locator("#camera-off")).to_be_visible()
    page.evaluate("window.plug()")
    expect(page.locator("#message")).to_contain_text("is back")
    expect(page.locator("#microphone-choice")).to_have_value(str(microphone))
    found = snapshot(stack, session, token)
    assert (found["state"], found["attempt"], found["epoch"]) == ("answering", 1, 1)
    assert tab.complaints == []


@pytest.mark.requirement("pages-environment")
@pytest.mark.parametrize(
    "happens",
    [
        "window.unplug('video')",
        "navigator.mediaDevices.dispatchEvent(new Event('devicechange'))",
        "document.getElementById('video').srcObject.getAudioTracks()[0]"
        ".dispatchEvent(new Event('ended'))",
    ],
    ids=["the camera is pulled out", "something else is plugged in", "the one in use is lost"],
)
def test_a_microphone_that_is_just_being_chosen_is_taken_whatever_is_plugged_meanwhile(
    stack: Stack, several: Browser, tmp_path: Path, happens: str
) -> None:
    tab = Tab.open(several, tmp_path)
    page = tab.page
    for script in (REPLACED, UNPLUGGED, HELD):
        page.add_init_script(f"{{{script}}}")
    enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    page.locator("#choice summary").click()
    if "devicechange" in happens:
        page.evaluate("window.unplug('video')")  # who has all looks for nothing
        expect(tab.see("#camera-off")).to_be_visible()
    microphone = page.locator("#microphone-choice option").last.get_attribute("value")
    page.evaluate("window.hold()")
    page.locator("#microphone-choice").select_option(microphone)
    page.evaluate(happens)
    page.wait_for_timeout(200)
    page.evaluate("window.release()")
    page.wait_for_function("id => window.replaced.includes(id)", arg=microphone, timeout=SLOW_MS)
    page.wait_for_timeout(500)
    expect(page.locator("#microphone-choice")).to_have_value(str(microphone))
    used = page.evaluate(
        "document.getElementById('video').srcObject.getAudioTracks()[0].getSettings().deviceId"
    )
    assert used == microphone
    assert tab.complaints == []


@pytest.mark.requirement("pages-environment")
def test_a_camera_that_is_gone_leaves_the_microphone_as_it_was_chosen(
    stack: Stack, several: Browser, tmp_path: Path
) -> None:
    tab = Tab.open(several, tmp_path)
    tab.visit(stack.gateway_url, "", lang="en")
    chosen, opened = tab.page.evaluate("""async () => {
        const { listDevices, openDevices, stopTracks } = await import("/devices.js");
        stopTracks(await openDevices({ video: true })); // before that they have no names
        const microphone = (await listDevices()).microphone.at(-1).id;
        const stream = await openDevices({ video: true, camera: "gone", microphone });
        return [microphone, stream.getAudioTracks()[0].getSettings().deviceId];
    }""")
    assert opened == chosen
    assert tab.complaints == []


@pytest.mark.requirement("pages-environment")
def test_a_camera_is_pulled_out_with_its_microphone_and_another_one_takes_over(
    stack: Stack, tab: Tab
) -> None:
    page = tab.page
    session, token = start_answering(stack, tab, "en")
    page.evaluate("""() => {
        const [sound] = document.getElementById("video").srcObject.getAudioTracks();
        sound.stop();
        window.unplug("video");
        sound.dispatchEvent(new Event("ended"));
    }""")
    expect(tab.see("#blind")).to_contain_text("goes on with your voice")
    page.wait_for_function(
        "() => document.getElementById('video').srcObject.getAudioTracks()[0].readyState === 'live'"
    )
    expect(tab.see("#done")).to_be_enabled()
    turn = page.locator("#turn")
    expect(turn).to_have_attribute("data-turn", "hearing", timeout=SLOW_MS)
    found = snapshot(stack, session, token)
    assert (found["state"], found["attempt"], found["epoch"]) == ("answering", 1, 1)


@pytest.mark.requirement("pages-environment")
def test_without_a_camera_the_page_is_reloaded_and_the_microphone_plugged_in_again(
    stack: Stack, tab: Tab
) -> None:
    page = tab.page
    session, token = start_answering(stack, tab, "en")
    page.add_init_script("window.unplugged.push('video')")
    page.reload()
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    expect(tab.see("#camera-off")).to_have_text("No camera was found.")
    expect(tab.see("#blind")).to_contain_text("goes on with your voice")
    expect(tab.see("#message")).to_contain_text("interrupted and not saved")
    tab.look("en-7-reloaded-blind")
    page.locator("#start-answer").click()
    expect(tab.see("#done")).to_be_enabled(timeout=SLOW_MS)
    page.evaluate("window.unplug('audio')")
    expect(tab.see("#device-problems")).to_contain_text("Microphone: it was disconnected")
    page.evaluate("window.plug('audio')")
    expect(tab.see("#done")).to_be_enabled(timeout=SLOW_MS)
    turn = page.locator("#turn")
    expect(turn).to_have_attribute("data-turn", "hearing", timeout=SLOW_MS)
    page.evaluate("window.plug()")
    expect(page.locator("#message")).to_contain_text("is back")
    expect(page.locator("#blind")).to_be_hidden()
    expect(page.locator("#camera-off")).to_be_hidden()
    page.wait_for_function("() => document.getElementById('video').videoWidth > 0")
    found = snapshot(stack, session, token)
    assert (found["state"], found["attempt"], found["epoch"]) == ("answering", 2, 2)
    page.locator("#done").click()
    tab.see("#report")


@pytest.mark.requirement("pages-environment")
def test_before_the_calibration_who_agreed_to_a_camera_needs_one_or_another_choice(
    stack: Stack, tab: Tab
) -> None:
    page = tab.page
    page.add_init_script(UNPLUGGED)
    page.add_init_script("window.unplugged.push('video')")
    enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#device-problems")).to_contain_text("Camera: not found")
    expect(tab.see("#check-network")).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    expect(page.locator("#tested")).to_be_hidden()
    expect(page.locator("#check-camera")).to_contain_text("No camera was found.")
    expect(tab.see("#without-camera")).to_contain_text("change what you agreed to")
    expect(page.locator("section[data-panel=devices] .change-consent")).to_be_visible()
    expect(page.get_by_text("Disconnected")).to_have_count(0)
    tab.look("en-4-no-camera")
    page.evaluate("window.plug()")
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator("#device-problems")).to_be_hidden()
    expect(page.locator("#without-camera")).to_be_hidden()
