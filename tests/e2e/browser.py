"""A headless Chromium with a fake camera and microphone, and the plain page in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from deploy.local import programs

CHROMIUM = programs.find(*programs.CHROMIUM)
DESKTOP, PHONE = 1280, 390
"""Widths in pixels at which every state of the page is looked at."""
NARROW = (360, 320)
"""Those of smaller phones, and of a desktop at four times the size."""

_ALWAYS = ("--no-sandbox", "--disable-background-networking")
_FAKE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")

IN_ENGLISH, IN_KOREAN = (pytest.mark.parametrize("language", [each]) for each in ("en", "ko"))
"""What takes a minute is done in one of them, and what takes seconds in both."""

SLOW_MS = 60_000
"""The machine may be busy: how long a step of the interview may take."""


def require_chromium() -> None:
    """Skip the calling test where there is no Chromium; under CI that is a failure."""
    if CHROMIUM:
        return
    message = "Chromium is missing: deploy/setup.sh tests"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def fake_devices(*, video: Path | None = None, audio: Path | None = None) -> tuple[str, ...]:
    """Return the switches that show and play files; None: Chromium's test picture or beep."""
    files = {"video": video, "audio": audio}
    return (
        *_FAKE,
        *(f"--use-file-for-fake-{kind}-capture={path}" for kind, path in files.items() if path),
    )


@contextmanager
def chromium(switches: Sequence[str], program: Path | None = None) -> Iterator[Browser]:
    """Run a headless Chromium; ``program`` may start it in a place of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program or CHROMIUM, args=[*_ALWAYS, *switches]
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Tab:
    """A tab, what it complained about, and where its pictures go."""

    page: Page
    pictures: Path
    complaints: list[str] = field(default_factory=list)
    _allowed: list[str] = field(default_factory=list)

    @classmethod
    def open(
        cls,
        browser: Browser,
        pictures: Path,
        user_agent: str | None = None,
        *,
        warned: bool = False,
    ) -> Tab:
        """Open a tab in a context of its own; ``warned``: of a certificate, and went on."""
        page = browser.new_context(
            viewport={"width": DESKTOP, "height": 800},
            user_agent=user_agent,
            ignore_https_errors=warned,
        ).new_page()
        return cls.of(page, pictures)

    @classmethod
    def of(cls, page: Page, pictures: Path) -> Tab:
        """Return a tab that hears what ``page`` complains about from now on."""
        page.set_default_timeout(SLOW_MS)
        tab = cls(page, pictures)
        page.on("pageerror", lambda error: tab.complaints.append(f"error: {error}"))
        page.on(
            "console",
            lambda message: (
                tab.complaints.append(f"console: {message.text}")
                if message.type == "error"
                else None
            ),
        )
        return tab

    def allow(self, pattern: str) -> None:
        """Expect complaints that ``pattern`` matches as a whole: the test must cause them."""
        self._allowed.append(pattern)

    def must_not_complain(self) -> None:
        """Check that there were no complaints but those that were allowed."""
        others = [
            each
            for each in self.complaints
            if not any(re.fullmatch(pattern, each) for pattern in self._allowed)
        ]
        assert others == []

    def visit(self, base: str, path: str, **fragment: str) -> None:
        """Open one of the pages; a fragment alone would not load it again."""
        self.page.goto("about:blank")
        self.page.goto(f"{base}/{path}#{urlencode(fragment)}")

    def panel(self, name: str) -> Locator:
        """The panel of the interview page."""
        return self.page.locator(f"section[data-panel={name}]")

    def see(self, selector: str) -> Locator:
        """Wait until an element is visible."""
        found = self.page.locator(selector)
        expect(found).to_be_visible(timeout=SLOW_MS)
        return found

    def look(self, name: str) -> None:
        """Take the state's picture on a desktop and on a phone.

        Nothing may stick out sideways, and axe-core may find nothing that shuts people out.
        """
        for width, height in ((PHONE, 844), (DESKTOP, 800)):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.screenshot(path=str(self.pictures / f"{name}-{width}.png"), full_page=True)
            widest = self.page.evaluate("document.documentElement.scrollWidth")
            assert widest <= width, f"{name}: {widest} px wide on a screen of {width} px"
            found = Axe().run(self.page).response["violations"]
            barriers = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
            assert barriers == [], f"{name}: {barriers}"

    def must_fit(self, name: str) -> None:
        """Check that nothing sticks out sideways on a small phone, nor touches its edge."""
        before = self.page.viewport_size
        assert before is not None
        for width in NARROW:
            self.page.set_viewport_size({"width": width, "height": 640})
            self.page.screenshot(path=str(self.pictures / f"{name}-{width}.png"), full_page=True)
            furthest = self.page.evaluate(
                "Math.max(document.documentElement.scrollWidth,"
                " 12 + document.querySelector('.bar > :last-child').getBoundingClientRect().right)"
            )
            assert furthest <= width, f"{name}: {furthest} px wide on a screen of {width} px"
        self.page.set_viewport_size(before)

    def access(self) -> tuple[str, str]:
        """Return session and token from the tab's address."""
        found: dict[str, str] = self.page.evaluate(
            "Object.fromEntries(new URLSearchParams(location.hash.slice(1)))"
        )
        return found["session"], found["token"]

    def fonts(self, selector: str) -> dict[str, int]:
        """Return how many glyphs of an element each real font drew."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("DOM.enable")
        session.send("CSS.enable")
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": selector})
        used: list[dict[str, Any]] = session.send(
            "CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]}
        )["fonts"]
        return {font["familyName"]: int(font["glyphCount"]) for font in used}

    def agree(self, *, video: bool = True, name: str = "") -> None:
        """Read the welcome and say what may be recorded; take pictures if they have a ``name``."""
        self.see("#welcomed")
        if name:
            self.look(f"{name}-1-welcome")
        self.page.locator("#welcomed").click()
        self.see("#agree")
        self.choose("audio", True)
        self.choose("video", video)
        if name:
            self.look(f"{name}-2-consent")
        self.page.locator("#agree").click()

    def choose(self, purpose: str, agreed: bool) -> None:
        """Choose for one purpose of the consent."""
        value = "yes" if agreed else "no"
        self.page.locator(f"#consent-form [name={purpose}][value={value}]").check()

    def try_devices(self, name: str = "") -> None:
        """Give the page its devices and go through the environment test."""
        self.see("#allow")
        if name:
            self.look(f"{name}-3-devices")
        self.page.locator("#allow").click()
        expect(self.see("#tested")).to_be_enabled(timeout=SLOW_MS)
        if name:
            self.look(f"{name}-4-test")
        self.page.locator("#tested").click()

    def answer(self, seconds: float) -> None:
        """Answer the question that is on the page."""
        self.see("#start-answer").click()
        expect(self.see("#done")).to_be_enabled()
        self.page.wait_for_timeout(seconds * 1000)
        self.page.locator("#done").click()


def calibrate(tab: Tab, name: str = "") -> None:
    """Agree, give the page its devices, calibrate, and wait for the question."""
    tab.agree(name=name)
    tab.try_devices(name)
    tab.see("#calibrate")
    if name:
        tab.look(f"{name}-5-calibrate")
    tab.page.locator("#calibrate").click()
    tab.see("#calibration-progress")
    if name:
        tab.look(f"{name}-5-calibrating")
    tab.see("#practised")
    if name:
        tab.look(f"{name}-6-practice")
    tab.page.locator("#practised").click()
    tab.see("#start-answer")
