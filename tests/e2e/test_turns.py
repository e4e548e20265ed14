"""Whose turn it is: practice, pauses, the time that is left, starting over, leaving."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.browser import IN_ENGLISH, IN_KOREAN, SLOW_MS, Tab, calibrate
from tests.e2e.sessions import enter, snapshot

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


def test_a_pause_offers_an_end_and_never_makes_one(stack: Stack, tab: Tab) -> None:
    """Seconds of speech and of silence, and when the offer is there."""
    tab.visit(stack.gateway_url, "", key="any", lang="en")
    offers = tab.page.evaluate("""async () => {
        const { SilenceWatch } = await import("/silence.js");
        const SPEECH = 0.6, ROOM = 0.1, FAN = 0.35;
        const after = (...parts) => afterWith(1, ...parts);
        const afterWith = (patience, ...parts) => {
          const watch = new SilenceWatch(patience);
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
          patientPause: afterWith(2, [ROOM, 1], [SPEECH, 12], [ROOM, 4.5]),
          patientOver: afterWith(2, [ROOM, 1], [SPEECH, 12], [ROOM, 5.5]),
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
        "patientPause": False,
        "patientOver": True,
        "fan": False,
        "besideFan": True,
    }


@IN_KOREAN
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
    session, token = enter(stack, tab, language=language, questions=1)
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
    expect(tab.panel("practice").locator("button:visible").first).to_have_id("practised")
    tab.look(f"{language}-6-practised")
    page.locator("#practice-hear").click()
    page.wait_for_function("() => window.played.length === 2")
    page.locator("#practised").click()
    assert page.evaluate("window.played[1].paused"), "it would talk into the question"
    tab.see("#start-answer")
    page.reload()
    tab.see("#start-answer")  # once is enough
    found: Any = snapshot(stack, session, token)
    assert (found["question"], found["attempt"], found["scores"]) == (1, 1, {})


@IN_KOREAN
def test_an_answer_is_started_over_only_after_a_second_thought(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    enter(stack, tab, language=language, questions=1)
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


@IN_ENGLISH
def test_an_answer_is_started_over_only_as_often_as_allowed(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    wish = {"questions": 1, "answer_limit_s": 40, "retakes": 1}
    session, token = enter(stack, tab, language=language, **wish)
    expect(tab.see("#welcome-lead")).to_contain_text("40")
    calibrate(tab)
    page.locator("#start-answer").click()
    tab.see("#retake").click()
    expect(tab.see("#retake-left")).to_contain_text("1")
    tab.look(f"{language}-7-retake-once")
    page.locator("#retake-dialog button[value=retake]").click()
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    page.locator("#start-answer").click()
    tab.see("#done")
    expect(page.locator("#retake")).to_be_hidden()
    tab.look(f"{language}-7-no-retake")
    expect(page.locator("#hurry")).to_be_visible(timeout=SLOW_MS)  # 15 seconds before its limit
    tab.see("#report")
    found: Any = snapshot(stack, session, token)
    assert (found["attempt"], found["answered"]) == (2, [1])


def test_a_key_never_leaves_for_good(stack: Stack, tab: Tab) -> None:
    """Closed by a key a dialog keeps its last answer, though that one was refused."""
    page = tab.page
    session, token = enter(stack, tab, language="en", questions=1)
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
@IN_ENGLISH
def test_whose_turn_it_is_what_time_is_left_and_what_may_be_hidden(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    page.add_init_script(TIME_PASSES)
    session, token = enter(stack, tab, language=language, questions=2)
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
    expect(page.locator("#level")).to_be_visible()
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
