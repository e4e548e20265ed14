"""The plain page in real Chromium against the whole stack, up to a score in ClickHouse."""

from __future__ import annotations

import re
from pathlib import Path

import clickhouse_connect
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
    chromium,
    fake_devices,
)
from tests.e2e.sessions import create, enter, snapshot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

HANGUL_FONTS = re.compile(r"CJK KR|Nanum|Noto Sans KR|Malgun|SD Gothic")


@pytest.mark.requirement("pages-report")
@pytest.mark.requirement("pages-calibration")
@pytest.mark.requirement("webrtc-ice-complete")
def test_interview_in_english_reaches_a_score_in_clickhouse(stack: Stack, tab: Tab) -> None:
    page = tab.page
    page.add_init_script("""
        const send = window.fetch;
        window.offers = [];
        const pcs = [];
        window.RTCPeerConnection = class extends RTCPeerConnection {
          constructor(...settings) { super(...settings); pcs.push(this); }
        };
        window.fetch = (path, options) => {
          if (path === "/rtc/offer") {
            window.offers.push({state: pcs.at(-1).iceGatheringState, body: options.body});
          }
          return send(path, options);
        };
    """)
    tab.visit(stack.gateway_url, "", key=stack.api_key, lang="en")
    tab.look("en-0-start")
    page.get_by_label("Position you are applying for").fill("Backend engineer")
    page.get_by_label("Number of questions").select_option("2")
    page.get_by_role("button", name="Start the interview").click()
    calibrate(tab, "en")
    offers = page.evaluate("window.offers")
    assert [offer["state"] for offer in offers] == ["complete"]
    assert "a=candidate:" in offers[0]["body"]

    question = page.locator("#question").inner_text()
    assert question
    expect(page.locator("#question-number")).to_have_text("Question 1 of 2")
    tab.look("en-6-question")
    page.locator("#start-answer").click()
    tab.see("#done")
    captions = page.locator("#captions:not(.empty)")
    expect(captions).to_contain_text(re.compile(r"[a-z]{3,}"), timeout=SLOW_MS)
    assert re.fullmatch(r"\d:\d\d", page.locator("#time-left").inner_text())
    tab.look("en-7-answering")
    page.locator("#done").click()
    expect(page.locator("#message")).to_have_text("Answer saved.")
    expect(page.locator("#score-table tr[data-question='1']")).to_be_visible(timeout=SLOW_MS)
    tab.look("en-8-saved")
    expect(page.locator("#question-number")).to_have_text("Question 2 of 2")
    tab.answer(4)
    tab.see("#report")
    final = page.locator("#score-table tr[data-stage='final']")
    expect(final).to_have_count(2, timeout=SLOW_MS)
    expect(page.locator("#ended-lead")).to_have_text("Your answers are saved.")  # and scored
    expect(page.locator("#link")).to_be_hidden()
    expect(page.locator("#steps .past")).to_have_count(4)
    tab.look("en-9-ended")
    page.locator("#report").click()

    expect(page.locator("#status")).to_have_text("All scores are final.", timeout=SLOW_MS)
    tab.look("en-9-report")
    session, _ = tab.access()
    client = clickhouse_connect.get_client(**stack.clickhouse_client())
    rows = client.query(
        "SELECT question, gaze, voice, smile, posture, emotion, total, transcript "
        "FROM viva.scores WHERE session = {session:String} AND stage = 'final' ORDER BY question",
        parameters={"session": session},
    ).named_results()
    stored = list(rows)
    assert [row["question"] for row in stored] == [1, 2]
    assert stored[0]["total"] is not None
    assert stored[0]["gaze"] > 80
    for row in stored:
        shown = page.locator(f"#scores tr[data-question='{row['question']}']")
        for name in ("gaze", "voice", "smile", "posture", "emotion", "total"):
            value = "insufficient evidence" if row[name] is None else f"{row[name]:.1f}"
            expect(shown.locator(f"[data-component={name}]")).to_have_text(value)
    expect(page.locator("#transcript li").first).to_contain_text(stored[0]["transcript"].strip())
    expect(page.locator("#count")).to_have_text("2 of 2")


LISTEN = """
    window.sounds = [];
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      if (this instanceof HTMLAudioElement && !this.watched) {
        this.watched = true;
        for (const name of ["playing", "pause", "ended"]) {
          this.addEventListener(name, () => window.sounds.push(name));
        }
      }
      return play.call(this);
    };
"""
"""Notes what becomes of the page's sounds."""


def sounds(tab: Tab, *expected: str) -> None:
    """Wait until the page's sounds were these; a clip's end comes with a pause before it."""
    wanted = list(expected)
    tab.page.wait_for_function(
        "wanted => JSON.stringify(window.sounds) === JSON.stringify(wanted)",
        arg=wanted,
        timeout=SLOW_MS,
    )


@pytest.mark.requirement("pages-old-failures")
@pytest.mark.requirement("speaking-once")
@IN_KOREAN
def test_each_question_is_heard_once_and_again_where_asked_to(
    stack: Stack, tab: Tab, language: str
) -> None:
    page = tab.page
    page.add_init_script(LISTEN)
    session, _ = enter(stack, tab, language=language, questions=2)
    calibrate(tab)
    sounds(tab, "playing", "pause", "ended")
    tab.look(f"{language}-6-heard")
    page.locator("#repeat").click()
    sounds(tab, "playing", "pause", "ended", "playing")
    page.locator("#start-answer").click()
    tab.see("#done")
    sounds(tab, "playing", "pause", "ended", "playing", "pause")
    expect(page.locator("#repeat")).to_be_hidden()
    page.locator("#done").click()
    tab.see("#start-answer")
    sounds(tab, "playing", "pause", "ended", "playing", "pause", "playing", "pause", "ended")

    page.reload()
    tab.see("#start-answer")
    expect(page.locator("#repeat")).to_be_enabled(timeout=SLOW_MS)
    page.wait_for_timeout(1_500)
    sounds(tab)  # it was heard before
    page.locator("#repeat").click()
    sounds(tab, "playing", "pause", "ended")
    tab.answer(2)
    tab.see("#report")
    client = clickhouse_connect.get_client(**stack.clickhouse_client())
    query = (
        "SELECT question, clip_ms <= playing_ms FROM viva.turns FINAL "
        "WHERE session = {session:String}"
    )

    def measured() -> list[object]:
        return list(client.query(query, parameters={"session": session}).result_rows)

    for _ in range(SLOW_MS // 200):
        if measured():
            break
        page.wait_for_timeout(200)
    assert measured() == [(2, True)]


@pytest.mark.requirement("speaking-once")
def test_a_question_falls_silent_where_it_is_not_put_any_more(stack: Stack, tab: Tab) -> None:
    page = tab.page
    page.add_init_script(LISTEN)
    enter(stack, tab, language="en", questions=1)
    calibrate(tab)
    sounds(tab, "playing")
    expect(page.locator("#repeat")).to_have_text("Stop the sound")
    page.locator("#repeat").click()
    sounds(tab, "playing", "pause")
    expect(page.locator("#repeat")).to_have_text("Hear the question again")
    page.locator("#repeat").click()
    sounds(tab, "playing", "pause", "playing")
    page.locator("#leave").click()
    page.locator("#leave-dialog button[value=leave]").click()
    tab.see("#report")
    sounds(tab, "playing", "pause", "playing", "pause")
    expect(page.locator("#message")).to_be_hidden()


@pytest.mark.requirement("webrtc-resume")
@pytest.mark.requirement("pages-korean-font")
@pytest.mark.requirement("pages-report")
def test_korean_interview_resumes_after_a_reload(stack: Stack, tab: Tab) -> None:
    page = tab.page
    session, _ = enter(
        stack,
        tab,
        language="ko",
        policy="hiring",
        questions=1,
        position="개발자",
        show_report=True,
    )
    tab.see("#welcomed")
    assert page.locator("html").get_attribute("lang") == "ko"
    calibrate(tab, "ko")
    question = page.locator("#question").inner_text()
    assert re.search(r"[가-힣]", question)
    drawn = tab.fonts("#question")
    assert drawn
    assert all(HANGUL_FONTS.search(name) for name in drawn), drawn
    tab.look("ko-6-question")

    page.locator("#start-answer").click()
    tab.see("#done")
    tab.look("ko-7-answering")
    page.reload()
    expect(tab.see("#start-answer")).to_be_enabled(timeout=SLOW_MS)
    expect(page.locator("#question")).to_have_text(question)
    expect(page.locator("#question-attempt")).to_have_text("2번째 시도")
    expect(page.locator("#message")).to_contain_text("답변이 중간에 끊겨 저장되지 않았습니다")
    tab.look("ko-7-resumed")

    tab.answer(6)
    tab.see("#report").click()
    expect(page.locator("#status")).to_have_text("모든 점수가 확정되었습니다.", timeout=SLOW_MS)
    tab.look("ko-9-report")
    row = page.locator("#scores tr[data-question='1']")
    expect(row.locator("[data-component=gaze]")).to_have_text(re.compile(r"^\d+\.\d$"))
    expect(page.locator("#scores .emotion")).to_have_count(0)
    expect(page.locator("#scale")).not_to_contain_text("감정")
    assert "감정" not in page.locator("#scores thead").inner_text()
    client = clickhouse_connect.get_client(**stack.clickhouse_client())
    attempts = client.query(
        "SELECT attempt, state FROM viva.answer_attempts "
        "WHERE session = {session:String} ORDER BY attempt",
        parameters={"session": session},
    ).result_rows
    assert attempts == [(1, "abandoned"), (2, "ended")]


@pytest.mark.requirement("webrtc-resume")
@IN_ENGLISH
def test_killed_gateway_is_waited_for_and_the_question_asked_again(
    stack: Stack, tab: Tab, language: str
) -> None:
    waits, interrupted, attempt = {
        "en": ("Trying again in", "answer this question again", "Attempt 2"),
        "ko": ("초 후 다시 연결합니다", "같은 질문에 다시 답해", "2번째 시도"),
    }[language]
    page = tab.page
    enter(stack, tab, language=language, questions=1)
    calibrate(tab)
    question = page.locator("#question").inner_text()
    page.locator("#start-answer").click()
    tab.see("#done")
    stack.kill("gateway")
    expect(tab.see("#trouble")).to_contain_text(waits)
    tab.look(f"{language}-7-lost")
    tab.must_fit(f"{language}-7-lost")
    expect(page.locator("#message")).to_contain_text(interrupted, timeout=SLOW_MS)
    expect(tab.see("#start-answer")).to_be_enabled()
    expect(page.locator("#question")).to_have_text(question)
    expect(page.locator("#question-attempt")).to_have_text(attempt)
    tab.look(f"{language}-7-back")
    tab.complaints.clear()  # the browser logs each refused request as an error


@pytest.mark.requirement("pages-calibration")
@pytest.mark.requirement("stt-quiet-microphone")
@IN_KOREAN
def test_calibration_names_the_missing_face_and_the_quiet_microphone(
    stack: Stack, candidates: dict[str, CandidateMedia], tmp_path: Path, language: str
) -> None:
    no_face, quiet = {
        "en": ("No face was seen", "The microphone is too quiet"),
        "ko": ("얼굴이 보이지 않았습니다", "마이크 소리가 너무 작"),
    }[language]
    session, token = create(stack, language=language, questions=1)
    silence = candidates["absent"].answers[0].audio
    with chromium(fake_devices(audio=silence)) as browser:
        tab = Tab.open(browser, tmp_path)
        tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
        tab.agree()
        tab.try_devices()
        tab.see("#calibrate").click()
        expect(tab.see("#calibration-problems")).to_contain_text(no_face)
        expect(tab.page.locator("#calibration-problems")).to_contain_text(quiet)
        tab.look(f"{language}-5-problems")
        assert snapshot(stack, session, token)["calibration"]["ok"] is False  # type: ignore[index]
        tab.page.locator("#calibrate").click()  # may be repeated ...
        tab.see("#calibration-progress")
        tab.see("#anyway").click()  # ... or left as it is
        tab.see("#practised").click()
        tab.see("#start-answer").click()
        tab.see("#done")
        tab.page.locator("#leave").click()
        tab.look(f"{language}-8-leave")
        tab.page.locator("#leave-dialog button[value=leave]").click()
        tab.see("#report")
        assert snapshot(stack, session, token)["state"] == "ended"
        tab.page.reload()
        tab.see("#report")


@pytest.mark.requirement("webrtc-ice-complete")
@pytest.mark.requirement("webrtc-nat")
def test_gathering_that_never_ends_is_not_waited_for(stack: Stack, tab: Tab) -> None:
    """The page uses the STUN server it is told of, though that one never answers."""
    servers = [{"urls": ["stun:127.0.0.1:9"]}]
    tab.page.route("**/rtc/ice-servers", lambda route: route.fulfill(json={"ice_servers": servers}))
    tab.page.add_init_script(
        "Object.defineProperty(RTCPeerConnection.prototype, 'iceGatheringState',"
        " {get() { window.servers = this.getConfiguration().iceServers; return 'gathering'; }});"
    )
    enter(stack, tab, language="en", questions=1)
    tab.agree()
    tab.try_devices()
    expect(tab.see("#link")).to_have_text("Connected")
    tab.see("#calibrate")
    assert [each["urls"] for each in tab.page.evaluate("servers")] == [servers[0]["urls"]]


@pytest.mark.requirement("pages-old-failures")
@pytest.mark.parametrize(
    ("cause", "switches", "said"),
    [
        (
            "denied",
            ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream=deny"),
            {"en": "permission was denied", "ko": "권한이 거부되었습니다"},
        ),
        (
            "missing",
            ("--use-fake-ui-for-media-stream",),
            {"en": "not found", "ko": "장치를 찾을 수 없습니다"},
        ),
        (
            "insecure",
            ("--host-resolver-rules=MAP viva.test 127.0.0.1",),
            {"en": "secure pages", "ko": "보안 페이지에서만"},
        ),
    ],
    ids=["denied", "missing", "insecure"],
)
@IN_ENGLISH
def test_devices_that_cannot_be_had_are_explained(
    stack: Stack,
    tmp_path: Path,
    cause: str,
    switches: tuple[str, ...],
    said: dict[str, str],
    language: str,
) -> None:
    session, token = create(stack, language=language, questions=1)
    with chromium(switches) as browser:
        tab = Tab.open(browser, tmp_path)
        host = "viva.test" if cause == "insecure" else "127.0.0.1"
        base = stack.gateway_url.replace("127.0.0.1", host)
        tab.visit(base, "interview.html", session=session, token=token)
        tab.agree()
        tab.see("#allow").click()
        expect(tab.see("#device-problems")).to_contain_text(said[language])
        asks, again = {"en": ("will ask", "Try again"), "ko": ("요청합니다", "다시 시도")}[language]
        expect(tab.page.locator("#devices-lead")).not_to_contain_text(asks)
        tab.look(f"{language}-3-{cause}")
        if cause == "insecure":
            expect(tab.page.locator("#allow")).to_be_hidden()  # it would fail again
        else:
            expect(tab.see("#allow")).to_have_text(again)


@IN_KOREAN
def test_links_and_keys_that_do_not_fit_are_explained(
    stack: Stack, tab: Tab, language: str
) -> None:
    incomplete, expired, unknown, wrong_key = {
        "en": (
            "This link is incomplete",
            "expired or is not valid",
            "does not exist",
            "The access key is not accepted",
        ),
        "ko": (
            "링크가 완전하지 않습니다",
            "만료되었거나 유효하지 않습니다",
            "존재하지 않는 면접",
            "접속 키가 올바르지 않습니다",
        ),
    }[language]
    page = tab.page
    session, token = create(stack, language=language, questions=1)
    other, _ = create(stack, language=language, questions=1)
    for name, fragment, advice in (
        ("link", {}, incomplete),
        ("token", {"session": session, "token": "nonsense"}, expired),
        ("session", {"session": other, "token": token}, unknown),
    ):
        tab.visit(stack.gateway_url, "interview.html", **fragment, lang=language)
        expect(tab.see("#failure-text")).to_contain_text(advice)
        tab.look(f"{language}-failure-{name}")
        tab.visit(stack.gateway_url, "report.html", **fragment, lang=language)
        expect(page.locator("#status")).to_contain_text(advice)
    tab.look(f"{language}-failure-report")
    tab.visit(stack.gateway_url, "", key="wrong", lang=language)
    tab.see("#go")
    tab.look(f"{language}-0-start")
    page.locator("#go").click()
    expect(tab.see("#message")).to_contain_text(wrong_key)
    tab.look(f"{language}-0-start-wrong-key")
    tab.complaints.clear()  # the browser logs each refused request as an error


@pytest.mark.requirement("webrtc-resume")
def test_commands_without_a_reply_are_sent_again_with_their_number(stack: Stack, tab: Tab) -> None:
    tab.visit(stack.gateway_url, "", key="any", lang="en")
    sent, outcomes = tab.page.evaluate("""async () => {
        const { CommandQueue } = await import("/commands.js");
        const queue = new CommandQueue();
        const sent = [[], []];
        const outcomes = [];
        const ask = (command) => queue.request(command).then(
            () => outcomes.push(command), (error) => outcomes.push(error.code));
        const early = ask("ready");
        queue.connected(4, ({seq, command}) => sent[0].push([seq, command]));
        const late = ask("calibrate");
        queue.acknowledged({ack: 5, ok: true});
        await early;
        queue.disconnected();
        const waiting = ask("answer.start");
        queue.connected(5, ({seq, command}) => sent[1].push([seq, command]));
        queue.acknowledged({ack: 5, ok: true});
        queue.acknowledged({ack: 6, ok: false, error: {code: "too_late", message: "no"}});
        await late;
        queue.drop("stopped");
        await waiting;
        return [sent, outcomes];
    }""")
    assert sent == [
        [[5, "ready"], [6, "calibrate"]],
        [[6, "calibrate"], [7, "answer.start"]],
    ]
    assert outcomes == ["ready", "too_late", "stopped"]


@pytest.mark.requirement("pages-korean-font")
def test_both_languages_have_the_same_texts(stack: Stack, tab: Tab) -> None:
    tab.visit(stack.gateway_url, "", key="any", lang="ko")
    texts: dict[str, dict[str, str]] = tab.page.evaluate(
        "import('/i18n.js').then((module) => module.TEXTS)"
    )
    assert texts["ko"].keys() == texts["en"].keys()
    for key, english in texts["en"].items():
        korean = texts["ko"][key]
        assert sorted(re.findall(r"{\w+}", korean)) == sorted(re.findall(r"{\w+}", english)), key
    drawn = tab.fonts("h1")
    assert drawn
    assert all(HANGUL_FONTS.search(name) for name in drawn), drawn
