"""The calibration's live guide: how to sit, seen at once and said without chatter."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.browser import (
    IN_ENGLISH,
    IN_KOREAN,
    SLOW_MS,
    Tab,
    chromium,
    fake_devices,
    require_chromium,
)
from tests.e2e.sessions import enter

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def sit_down(stack: Stack, tab: Tab, language: str) -> None:
    enter(stack, tab, language=language, questions=1)
    tab.agree()
    tab.try_devices()
    tab.see("#calibrate")


@pytest.mark.requirement("pages-calibration")
@IN_ENGLISH
def test_who_sits_well_is_told_so(stack: Stack, tab: Tab, language: str) -> None:
    sit_down(stack, tab, language)
    advice = tab.panel("calibrate").locator(".advice")
    expect(advice).to_have_attribute("data-advice", "good", timeout=SLOW_MS)
    expect(tab.page.locator("#face-guide")).to_have_attribute("data-advice", "good")
    expect(tab.page.locator("#guide-said")).not_to_be_empty(timeout=SLOW_MS)
    tab.look(f"{language}-5-guide-good")


@pytest.mark.requirement("pages-calibration")
@IN_KOREAN
def test_no_face_has_words_of_its_own(stack: Stack, tmp_path: Path, language: str) -> None:
    require_chromium()
    with chromium(fake_devices()) as browser:  # its test picture has no face
        tab = Tab.open(browser, tmp_path)
        sit_down(stack, tab, language)
        advice = tab.panel("calibrate").locator(".advice")
        expect(advice).to_have_attribute("data-advice", "no_face", timeout=SLOW_MS)
        words = {"en": "No face can be seen", "ko": "얼굴이 보이지 않습니다"}[language]
        expect(advice).to_contain_text(words)
        expect(tab.page.locator("#guide-said")).to_contain_text(words, timeout=SLOW_MS)
        tab.look(f"{language}-5-guide-no-face")
        tab.page.locator("#calibrate").click()
        problem = {"en": "No face was seen", "ko": "얼굴이 보이지 않았습니다"}[language]
        expect(tab.see("#calibration-problems")).to_contain_text(problem, timeout=SLOW_MS)
        expect(advice).to_have_attribute("data-advice", "no_face", timeout=SLOW_MS)
        assert tab.complaints == []


@pytest.mark.requirement("pages-calibration")
def test_a_screen_reader_hears_what_lasts_and_nothing_twice(stack: Stack, tab: Tab) -> None:
    """Advice by seconds on the page's clock, and what was said until then."""
    tab.visit(stack.gateway_url, "interview.html", session="s_x", token="x")
    tab.see("#failure-text")
    tab.complaints.clear()  # there is no such interview
    said = tab.page.evaluate("""async () => {
        const { FaceGuide } = await import("/face-guide.js");
        let now = 0;
        performance.now = () => now;
        const box = document.getElementById("guide-said");
        const guide = new FaceGuide(() => {});
        const on = { snapshot: { epoch: 1 }, link: { state: "connected" }, wantsVideo: true };
        guide.follow("calibrate", on);
        const said = [];
        const after = (seconds, advice) => {
          for (const end = now + 1000 * seconds; now < end; now += 250) {
            guide.take({ advice });
            guide.tick();
            if (said.at(-1) !== box.textContent) said.push(box.textContent);
          }
          const shown = document.querySelector("[data-guide] .advice").dataset.advice;
          if (shown !== advice) said.push(`shown: ${shown}`);
        };
        now = 10_000;
        after(3, "nearer");
        after(0.5, "good");
        after(0.5, "nearer");
        after(0.5, "middle");
        after(6, "good");
        after(20, "good");
        after(1, "nonsense");
        return said;
    }""")
    assert said == [
        "",
        "Come a little nearer to the camera.",
        "Good, stay just like that.",
        "shown: good",  # what the page has no words for is left out
    ]
