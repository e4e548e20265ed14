"""Who is away for a while: a closed lid, a gateway that restarts."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import expect

from deploy.demo.media import CandidateMedia
from deploy.local.stack import Stack
from tests.e2e.browser import (
    IN_ENGLISH,
    IN_KOREAN,
    SLOW_MS,
    Tab,
    calibrate,
    fake_devices,
    require_chromium,
)
from tests.e2e.far import CONFLICT, browser_far_from, gateway_of
from tests.e2e.sessions import enter, snapshot
from tests.support.apart import apart
from tests.support.network import why_not

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

AWAY = {"en": "while this page was not connected", "ko": "연결이 끊겨 있는 동안"}

INTERRUPTED = {"en": "interrupted and not saved", "ko": "중간에 끊겨 저장되지 않았습니다"}
RESTARTING = {
    "en": (
        "You are connected again.",
        "Trying again",
        "The server is restarting. Stay on this page: your interview goes on at the same question.",
    ),
    "ko": (
        "다시 연결되었습니다.",
        "다시 연결",
        "서버를 다시 시작하고 있습니다. 그대로 두시면 면접이 같은 질문에서 이어집니다.",
    ),
}


def start_answering(tab: Tab) -> None:
    calibrate(tab)
    tab.page.locator("#start-answer").click()
    expect(tab.see("#done")).to_be_enabled()


def command_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has ended meanwhile
        return []


def wait_for(look: Callable[[], dict[str, Any]], *, state: str) -> dict[str, Any]:
    """Return what ``look`` finds once it says ``state``; the page may be asleep meanwhile."""
    for _ in range(SLOW_MS // 500):
        found = look()
        if found["state"] == state:
            return found
        time.sleep(0.5)
    raise AssertionError(f"it is {found['state']}, not {state}")


@contextmanager
def lid_closed() -> Iterator[None]:
    """Stop the processes of the pages, which also carry what they send, as sleep stops them."""
    pages = [
        each
        for each in psutil.Process().children(recursive=True)
        if "--type=renderer" in command_of(each)
    ]
    assert pages
    for each in pages:
        os.kill(each.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for each in pages:
            os.kill(each.pid, signal.SIGCONT)


@pytest.mark.requirement("webrtc-resume")
def test_who_opens_the_lid_in_time_answers_the_same_question_again(stack: Stack, tab: Tab) -> None:
    page = tab.page
    session, token = enter(stack, tab, language="en", questions=1)
    start_answering(tab)
    question = page.locator("#question").inner_text()
    with lid_closed():
        asleep = wait_for(lambda: snapshot(stack, session, token), state="asked")
        assert asleep["attempt"] == 2
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator("#message")).to_contain_text(INTERRUPTED["en"])
    expect(page.locator("#question")).to_have_text(question)
    tab.answer(3)
    tab.see("#report")
    tab.complaints.clear()


@pytest.mark.requirement("webrtc-resume")
@IN_KOREAN
def test_who_sleeps_too_long_is_told_that_the_interview_has_ended(
    stack: Stack, candidates: dict[str, CandidateMedia], tmp_path: Path, language: str
) -> None:
    require_chromium()
    if reason := why_not():
        pytest.skip(reason)
    media = candidates["attentive"].browser
    assert media is not None
    switches = fake_devices(video=media.video, audio=media.audio)
    brief = {"VIVA_GATEWAY_PEER_TIMEOUT_S": "3", "VIVA_GATEWAY_RECONNECT_GRACE_S": "3"}
    with (
        gateway_of(stack, tmp_path, **brief) as gateway,
        browser_far_from(gateway, tmp_path, switches) as far,
    ):
        tab, page = far.tab, far.tab.page
        tab.allow(CONFLICT)  # it returns to an interview that has ended
        session, token = far.enter(language=language, questions=2)
        calibrate(tab)
        tab.answer(3)
        expect(page.locator("#question-number")).to_contain_text("2", timeout=SLOW_MS)
        expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
        page.locator("#start-answer").click()
        tab.see("#done")
        with lid_closed():
            wait_for(lambda: apart(gateway.snapshot(session, token)), state="ended")
        tab.see("#report")
        expect(page.locator("#ended-lead")).to_contain_text(AWAY[language])
        expect(page.locator("#steps .past")).to_have_count(3)  # all but the questions
        assert page.evaluate("document.getElementById('video').srcObject") is None
        tab.look(f"{language}-9-away-too-long")


@pytest.mark.requirement("webrtc-resume")
@IN_ENGLISH
def test_a_gateway_that_restarts_is_announced_and_waited_for(
    stack: Stack, tab: Tab, language: str
) -> None:
    """Between the question and its answer it costs nothing, within an answer that answer."""
    back, again, restarting = RESTARTING[language]
    page = tab.page
    session, token = enter(stack, tab, language=language, questions=1)
    calibrate(tab)
    question = page.locator("#question").inner_text()
    apart(stack.restart("gateway"))
    message = page.locator("#message")
    expect(message).to_have_text(back, timeout=SLOW_MS)
    expect(tab.see("#start-answer")).to_be_enabled()
    expect(page.locator("#question")).to_have_text(question)
    assert snapshot(stack, session, token)["attempt"] == 1

    page.locator("#start-answer").click()
    expect(tab.see("#done")).to_be_enabled()
    apart(stack.stop_process("gateway"))
    trouble = page.locator("#trouble")
    expect(page.locator("#trouble-text")).to_have_text(restarting, timeout=SLOW_MS)
    expect(trouble).to_contain_text(again, timeout=SLOW_MS)
    expect(message).to_be_hidden()
    tab.look(f"{language}-7-restarting")
    tab.must_fit(f"{language}-7-restarting")
    apart(stack.start_process("gateway"))
    expect(message).to_contain_text(INTERRUPTED[language], timeout=SLOW_MS)
    expect(page.locator("#question")).to_have_text(question)
    assert snapshot(stack, session, token)["attempt"] == 2
    tab.answer(3)
    tab.see("#report")
    tab.complaints.clear()
