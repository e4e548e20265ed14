"""What people read: scores, transcripts, interviews, lag, and the report made of them."""

from __future__ import annotations

import asyncio
from typing import Any

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from rich.console import Console

from deploy.local.report import print_report, render
from deploy.local.stack import Stack
from gateway.reports import Report, ReportReader, load_report
from schemas.events import AnswerAbandoned, AnswerAssessed, ConsentGiven, Judgement
from schemas.formula import Policy
from schemas.language import Language
from schemas.settings import ClickHouseSettings
from streams.runtime.backoff import DependencyUnavailable
from tests.integration.clickhouse.conftest import Store
from tests.integration.clickhouse.interview import answer, closing, opening, score

pytestmark = pytest.mark.integration


def rows(reader: Client, sql: str) -> list[dict[str, Any]]:
    return list(reader.query(sql).named_results())


async def _report(stack: Stack, session: str) -> Report:
    reports = ReportReader(stack.clickhouse())
    try:
        return await reports.load(session)
    finally:
        await reports.close()


async def _interview(store: Store, session: str, policy: Policy = Policy.PRACTICE) -> None:
    await store(opening(session, policy))
    for question in (1, 2, 3):
        await store(answer(session, question, policy))
        await store([score(session, question, "behaviour", policy)])
        await store([score(session, question, "final", policy)])
    await store(closing(session))


@pytest.mark.requirement("score-stored")
async def test_scores_with_transcript_and_the_interview_with_its_means(
    store: Store, reader: Client
) -> None:
    await _interview(store, "v_stored")
    scores = rows(reader, "SELECT * FROM viva.scores WHERE session = 'v_stored' ORDER BY question")
    assert [row["stage"] for row in scores] == ["final"] * 3
    assert [row["total"] for row in scores] == [55.3, 57.8, None]
    assert scores[0]["transcript"] == "I rebuilt the parcel tracker from nothing."
    assert scores[0]["first_words"] == "I rebuilt the parcel tracker from nothing."
    assert scores[0]["duration_s"] == 10.0

    (interview,) = rows(reader, "SELECT * FROM viva.interviews WHERE session = 'v_stored'")
    assert interview["questions"] == 3
    assert interview["questions_with_total"] == 2
    assert interview["total"] == pytest.approx((55.3 + 57.8) / 2)
    assert interview["gaze"] == pytest.approx(46.5)
    assert interview["duration_s"] == 50.0  # the first answer's start to the last one's end
    assert interview["answering_s"] == 30.0
    assert interview["end_reason"] == "completed"

    heard = rows(
        reader, "SELECT * FROM viva.transcripts WHERE session = 'v_stored' ORDER BY question"
    )
    assert [row["text"] for row in heard] == [
        "I rebuilt the parcel tracker from nothing.",
        "I rebuilt the parcel tracker from nothing.",
        "",
    ]
    assert all(row["complete"] for row in heard)


@pytest.mark.requirement("score-stored")
async def test_more_evidence_wins_whatever_comes_last(store: Store, reader: Client) -> None:
    await store([score("v_order", 1, "final")])
    await store([score("v_order", 1, "behaviour")])
    (row,) = rows(reader, "SELECT stage, evidence FROM viva.scores WHERE session = 'v_order'")
    assert row == {"stage": "final", "evidence": 74}


async def test_lag_is_of_the_first_arrival_and_survives_a_replay(
    store: Store, reader: Client
) -> None:
    lag = (
        "SELECT stage, visible_at, lag_s FROM viva.scoring_lag WHERE session = 'v_lag' "
        "ORDER BY stage"
    )
    await store([score("v_lag", 1, "behaviour")])
    await asyncio.sleep(0.05)
    await store([score("v_lag", 1, "final")])
    first = rows(reader, lag)
    await asyncio.sleep(0.05)
    await store([score("v_lag", 1, "behaviour"), score("v_lag", 1, "final")])
    assert rows(reader, lag) == first
    assert [row["stage"] for row in first] == ["behaviour", "final"]
    assert first[1]["lag_s"] - first[0]["lag_s"] >= 0.05
    stages = rows(reader, "SELECT stage, p50_s, p95_s FROM viva.scoring_lag_by_stage")
    assert {row["stage"] for row in stages} >= {"behaviour", "final"}


async def test_a_question_answered_again_counts_once(store: Store, reader: Client) -> None:
    await store([score("v_again", 1), score("v_again", 2)])
    again = score("v_again", 1).model_copy(
        update={"attempt": 2, "total": score("v_again", 2).total}
    )
    await store([again])
    (interview,) = rows(reader, "SELECT * FROM viva.interviews WHERE session = 'v_again'")
    assert interview["questions"] == 2
    assert interview["total"] == pytest.approx(57.8)


async def test_attempts_are_open_ended_or_abandoned(store: Store, reader: Client) -> None:
    started, *_ = answer("v_tries", 2)
    gone = AnswerAbandoned(
        session="v_tries", question=3, attempt=1, epoch=1, at=started.at, reason="connection lost"
    )
    await store([*answer("v_tries", 1), started, gone])
    found = rows(
        reader,
        "SELECT question, state, reason, frames FROM viva.answer_attempts "
        "WHERE session = 'v_tries' ORDER BY question",
    )
    assert found == [
        {"question": 1, "state": "ended", "reason": "done", "frames": 50},
        {"question": 2, "state": "open", "reason": "", "frames": 0},
        {"question": 3, "state": "abandoned", "reason": "connection lost", "frames": 0},
    ]


@pytest.mark.requirement("score-report")
async def test_a_report_has_questions_means_duration_and_lag(store: Store, stack: Stack) -> None:
    await _interview(store, "v_report")
    report = await _report(stack, "v_report")
    assert [each.question for each in report.questions] == [1, 2, 3]
    assert report.question_count == report.questions_planned == 3
    assert report.means.total == pytest.approx(56.55)
    assert report.means.coverage == pytest.approx(0.9)
    assert report.duration_s == 50.0
    assert report.questions[0].words_per_minute == 42.0
    assert report.questions[2].total.value is None
    assert all(each.lag_behaviour_s is not None for each in report.questions)
    assert all(each.lag_final_s is not None for each in report.questions)
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.requirement("score-report")
@pytest.mark.requirement("score-insufficient")
async def test_the_terminal_shows_each_question_and_the_mean(store: Store, stack: Stack) -> None:
    await _interview(store, "v_shown")
    report = await _report(stack, "v_shown")
    console = Console(width=160, record=True)
    console.print(render(report))
    text = console.export_text()
    lines = text.splitlines()
    assert "1. Question 1?" in lines
    (first,) = [line for line in lines if line.strip().startswith("1 ")]
    assert first.split()[1:8] == ["41.0", "73.3", "40.0", "40.0", "94.7", "55.3", "90%"]
    (third,) = [line for line in lines if line.strip().startswith("3 ")]
    assert "0.0" not in third
    assert "insufficient" in third
    assert "(nothing heard)" in third
    (mean,) = [line for line in lines if line.strip().startswith("mean")]
    assert mean.split()[1:7] == ["46.5", "70.9", "41.0", "40.0", "93.0", "56.5"] or "56.6" in mean
    assert "3 of 3 questions scored" in mean


@pytest.mark.requirement("score-report")
async def test_hiring_shows_no_emotion(store: Store, stack: Stack) -> None:
    await _interview(store, "v_hiring", Policy.HIRING)
    report = await _report(stack, "v_hiring")
    assert report.policy is Policy.HIRING
    assert all(each.emotion is None for each in report.questions)
    assert report.means.emotion is None
    console = Console(width=160, record=True)
    console.print(render(report))
    assert "emotion" not in console.export_text()


@pytest.mark.requirement("pages-consent")
async def test_who_refused_the_camera_has_no_column_that_needs_it(
    store: Store, stack: Stack
) -> None:
    session = "v_unseen"
    said = {"language": Language.ENGLISH, "text_version": "1", "audio": True}
    first = ConsentGiven(session=session, at=1_000, video=True, **said)
    await store([first, ConsentGiven(session=session, seq=1, at=2_000, video=False, **said)])
    await _interview(store, session)
    report = await _report(stack, session)
    assert not report.video
    console = Console(width=160, record=True)
    console.print(render(report))
    printed = console.export_text().splitlines()
    (head,) = [line for line in printed if line.split()[:1] == ["question"]]
    assert head.split()[:3] == ["question", "voice", "total"]
    assert "gaze" not in head


async def test_an_answer_that_is_being_scored_is_in_the_report(store: Store, stack: Stack) -> None:
    await store([*opening("v_early"), *answer("v_early", 1), *answer("v_early", 2)])
    await store([score("v_early", 1, "behaviour")])
    report = await _report(stack, "v_early")
    assert [(each.question, each.stage) for each in report.questions] == [
        (1, "behaviour"),
        (2, "pending"),
    ]
    assert report.questions[1].question_text == "Question 2?"
    assert report.questions[1].total.value is None
    assert report.closed_at is None


async def test_assessments_and_delivery_are_in_the_report(store: Store, stack: Stack) -> None:
    session = "v_judged"
    await _interview(store, session)
    found = Judgement(
        criterion="depth", level=2, reason="No detail.", quote="parcel tracker",
        start_ms=300, end_ms=900,
    )  # fmt: skip
    void = Judgement(criterion="clarity", gap="quote_not_found")
    assessed = AnswerAssessed(
        session=session, question=1, attempt=1, epoch=1, at=1_000, language=Language.ENGLISH,
        engine="openai", model="judge", rubric_version="r1-x", judgements=(found, void),
    )  # fmt: skip
    await store([assessed])
    await store([score(session, 1, "final").model_copy(update={"pauses": 2, "evidence": 999})])
    report = await _report(stack, session)
    first, second = report.questions[:2]
    assert first.pauses == 2
    assert second.judgements == ()
    by_name = {each.criterion: each for each in first.judgements}
    assert (by_name["depth"].level, by_name["depth"].quote) == (2, "parcel tracker")
    assert (by_name["clarity"].level, by_name["clarity"].gap) == (None, "quote_not_found")
    console = Console(width=100, record=True)
    console.print(render(report))
    printed = console.export_text()
    assert "depth 2/5: “parcel tracker” No detail." in printed
    assert "clarity: no words of the answer support it" in printed


async def test_an_unknown_session_is_an_empty_report(stack: Stack) -> None:
    client = await clickhouse_connect.get_async_client(**stack.clickhouse_client())
    try:
        report = await load_report(client, "v_nobody")
    finally:
        await client.close()
    assert report.is_empty
    assert report.questions == ()
    assert report.means.total is None


def test_printing_says_what_is_wrong(stack: Stack) -> None:
    console = Console(width=160, record=True)
    assert print_report("v_nobody", stack.clickhouse(), console) == 1
    assert print_report("v_nobody", ClickHouseSettings(port=1), console) == 2
    text = console.export_text()
    assert "Nothing is stored of session v_nobody" in text
    assert "clickhouse is unavailable" in text


async def test_a_report_says_when_clickhouse_is_away() -> None:
    with pytest.raises(DependencyUnavailable, match="clickhouse"):
        await ReportReader(ClickHouseSettings(port=1)).load("anyone")
