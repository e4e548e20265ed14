"""Written answers in the tables: words without scores, and reports that say so."""

from __future__ import annotations

from typing import Any

import pytest
from clickhouse_connect.driver.client import Client
from rich.console import Console

from deploy.local.report import INSUFFICIENT, NONE, NOTHING_WRITTEN, WRITTEN, render
from deploy.local.report_page import page
from deploy.local.stack import Stack
from gateway.reports import Report, ReportReader
from schemas.events import (
    AnswerEnded,
    AnswerStarted,
    AnswerTyped,
    ConsentGiven,
    EpochCounts,
    Event,
    QuestionScored,
)
from schemas.formula import Baseline, Formula, Policy
from schemas.language import Language
from streams.scoring.answer import AnswerFold
from tests.integration.clickhouse.conftest import Store
from tests.integration.clickhouse.interview import BEGAN, closing, opening

pytestmark = pytest.mark.integration

TEXT = "I rebuilt the parcel tracker.\n\nIt took three months."


def consent(session: str) -> ConsentGiven:
    return ConsentGiven(
        session=session,
        at=BEGAN,
        language=Language.ENGLISH,
        text_version="4",
        audio=False,
        video=False,
        text=True,
    )


def answered(session: str, question: int, text: str, policy: Policy) -> list[Event]:
    """A written answer, and what the fold makes of it."""
    key: dict[str, Any] = {"session": session, "question": question, "attempt": 1, "epoch": 1}
    at = BEGAN + 60_000 * question
    started = AnswerStarted(
        **key,
        at=at,
        language=Language.ENGLISH,
        policy=policy,
        formula=Formula().for_policy(policy).for_writing(),
        baseline=Baseline(),
        text=f"Question {question}?",
        typed=True,
    )
    nothing = EpochCounts(epoch=1, frames=0, chunks=0)
    body: list[Event] = [
        AnswerTyped(**key, at=at + 50_000, language=Language.ENGLISH, text=text),
        AnswerEnded(**key, at=at + 50_000, started_at=at, counts=(nothing,), reason="done"),
    ]
    fold = AnswerFold(started)
    for event in body:
        fold.add(event)
    return [started, *body, *fold.take()]


async def report_of(stack: Stack, session: str) -> Report:
    reports = ReportReader(stack.clickhouse())
    try:
        return await reports.load(session)
    finally:
        await reports.close()


def printed(report: Report) -> str:
    console = Console(width=160, record=True)
    console.print(render(report))
    return console.export_text()


@pytest.mark.parametrize("policy", Policy)
async def test_an_interview_in_writing(
    store: Store, reader: Client, stack: Stack, policy: Policy
) -> None:
    session = f"w_{policy.value}"
    await store([*opening(session, policy), consent(session)])
    await store(answered(session, 1, TEXT, policy) + answered(session, 2, "", policy))
    await store(closing(session))

    (first, second) = reader.query(
        "SELECT stage, typed, transcript, words, total, total_coverage, words_per_minute"
        f" FROM viva.scores WHERE session = '{session}' ORDER BY question"
    ).result_rows
    assert first == ("final", True, TEXT, 9, None, 0.0, None)
    assert second == ("final", True, "", 0, None, 0.0, None)
    texts = reader.query(
        f"SELECT text, complete FROM viva.transcripts WHERE session = '{session}' ORDER BY question"
    ).result_rows
    assert texts == [(TEXT, True), ("", True)]
    compared = reader.query(
        f"SELECT difference FROM viva.recomputed_scores WHERE session = '{session}'"
    ).result_rows
    assert compared == [(0.0,), (0.0,)]

    report = await report_of(stack, session)
    assert (report.typed, report.video, report.means.total) == (True, False, None)
    assert [each.stage for each in report.questions] == ["final", "final"]
    shown = printed(report)
    assert WRITTEN in shown
    assert NOTHING_WRITTEN in shown
    assert "I rebuilt the parcel tracker." in shown
    html = page(report, "Written")
    assert WRITTEN in html
    for words in (INSUFFICIENT, f" {NONE} ", "None", "mean", "coverage", "not measured"):
        assert words not in shown + html.partition("</style>")[2], words


async def test_a_written_answer_that_has_no_score_yet_is_in_the_report(
    store: Store, stack: Stack
) -> None:
    session = "w_early"
    events = [
        each
        for each in answered(session, 1, TEXT, Policy.PRACTICE)
        if not isinstance(each, QuestionScored)
    ]
    await store([*opening(session), consent(session), *events])
    report = await report_of(stack, session)
    assert report.typed, "known from the consent"
    assert [each.stage for each in report.questions] == ["pending"]
    assert INSUFFICIENT not in printed(report)
