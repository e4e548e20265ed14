"""What a candidate meets besides the questions: consent, the environment test, turn taking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import clickhouse_connect
import pytest
from playwright.sync_api import Browser, expect

from deploy.demo.media import CandidateMedia
from deploy.local.stack import Stack
from tests.e2e.browser import SLOW_MS, Tab, calibrate, chromium, fake_devices, require_chromium
from tests.e2e.sessions import create, snapshot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

TIME_PASSES = """
    window.skew = 0;
    const now = performance.now.bind(performance);
    performance.now = () => now() + window.skew;
"""
"""Lets a test move the page's clock forward: ``window.skew`` is milliseconds."""


def let_pass(tab: Tab, seconds: float) -> None:
    tab.page.evaluate("seconds => { window.skew += 1000 * seconds; }", seconds)


def mute(tab: Tab, *, on: bool) -> None:
    """Have the microphone deliver silence, or what it hears again."""
    tab.page.evaluate(
        "on => document.getElementById('video').srcObject.getAudioTracks()"
        ".forEach((track) => { track.enabled = !on; })",
        on,
    )


ASKED = """
    window.asked = [];
    const devices = navigator.mediaDevices ?? {};
    const ask = devices.getUserMedia?.bind(devices);
    devices.getUserMedia = (wanted) => { window.asked.push(wanted); return ask(wanted); };
"""
"""Notes which devices the page asked for."""

REPLACED = """
    window.replaced = [];
    const replace = RTCRtpSender.prototype.replaceTrack;
    RTCRtpSender.prototype.replaceTrack = function (track) {
      window.replaced.push(track.getSettings().deviceId);
      return replace.call(this, track);
    };
"""
"""Notes which devices a connection went over to."""


@pytest.fixture
def several(candidates: dict[str, CandidateMedia]) -> Iterator[Browser]:
    """A browser with several cameras and microphones."""
    require_chromium()
    switches = [each for each in fake_devices() if "fake-device" not in each]
    with chromium([*switches, "--use-fake-device-for-media-stream=device-count=3"]) as running:
        yield running


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
    expect(page.locator("#check-camera")).to_be_hidden()
    assert page.evaluate("window.asked.some((wanted) => wanted.video)") is False
    tab.see("#calibrate")
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
    session, token = create(stack, language=language, questions=2, policy="hiring")
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
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
    session, token = create(stack, language=language, questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
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


@pytest.mark.requirement("pages-environment")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_each_device_is_tried_and_the_connection_measured(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    session, token = create(stack, language=language, questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
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
    session, token = create(stack, language="en", questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
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

    page.locator("#tested").click()
    tab.see("#calibrate").click()
    tab.see("#calibration-progress")
    tab.see("#anyway").click()  # the browser's test picture has no face
    tab.see("#practised").click()
    tab.see("#start-answer").click()
    tab.see("#done")
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
    session, token = create(stack, language="en", questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
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


@pytest.mark.requirement("pages-environment")
@pytest.mark.parametrize(
    ("error", "cause"),
    [("NotReadableError", "another program is using it"), ("NotFoundError", "none was found")],
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
    session, token = create(stack, language="en", questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
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
    session, token = create(stack, language=language, questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    tab.agree()
    expect(tab.see("#in-app")).to_contain_text(advice)
    tab.see("#allow").click()
    known = tab.page.evaluate("import('/browser-kind.js').then((it) => it.inAppBrowser())")
    name = tab.page.evaluate("app => import('/i18n.js').then((it) => it.t(`app.${app}`))", known)
    expect(tab.see("#device-problems")).to_contain_text(name)
    tab.look(f"{language}-3-inapp-{known}")


def test_a_pause_offers_an_end_and_never_makes_one(stack: Stack, tab: Tab) -> None:
    """Seconds of speech and of silence, and when the offer is there."""
    tab.visit(stack.gateway_url, "", key="any", lang="en")
    offers = tab.page.evaluate("""async () => {
        const { SilenceWatch } = await import("/silence.js");
        const SPEECH = 0.6, ROOM = 0.1, FAN = 0.35;
        const after = (...parts) => {
          const watch = new SilenceWatch();
          let clock = 0;
          for (const [level, seconds] of parts) {
            for (const end = clock + seconds; clock < end; clock += 0.1) watch.hear(level, clock);
          }
          return watch.offers;
        };
        return {
          silence: after([ROOM, 60]),
          cough: after([ROOM, 2], [SPEECH, 0.2], [ROOM, 20]),
          shortPause: after([ROOM, 1], [SPEECH, 5], [ROOM, 4.5]),
          shortOver: after([ROOM, 1], [SPEECH, 5], [ROOM, 5.5]),
          longPause: after([ROOM, 1], [SPEECH, 12], [ROOM, 2]),
          longOver: after([ROOM, 1], [SPEECH, 12], [ROOM, 3]),
          goesOn: after([ROOM, 1], [SPEECH, 12], [ROOM, 9], [SPEECH, 1]),
          fan: after([FAN, 60]),
          besideFan: after([FAN, 2], [SPEECH, 12], [FAN, 3]),
        };
    }""")
    assert offers == {
        "silence": False,
        "cough": False,
        "shortPause": False,
        "shortOver": True,
        "longPause": False,
        "longOver": True,
        "goesOn": False,
        "fan": False,
        "besideFan": True,
    }


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_practice_answer_stays_on_the_page(stack: Stack, tab: Tab, language: str) -> None:
    page = tab.page
    page.add_init_script("""
        window.played = [];
        const play = HTMLMediaElement.prototype.play;
        HTMLMediaElement.prototype.play = function () {
          window.played.push(this);
          return play.call(this);
        };
    """)
    session, token = create(stack, language=language, questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    tab.agree()
    tab.try_devices()
    tab.see("#calibrate").click()
    tab.see("#practice-start").click()
    expect(tab.see("#practice-done")).to_be_focused()
    expect(page.locator("#practice-turn")).to_have_attribute(
        "data-turn", "hearing", timeout=SLOW_MS
    )
    tab.look(f"{language}-6-practising")
    assert snapshot(stack, session, token)["recording"] is False
    page.locator("#practice-done").click()
    tab.see("#practice-hear").click()
    expect(page.locator("#practice-turn")).to_have_attribute(
        "data-turn", "speaking", timeout=SLOW_MS
    )
    expect(tab.see("#practice-hear")).to_be_visible(timeout=SLOW_MS)
    tab.look(f"{language}-6-practised")
    page.locator("#practice-hear").click()
    page.wait_for_function("window.played.length === 2")
    page.locator("#practised").click()
    assert page.evaluate("window.played[1].paused"), "it would talk into the question"
    tab.see("#start-answer")
    page.reload()
    tab.see("#start-answer")  # once is enough
    found: Any = snapshot(stack, session, token)
    assert (found["question"], found["attempt"], found["scores"]) == (1, 1, {})


@pytest.mark.parametrize("language", ["en", "ko"])
def test_an_answer_is_started_over_only_after_a_second_thought(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    session, token = create(stack, language=language, questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    calibrate(tab)
    page.locator("#start-answer").click()
    tab.see("#done")
    page.locator("#retake").click()
    tab.look(f"{language}-7-retake")
    page.locator("#retake-dialog button[value=stay]").click()
    tab.see("#done")
    page.locator("#retake").click()
    page.locator("#retake-dialog button[value=retake]").click()
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator("#question-attempt")).to_contain_text("2")
    assert page.evaluate("document.activeElement.matches('#start-answer, #question')")
    tab.answer(4)
    tab.see("#report")
    expect(page.locator("#feedback li").first).to_be_visible(timeout=SLOW_MS)
    tab.look(f"{language}-9-feedback")


def test_a_key_never_leaves_for_good(stack: Stack, tab: Tab) -> None:
    """Closed by a key a dialog keeps its last answer, though that one was refused."""
    page = tab.page
    session, token = create(stack, language="en", questions=1)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    calibrate(tab)
    page.evaluate("document.getElementById('leave-dialog').returnValue = 'leave'")
    page.locator("#leave").click()
    tab.see("#leave-dialog")
    page.keyboard.press("Escape")
    expect(page.locator("#leave-dialog")).to_be_hidden()
    page.locator("#start-answer").focus()
    page.keyboard.press("Enter")
    expect(tab.see("#done")).to_be_focused()  # and the keyboard keeps its place
    assert snapshot(stack, session, token)["state"] == "answering"


@pytest.mark.requirement("pages-hud")
@pytest.mark.parametrize("language", ["en", "ko"])
def test_whose_turn_it_is_what_time_is_left_and_what_may_be_hidden(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    page.add_init_script(TIME_PASSES)
    session, token = create(stack, language=language, questions=2)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    calibrate(tab)
    turn = page.locator("#turn")
    expect(turn).to_have_attribute("data-turn", re.compile("speaking|ready"), timeout=SLOW_MS)
    expect(turn).to_have_attribute("data-turn", "ready", timeout=SLOW_MS)
    page.locator("#start-answer").click()
    expect(turn).to_have_attribute("data-turn", "hearing", timeout=SLOW_MS)
    page.wait_for_timeout(1_500)

    mute(tab, on=True)
    expect(turn).to_have_attribute("data-turn", "listening", timeout=SLOW_MS)
    expect(page.locator("#offer")).to_be_hidden()
    let_pass(tab, 6)
    tab.see("#offer")
    tab.look(f"{language}-7-offer")
    page.locator("#go-on").click()
    expect(page.locator("#offer")).to_be_hidden()
    mute(tab, on=False)
    expect(turn).to_have_attribute("data-turn", "hearing", timeout=SLOW_MS)

    expect(page.locator("#hurry")).to_be_hidden()
    limit: Any = snapshot(stack, session, token)["answer_limit_s"]
    let_pass(tab, limit - 40)
    tab.see("#hurry")
    assert snapshot(stack, session, token)["state"] == "answering", "only the gateway's clock ends"
    tab.look(f"{language}-7-hurry")

    for part in ("self", "scores"):
        page.locator(f"#hide-{part}").click()
        expect(page.locator(f"#{part}-view")).to_be_hidden()
        expect(page.locator(f"#hide-{part}")).to_have_attribute("aria-expanded", "false")
    tab.look(f"{language}-7-hidden")
    page.locator("#done").click()
    saved = page.locator("#message.success")
    expect(saved).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("#hurry")).to_be_hidden()
    page.reload()
    tab.see("#start-answer")
    expect(page.locator("#self-view")).to_be_hidden()
    page.locator("#hide-self").click()
    tab.see("#video")
    page.locator("#hide-scores").click()
    expect(tab.see("#score-table")).to_contain_text("1", timeout=SLOW_MS)
