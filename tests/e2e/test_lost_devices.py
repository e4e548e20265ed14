"""Camera and microphone that are pulled out, put back, or chosen meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.browser import (
    IN_ENGLISH,
    SLOW_MS,
    THOROUGH,
    Tab,
    calibrate,
)
from tests.e2e.devices import HELD, REPLACED, UNPLUGGED, begin_unseen
from tests.e2e.sessions import enter, snapshot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


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
    stack: Stack, choosing: Tab
) -> None:
    tab, page = choosing, choosing.page
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
    stack: Stack, choosing: Tab, happens: str
) -> None:
    tab, page = choosing, choosing.page
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


@pytest.mark.requirement("pages-environment")
def test_a_camera_that_is_gone_leaves_the_microphone_as_it_was_chosen(
    stack: Stack, choosing: Tab
) -> None:
    tab = choosing
    tab.visit(stack.gateway_url, "", lang="en")
    chosen, opened = tab.page.evaluate("""async () => {
        const { listDevices, openDevices, stopTracks } = await import("/devices.js");
        stopTracks(await openDevices({ video: true })); // before that they have no names
        const microphone = (await listDevices()).microphone.at(-1).id;
        const stream = await openDevices({ video: true, camera: "gone", microphone });
        return [microphone, stream.getAudioTracks()[0].getSettings().deviceId];
    }""")
    assert opened == chosen


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


RELOADED = {
    "en": (
        "No camera was found.",
        "goes on with your voice",
        "interrupted and not saved",
        "Microphone: it was disconnected",
        "is back",
    ),
    "ko": (
        "카메라를 찾을 수 없습니다",
        "목소리만으로",
        "중간에 끊겨 저장되지 않았습니다",
        "마이크: 연결이 끊어졌습니다",
        "다시 연결되었습니다",
    ),
}


@pytest.mark.requirement("pages-environment")
@IN_ENGLISH
def test_without_a_camera_the_page_is_reloaded_and_the_microphone_plugged_in_again(
    stack: Stack, tab: Tab, language: str
) -> None:
    none, blind, interrupted, unplugged, back = RELOADED[language]
    page = tab.page
    session, token = start_answering(stack, tab, language)
    page.add_init_script("window.unplugged.push('video')")
    page.reload()
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    expect(tab.see("#camera-off")).to_contain_text(none)
    expect(tab.see("#blind")).to_contain_text(blind)
    expect(tab.see("#message")).to_contain_text(interrupted)
    tab.look(f"{language}-7-reloaded-blind")
    page.locator("#start-answer").click()
    expect(tab.see("#done")).to_be_enabled(timeout=SLOW_MS)
    page.evaluate("window.unplug('audio')")
    expect(tab.see("#device-problems")).to_contain_text(unplugged)
    page.evaluate("window.plug('audio')")
    expect(tab.see("#done")).to_be_enabled(timeout=SLOW_MS)
    turn = page.locator("#turn")
    expect(turn).to_have_attribute("data-turn", "hearing", timeout=SLOW_MS)
    page.evaluate("window.plug()")
    expect(page.locator("#message")).to_contain_text(back)
    expect(page.locator("#blind")).to_be_hidden()
    expect(page.locator("#camera-off")).to_be_hidden()
    page.wait_for_function("() => document.getElementById('video').videoWidth > 0")
    found = snapshot(stack, session, token)
    assert (found["state"], found["attempt"], found["epoch"]) == ("answering", 2, 2)
    page.locator("#done").click()
    tab.see("#report")


@pytest.mark.requirement("pages-environment")
@IN_ENGLISH
def test_before_the_calibration_who_agreed_to_a_camera_needs_one_or_another_choice(
    stack: Stack, tab: Tab, language: str
) -> None:
    cause, none, way_out, disconnected = {
        "en": (
            "Camera: not found",
            "No camera was found.",
            "change what you agreed to",
            "Disconnected",
        ),
        "ko": (
            "카메라: 장치를 찾을 수 없습니다",
            "카메라를 찾을 수 없습니다",
            "동의 내용을 바꾸세요",
            "연결 종료",
        ),
    }[language]
    page = tab.page
    page.add_init_script(UNPLUGGED)
    page.add_init_script("window.unplugged.push('video')")
    enter(stack, tab, language=language, questions=1)
    tab.agree()
    tab.see("#allow").click()
    expect(tab.see("#device-problems")).to_contain_text(cause)
    expect(tab.see("#check-network")).to_have_attribute("data-state", "ok", timeout=SLOW_MS)
    expect(page.locator("#tested")).to_be_hidden()
    expect(page.locator("#check-camera")).to_contain_text(none)
    expect(tab.see("#without-camera")).to_contain_text(way_out)
    expect(page.locator("section[data-panel=devices] .change-consent")).to_be_visible()
    expect(page.get_by_text(disconnected)).to_have_count(0)
    tab.look(f"{language}-4-no-camera")
    page.evaluate("window.plug()")
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator("#device-problems")).to_be_hidden()
    expect(page.locator("#without-camera")).to_be_hidden()
