"""Inviting somebody who answers in writing, and what they are told, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from gateway.accounts.model import Role
from tests.e2e.browser import Tab
from tests.integration.accounts.test_pages import (
    CANDIDATES,
    EMAIL,
    POSITIONS,
    gateway,
    in_browser,
    logged_in,
    make_job,
)
from tests.support.gateway import RunningGateway
from tests.support.people import make

__all__ = ["gateway"]

pytestmark = pytest.mark.integration

IN_WRITING = {"en": "in writing", "ko": "글로 답변"}
SPEAKING = {"en": ("speaking", "calibrat", "voice"), "ko": ("말로", "보정", "목소리")}


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_who_is_invited_to_write_is_asked_for_their_text_alone(
    gateway: RunningGateway, tmp_path: Path, language: str
) -> None:
    await make(gateway, Role.RECRUITER, EMAIL)

    def look(tab: Tab, url: str) -> None:
        page = tab.page
        logged_in(tab, url)
        page.wait_for_url("**/jobs.html")
        page.check(f"[name=language][value={language}]")
        make_job(tab, url, POSITIONS[language][0])
        page.fill("#form [name=name]", CANDIDATES[language][0])
        page.check("[name=typed]")
        page.check("[name=unseen]")
        tab.look(f"invite-typed-{language}")
        with page.expect_response("**/invitations") as reply:
            page.click("#form button")
        expect(page.locator("#rows th .hint")).to_have_text([IN_WRITING[language]])
        expect(page.locator("[name=typed]")).not_to_be_checked()
        tab.look(f"invited-typed-{language}")
        page.goto(f"{url}{reply.value.json()['link']}")
        tab.see("#welcomed")
        expect(page.locator("#steps li:visible")).to_have_count(3)
        welcome = tab.panel("welcome").inner_text()
        tab.look(f"welcome-typed-{language}")
        page.click("#welcomed")
        tab.see("#agree")
        expect(page.locator("[data-purpose]:visible")).to_have_count(1)
        told = welcome + tab.panel("consent").inner_text()
        assert not [words for words in SPEAKING[language] if words in told]
        tab.must_fit(f"consent-typed-{language}")
        page.click("#agree")
        tab.see("#consent-missing")
        tab.look(f"consent-typed-{language}")
        tab.choose("text", False)
        page.click("#agree")
        tab.see("#reconsider")
        tab.look(f"declined-typed-{language}")

    await in_browser(gateway, tmp_path, language, look)
