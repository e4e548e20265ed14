"""What an invitation makes easier for a candidate: more time, and no camera."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.browser import IN_KOREAN, SLOW_MS, Tab
from tests.e2e.sessions import create, snapshot
from tests.e2e.test_consent import ASKED

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

EACH = {"en": "for each purpose", "ko": "목적마다"}
UNSEEN = {"en": "not measured (no camera)", "ko": "측정하지 않음(카메라 없음)"}

EASIER = {"questions": 1, "answer_limit_s": 40, "extra_time": 1.5, "camera": "optional"}


@IN_KOREAN
def test_who_needs_no_camera_is_not_asked_for_it_and_loses_nothing(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    page.add_init_script(ASKED)
    session, token = create(stack, language=language, **EASIER)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    name = f"{language}-easier"
    tab.see("#welcome-extra")
    tab.look(f"{name}-1-welcome")
    page.locator("#welcomed").click()
    tab.see("#agree")
    expect(page.locator("[data-purpose=video]")).to_be_hidden()
    expect(page.locator("#consent-lead")).not_to_contain_text(EACH[language])
    tab.look(f"{name}-2-consent")
    page.locator("#agree").click()
    tab.see("#consent-missing")
    tab.choose("audio", True)
    page.locator("#agree").click()
    tab.try_devices(name)
    expect(page.locator("#check-camera")).to_be_hidden()
    expect(page.locator("#camera-field")).to_be_hidden()
    tab.see("#calibrate").click()
    tab.see("#practised").click()
    tab.see("#start-answer").click()
    tab.see("#done")
    assert page.evaluate("window.asked.length") > 0
    assert page.evaluate("window.asked.some((wanted) => wanted.video)") is False
    page.wait_for_timeout(5_000)
    page.locator("#done").click()
    tab.see("#report").click()
    total = page.locator("#scores tr[data-question='1'] [data-component=total]")
    expect(total).to_have_text(re.compile(r"^\d+\.\d$"), timeout=SLOW_MS)
    expect(tab.see("#unseen")).to_contain_text(UNSEEN[language])
    assert page.locator("#content .insufficient").count() == 0
    tab.look(f"{name}-9-report")
    found: Any = snapshot(stack, session, token)
    assert (found["answer_limit_s"], found["consent"]["video"]) == (60, False)
