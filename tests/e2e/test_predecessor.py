"""Failures of the predecessor's pages that had no test there.

A permission that was misnamed and the race of play and pause are in ``test_page.py``:
``test_devices_that_cannot_be_had_are_explained``, ``test_each_question_is_heard_once...``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from deploy.local.stack import Stack
from tests.e2e.browser import (
    IN_ENGLISH,
    IN_KOREAN,
    SLOW_MS,
    Tab,
    calibrate,
    chromium,
    fake_devices,
    require_chromium,
)
from tests.e2e.sessions import enter, snapshot

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(600),
    pytest.mark.requirement("pages-old-failures"),
]

INSUFFICIENT = {"en": "insufficient evidence", "ko": "근거 부족"}


@IN_ENGLISH
def test_no_face(stack: Stack, tmp_path: Path, language: str) -> None:
    """The page crashed on the score of an answer in which no face was seen."""
    require_chromium()
    with chromium(fake_devices()) as browser:  # its test picture has no face
        tab = Tab.open(browser, tmp_path)
        page = tab.page
        enter(stack, tab, language=language, questions=2)
        tab.agree()
        tab.try_devices()
        tab.see("#calibrate").click()
        tab.see("#anyway").click()
        tab.see("#practised").click()
        tab.answer(3)
        row = page.locator("#score-table tr[data-question='1']")
        for part in ("gaze", "smile", "posture", "emotion"):
            cell = row.locator(f"[data-component={part}]")
            expect(cell).to_have_text(INSUFFICIENT[language], timeout=SLOW_MS)
        tab.look(f"{language}-8-no-face")
        tab.answer(3)
        tab.see("#report").click()
        stored = page.locator("#scores tr[data-question='1'] [data-component=smile]")
        expect(stored).to_have_text(INSUFFICIENT[language], timeout=SLOW_MS)
        tab.look(f"{language}-9-no-face")
        assert tab.complaints == []


def test_scores_of_undefined(stack: Stack, tab: Tab) -> None:
    """Nothing is read of a score, or of a part of it, that is not there."""
    tab.visit(stack.gateway_url, "report.html", lang="en")
    shown: Any = tab.page.evaluate("""async () => {
        const { applyEvent } = await import("/interview-state.js");
        const { showScores } = await import("/score-table.js");
        const { feedbackOf } = await import("/feedback.js");
        const { drawReport } = await import("/report-view.js");
        const shown = { policy: "practice", video: true };
        const none = { value: null, coverage: 0 };
        const bare = { type: "question.scored", question: 1, attempt: 1, evidence: 0 };
        const parts = { gaze: none, voice: { value: 71, coverage: 1 }, smile: null };
        const table = document.createElement("table");
        const found = [];
        for (const event of [bare, { ...bare, ...parts, evidence: 1, stage: "final" }]) {
          const { scores } = applyEvent({ scores: {} }, event);
          showScores(table, scores, shown);
          feedbackOf(scores, shown);
          const cells = [...table.querySelectorAll("tbody td")];
          found.push(cells.map((cell) => cell.textContent));
        }
        showScores(table, {}, shown);
        feedbackOf({}, shown);
        const question = {
          question: 1, attempt: 1, stage: "pending", question_text: "Why?", ...parts,
          posture: none, emotion: null, total: none, transcript: "", first_words: "", words: 0,
          words_per_minute: null, fillers: 0, confidence: null, pauses: 0, longest_pause_ms: 0,
          judgements: [],
        };
        const report = {
          ...shown, position: "", company: "", created_at: null, duration_s: null,
          question_count: 0, questions_planned: 1, means: {},
        };
        for (const questions of [[], [question], [{ ...question, stage: "final" }]]) {
          drawReport({ ...report, questions });
        }
        return found;
    }""")
    nothing = INSUFFICIENT["en"]
    assert shown == [[nothing] * 6, [nothing, "71.0", *[nothing] * 4]]


COUNTED = """
    window.started = 0;
    window.sent = [];
    const start = MediaRecorder.prototype.start;
    MediaRecorder.prototype.start = function (...given) {
      window.started += 1;
      return start.apply(this, given);
    };
    const send = RTCDataChannel.prototype.send;
    RTCDataChannel.prototype.send = function (text) {
      window.sent.push(JSON.parse(text).command);
      return send.call(this, text);
    };
"""
"""Counts recorders that are started, and keeps the commands that are sent."""


def press_twice(tab: Tab, selector: str, apart_ms: int = 250) -> None:
    """Double-click slowly where a button is, whatever has taken its place meanwhile."""
    box = tab.see(selector).bounding_box()
    assert box is not None
    mouse = tab.page.mouse
    mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    for count in (1, 2):
        mouse.down(click_count=count)
        mouse.up(click_count=count)
        tab.page.wait_for_timeout(apart_ms)


def test_recorder_started_twice(stack: Stack, tab: Tab) -> None:
    """Whoever presses twice starts one recording: here, in the practice, and at the gateway."""
    page = tab.page
    page.add_init_script(COUNTED)
    session, token = enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.see("#allow").dblclick()
    expect(tab.see("#tested")).to_be_enabled(timeout=SLOW_MS)
    page.locator("#record").dblclick()
    expect(page.locator("#record")).to_be_enabled(timeout=SLOW_MS)
    assert page.evaluate("window.started") == 1
    page.locator("#tested").click()
    tab.see("#calibrate").dblclick()
    press_twice(tab, "#practice-start")
    tab.see("#practice-done")
    assert page.evaluate("window.started") == 2
    page.locator("#practice-done").click()
    tab.see("#practised").click()
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    press_twice(tab, "#start-answer")
    expect(tab.see("#done")).to_be_enabled()
    for command in ("calibrate", "answer.start"):
        assert page.evaluate("window.sent").count(command) == 1, command
    expect(page.locator("#message")).to_be_hidden()
    page.wait_for_timeout(1_500)
    page.locator("#done").dblclick()
    tab.see("#report")
    assert page.evaluate("window.sent").count("answer.end") == 1
    found: Any = snapshot(stack, session, token)
    assert (found["attempt"], found["answered"]) == (1, [1])


@IN_KOREAN
def test_404_taken_for_cors(stack: Stack, tab: Tab, language: str) -> None:
    """What does not exist is told from a server that cannot be reached, JSON or not."""
    unknown, unreachable = {
        "en": ("does not exist", "cannot be reached"),
        "ko": ("존재하지 않는 면접", "서버에 연결할 수 없습니다"),
    }[language]
    page = tab.page
    tab.visit(stack.gateway_url, "", key="any", lang=language)
    pattern = "**/api/sessions/s_gone"
    replies = {
        "ours": lambda route: route.continue_(),
        "proxy": lambda route: route.fulfill(status=404, body="<h1>Not found</h1>"),
        "away": lambda route: route.abort(),
    }
    told = {}
    for name, reply in replies.items():
        page.route(pattern, reply)
        told[name] = page.evaluate("""async () => {
            const { fetchSnapshot } = await import("/api.js");
            try {
              await fetchSnapshot({ session: "s_gone", token: "x" });
            } catch ({ code, status, permanent, advice }) {
              return { code, status, permanent, advice };
            }
        }""")
        page.unroute(pattern)
    assert told["ours"]["status"] == 401, "the token is read first"
    assert (told["proxy"]["status"], told["proxy"]["permanent"]) == (404, True)
    assert unknown in told["proxy"]["advice"]
    assert (told["away"]["code"], told["away"]["permanent"]) == ("network", False)
    assert unreachable in told["away"]["advice"]

    def gone(route: Route) -> None:
        route.fulfill(
            status=404, json={"error": {"code": "unknown_session", "message": "there is none"}}
        )

    enter(stack, tab, language=language, questions=1)
    calibrate(tab)
    page.route("**/rtc/offer", gone)
    page.reload()
    expect(tab.see("#failure-text")).to_contain_text(unknown)
    expect(page.locator("#trouble")).to_be_hidden()
    tab.look(f"{language}-failure-404")
    tab.complaints.clear()  # the browser logs each refused request as an error
