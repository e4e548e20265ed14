"""An interview in writing, from its link to its report, by keyboard and without any device."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from playwright.sync_api import expect

from deploy.local.recording import capture
from deploy.local.stack import Stack
from schemas.topics import Topic
from tests.e2e.browser import IN_ENGLISH, IN_KOREAN, SLOW_MS, Tab, chromium, require_chromium
from tests.e2e.sessions import create, snapshot
from tests.e2e.test_consent import ASKED
from tests.support.apart import apart
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

FIRST = {
    "en": "I led the migration of our billing system. It took four months.",
    "ko": "결제 시스템을 옮기는 일을 이끌었습니다. 넉 달이 걸렸습니다.",
}
MORE = {"en": " Nobody had to work at night.", "ko": " 밤에 일한 사람은 없었습니다."}
SECOND = {"en": "I read, and I run.", "ko": "책을 읽고 달리기를 합니다."}
SAVED = {"en": "Saved", "ko": "저장됨"}
ON = {"en": "Go on writing", "ko": "이어서 쓰기"}
WRITTEN = {"en": "answered in writing", "ko": "글로 답변함"}
JOINED = {"en": "are both below", "ko": "함께 두었습니다"}
NEVER = ("undefined", "NaN", "null", "insufficient", "근거 부족")

SENDS = """
    window.sent = [];
    window.held = false;
    const send = RTCDataChannel.prototype.send;
    RTCDataChannel.prototype.send = function (text) {
      if (JSON.parse(text).command === "answer.text") {
        if (window.held) return;
        window.sent.push(performance.now());
      }
      return send.call(this, text);
    };
"""
"""Notes when drafts are sent; while ``window.held`` none gets through."""

AREA = "#answer-text"
_TABS = 40


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    """A tab of a browser that has no device, and no permission to use one."""
    require_chromium()
    with chromium([]) as running:
        opened = Tab.open(running, tmp_path)
        opened.page.add_init_script(ASKED)
        opened.page.add_init_script(SENDS)
        yield opened
        assert opened.page.evaluate("window.asked") == []
        opened.must_not_complain()


def go_to(tab: Tab, selector: str) -> None:
    """Move the focus to an element as the keyboard does."""
    for _ in range(_TABS):
        if tab.page.evaluate("(wanted) => document.activeElement?.matches(wanted)", selector):
            return
        tab.page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not get to {selector}")


def press(tab: Tab, selector: str, key: str = "Enter") -> None:
    """Use a control by keyboard."""
    expect(tab.see(selector)).to_be_enabled(timeout=SLOW_MS)
    go_to(tab, selector)
    tab.page.keyboard.press(key)


def begin(tab: Tab) -> None:
    """Start the answer, which leads into its text."""
    press(tab, "#start-answer")
    expect(tab.page.locator(AREA)).to_be_focused(timeout=SLOW_MS)
    assert tab.page.locator(AREA).is_editable()


@IN_ENGLISH
def test_who_answers_in_writing_is_asked_for_no_device_and_loses_no_word(
    stack: Stack, tab: Tab, reader: Client, language: str
) -> None:
    page, name = tab.page, f"{language}-typed"
    session, token = create(stack, language=language, questions=2, answers="typed", extra_time=1.5)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    tab.see("#welcomed")
    tab.look(f"{name}-1-welcome")
    press(tab, "#welcomed")
    press(tab, "[name=text][value=yes]", "Space")
    tab.look(f"{name}-2-consent")
    press(tab, "#agree")
    tab.see("#start-answer")
    for absent in ("#self", "#captions-box", "#retake", "#writing", "#scores", "#allow"):
        expect(page.locator(absent)).to_be_hidden()
    expect(page.locator("#steps li:visible")).to_have_count(3)
    tab.look(f"{name}-3-question")
    begin(tab)
    expect(page.locator("#done")).to_be_disabled()
    page.keyboard.type(FIRST[language])
    expect(page.locator("#done")).to_be_enabled()
    expect(page.locator("#writing-state")).to_have_text(SAVED[language], timeout=SLOW_MS)
    tab.look(f"{name}-4-answering")
    tab.must_fit(f"{name}-4-answering")
    question = page.locator("#question").inner_text()

    # Reloaded in the middle, with words that the gateway has not been sent.
    go_to(tab, AREA)
    page.keyboard.type(MORE[language])
    page.reload()
    expect(tab.see("#start-answer")).to_have_text(ON[language])
    written = FIRST[language] + MORE[language]
    expect(page.locator(AREA)).to_have_value(written)
    assert not page.locator(AREA).is_editable()
    assert page.locator("#question").inner_text() == question
    tab.look(f"{name}-5-reloaded")
    begin(tab)
    expect(page.locator("#writing-state")).to_have_text(SAVED[language], timeout=SLOW_MS)
    found: Any = snapshot(stack, session, token)
    assert (found["written"], found["question"], found["attempt"]) == (written, 1, 2)
    press(tab, "#done")
    expect(page.locator("#writing")).to_be_hidden(timeout=SLOW_MS)
    tab.see("#start-answer")
    begin(tab)
    expect(page.locator(AREA)).to_have_value("")
    page.keyboard.type(SECOND[language])
    press(tab, "#done")
    tab.see("#report")
    expect(page.locator("#scores")).to_be_hidden()
    tab.look(f"{name}-6-ended")
    press(tab, "#report")
    expect(tab.see("#mean")).to_have_text(WRITTEN[language], timeout=SLOW_MS)
    expect(page.locator("#scores tbody tr[data-stage=final]")).to_have_count(2, timeout=SLOW_MS)
    expect(page.locator("#transcript")).to_contain_text(written)
    shown = page.locator("main").inner_text()
    assert not [word for word in NEVER if word in shown]
    assert page.locator("#content .insufficient").count() == 0
    tab.look(f"{name}-7-report")
    stored(stack, reader, session, [written, SECOND[language]])


def stored(stack: Stack, reader: Client, session: str, texts: list[str]) -> None:
    """Check what there is of the interview in ClickHouse and in Kafka."""

    def rows(columns: str, table: str) -> list[tuple[Any, ...]]:
        return list(
            reader.query(
                f"SELECT {columns} FROM viva.{table} FINAL"
                f" WHERE session = '{session}' ORDER BY question"
            ).result_rows
        )

    assert rows("text", "typed_answers") == [(text,) for text in texts]
    scores = rows("stage, typed, transcript, total, voice", "question_scores")
    assert scores == [("final", True, text, None, None) for text in texts]
    asked_for = rows("arrayStringConcat(utterances.text, '|')", "assessment_requests")
    assert asked_for == [(text,) for text in texts]

    async def assessed() -> bool:
        return len(await asyncio.to_thread(rows, "engine", "assessments")) == len(texts)

    async def checks() -> None:
        await until(assessed, "an assessment of every answer", 60)
        records = await capture(stack.kafka, frozenset({session}))
        assert {record.topic for record in records} == {Topic.EVENTS}

    with ThreadPoolExecutor(1) as apart:  # the browser has this thread's event loop
        apart.submit(asyncio.run, checks()).result()


def agree(tab: Tab) -> None:
    """Agree to what is asked for, and wait for the question."""
    tab.see("#welcomed").click()
    tab.choose("text", True)
    tab.page.locator("#agree").click()
    tab.see("#start-answer")


@IN_KOREAN
def test_what_is_written_when_the_time_is_over_counts(
    stack: Stack, tab: Tab, reader: Client, language: str
) -> None:
    page = tab.page
    wish = {"language": language, "questions": 1, "answers": "typed", "answer_limit_s": 22}
    session, token = create(stack, **wish)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    agree(tab)
    begin(tab)
    page.keyboard.type(FIRST[language])
    tab.see("#hurry")
    tab.look(f"{language}-typed-hurry")
    go_to(tab, AREA)
    words = 0
    while page.locator("#writing").is_visible():  # to the very end
        page.keyboard.type(f" {words}")
        words += 1
        page.wait_for_timeout(100)
    over: float = page.evaluate("performance.now()")
    sent: list[float] = page.evaluate("window.sent")
    assert len([at for at in sent if over - 3_000 < at]) >= 4, "towards the end it hurries"
    tab.see("#report")
    tab.look(f"{language}-typed-over")

    def found() -> str:
        rows = reader.query(f"SELECT text FROM viva.typed_answers WHERE session = '{session}'")
        return "".join(row[0] for row in rows.result_rows)

    for _ in range(60):
        if found():
            break
        page.wait_for_timeout(500)
    everything = FIRST[language] + "".join(f" {number}" for number in range(words))
    assert everything.startswith(found())
    assert len(everything) - len(found()) < 60, "no more is missing than the last second or so"


def test_another_window_goes_on_with_the_text_and_the_first_one_after_it(
    stack: Stack, tab: Tab
) -> None:
    session, token = create(stack, language="en", questions=1, answers="typed")
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    agree(tab)
    begin(tab)
    tab.page.keyboard.type("From the first window")
    expect(tab.page.locator("#writing-state")).to_have_text("Saved", timeout=SLOW_MS)
    newer = Tab.of(tab.page.context.new_page(), tab.pictures)
    newer.visit(stack.gateway_url, "interview.html", session=session, token=token)
    tab.see("#failure-title")
    expect(tab.page.locator("#failure-text")).not_to_contain_text("amera")
    expect(newer.see(AREA)).to_have_value("From the first window")
    begin(newer)
    newer.page.keyboard.type(", and the second")
    expect(newer.page.locator("#writing-state")).to_have_text("Saved", timeout=SLOW_MS)
    tab.page.get_by_role("button", name="Go on here").click()
    expect(tab.see("#start-answer")).to_have_text("Go on writing")
    expect(tab.page.locator(AREA)).to_have_value("From the first window, and the second")
    newer.see("#failure-title")
    press(tab, "#start-answer")
    press(tab, "#done")
    tab.see("#report")
    newer.must_not_complain()


@IN_ENGLISH
def test_what_was_written_here_and_elsewhere_stands_together(
    stack: Stack, tab: Tab, language: str
) -> None:
    session, token = create(stack, language=language, questions=1, answers="typed")
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    agree(tab)
    begin(tab)
    tab.page.evaluate("window.held = true")
    tab.page.keyboard.type(FIRST[language])
    tab.page.wait_for_timeout(500)
    newer = Tab.of(tab.page.context.new_page(), tab.pictures)
    newer.visit(stack.gateway_url, "interview.html", session=session, token=token)
    begin(newer)
    newer.page.keyboard.type(SECOND[language])
    expect(newer.page.locator("#writing-state")).to_have_text(SAVED[language], timeout=SLOW_MS)
    tab.see("#failure-title")
    tab.page.evaluate("window.held = false")
    tab.page.locator("#failure-action").click()
    both = f"{SECOND[language]}\n\n{FIRST[language]}"
    expect(tab.see(AREA)).to_have_value(both, timeout=SLOW_MS)
    expect(tab.page.locator("#message")).to_contain_text(JOINED[language])
    tab.look(f"{language}-typed-joined")
    begin(tab)
    expect(tab.page.locator("#writing-state")).to_have_text(SAVED[language], timeout=SLOW_MS)
    assert snapshot(stack, session, token)["written"] == both
    newer.must_not_complain()


@pytest.mark.requirement("webrtc-resume")
@IN_KOREAN
def test_what_is_written_without_a_connection_is_not_lost(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    session, token = create(stack, language=language, questions=1, answers="typed")
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    agree(tab)
    begin(tab)
    page.keyboard.type(FIRST[language])
    expect(page.locator("#writing-state")).to_have_text(SAVED[language], timeout=SLOW_MS)
    apart(stack.stop_process("gateway"))
    tab.see("#trouble")
    go_to(tab, AREA)
    page.keyboard.type(MORE[language])
    expect(page.locator("#writing-state")).not_to_have_text(SAVED[language])
    tab.look(f"{language}-typed-offline")
    tab.must_fit(f"{language}-typed-offline")
    apart(stack.start_process("gateway"))
    expect(tab.see("#start-answer")).to_have_text(ON[language])
    expect(page.locator("#message")).to_contain_text(ON[language])
    assert snapshot(stack, session, token)["written"] == FIRST[language]
    begin(tab)
    expect(page.locator("#writing-state")).to_have_text(SAVED[language], timeout=SLOW_MS)
    assert snapshot(stack, session, token)["written"] == FIRST[language] + MORE[language]
    press(tab, "#done")
    tab.see("#report")
    tab.complaints.clear()  # it could not connect for a while
