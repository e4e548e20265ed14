"""Three simulated candidates at the same time over real WebRTC: who did better scores better."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from clickhouse_connect.driver.client import Client

from deploy.demo.media import CandidateMedia
from deploy.demo.run import DEFAULT_ORDER, Gateway, Interviewed, interviews
from deploy.local import report, report_page
from deploy.local.stack import Stack
from gateway.reports import Report
from tests.e2e.conftest import Held
from tests.support.waiting import until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

COMPONENTS = ("gaze", "voice", "smile", "posture", "emotion", "total")


@pytest_asyncio.fixture
async def gateway(stack: Stack) -> AsyncIterator[Gateway]:
    opened = Gateway(stack.gateway_url, stack.api_key)
    yield opened
    await opened.close()


def value(found: Report, question: int, name: str) -> float | None:
    component = getattr(found.questions[question], name)
    return None if component is None else component.value


def reports(found: list[Interviewed]) -> dict[str, Report]:
    assert all(each.report is not None for each in found)
    return {each.name: each.report for each in found if each.report is not None}


@pytest.mark.requirement("score-per-question")
@pytest.mark.requirement("score-insufficient")
def test_candidates_are_told_apart(held: Held, reader: Client) -> None:
    assert_told_apart(reports(held.interviews))
    assert_no_frame_was_lost(reader, [each.session for each in held.interviews])


def test_hiring_infers_no_emotion(held: Held, reader: Client) -> None:
    assert held.hired.report is not None
    assert_no_emotion(held.hired.report, reader)


@pytest.mark.thorough
async def test_the_order_of_starting_changes_nothing(
    gateway: Gateway, candidates: dict[str, CandidateMedia]
) -> None:
    """The same candidates were held in the other order."""
    assert_told_apart(reports(await interviews(gateway, candidates, DEFAULT_ORDER)))


@pytest.mark.requirement("speaking-once")
def test_every_question_is_heard_and_every_turn_measured(held: Held, reader: Client) -> None:
    sessions = {each.session: each for each in held.interviews}
    assert [each.heard for each in held.interviews] == [[1, 2, 3]] * len(sessions)
    turns = reader.query(
        "SELECT session, question, text_ms, clip_ms, first_byte_ms, playing_ms, answering_ms "
        "FROM viva.turns FINAL WHERE session IN {sessions:Array(String)} "
        "ORDER BY session, question",
        parameters={"sessions": list(sessions)},
    ).result_rows
    assert [row[:2] for row in turns] == [(each, q) for each in sorted(sessions) for q in (2, 3)]
    for row in turns:
        marks = list(row[2:])
        assert None not in marks
        assert marks == sorted(marks), "question, sound, its first byte, playing, answering"


async def test_every_answer_has_an_assessment_or_why_not(held: Held, reader: Client) -> None:
    for each in held.interviews:

        async def judged(session: str = each.session) -> bool:
            rows = reader.query(
                "SELECT question, count(), countIf(level IS NULL AND gap != '') "
                "FROM viva.judgements WHERE session = {session:String} "
                "GROUP BY question ORDER BY question",
                parameters={"session": session},
            ).result_rows
            return list(rows) == [(question, 4, 4) for question in (1, 2, 3)]

        # The sink lets rows without a score wait for company.
        await until(judged, f"the assessments of {each.name}", 30)


def assert_told_apart(by_name: dict[str, Report]) -> None:
    """The attentive candidate is well above the inattentive one; the absent one has no score."""
    for question in range(3):
        attentive = {name: value(by_name["attentive"], question, name) for name in COMPONENTS}
        inattentive = {name: value(by_name["inattentive"], question, name) for name in COMPONENTS}
        assert None not in (*attentive.values(), *inattentive.values())
        assert attentive["gaze"] >= inattentive["gaze"] + 20
        assert attentive["voice"] >= inattentive["voice"] + 10
        assert by_name["attentive"].questions[question].words > 5
        assert all(value(by_name["absent"], question, name) is None for name in COMPONENTS)
        assert by_name["absent"].questions[question].transcript == ""
    totals = [value(by_name["attentive"], question, "total") or 0 for question in range(3)]
    assert by_name["attentive"].means.total == pytest.approx(sum(totals) / 3)
    assert by_name["absent"].means.total is None


def assert_no_emotion(hired: Report, reader: Client) -> None:
    """Emotion is not inferred, stored or shown."""
    assert all(each.emotion is None for each in hired.questions)
    assert hired.means.emotion is None
    assert "emotion" not in report.shown_components(hired)
    assert "emotion" not in report_page.page(hired, "hiring")
    frames, inferred = reader.query(
        "SELECT count(), countIf(emotion IS NOT NULL OR tension IS NOT NULL OR brow IS NOT NULL "
        "OR mouth IS NOT NULL) FROM viva.vision_features FINAL WHERE session = {session:String}",
        parameters={"session": hired.session},
    ).result_rows[0]
    assert frames > 0
    assert inferred == 0


def assert_no_frame_was_lost(reader: Client, sessions: list[str]) -> None:
    """Every frame that the gateway counted has a feature, and five came in every second."""
    counted = reader.query(
        "SELECT session, question, sum(arraySum(counts.frames)), "
        "min(date_diff('ms', started_at, at)) / 1000 "
        "FROM viva.answers FINAL "
        "WHERE type = 'answer.ended' AND session IN {sessions:Array(String)} "
        "GROUP BY session, question ORDER BY session, question",
        parameters={"sessions": sessions},
    ).result_rows
    features = reader.query(
        "SELECT session, question, countIf(NOT failed) FROM viva.vision_features FINAL "
        "WHERE question > 0 AND session IN {sessions:Array(String)} "
        "GROUP BY session, question ORDER BY session, question",
        parameters={"sessions": sessions},
    ).result_rows
    assert [(row[0], row[1], row[2]) for row in counted] == [tuple(row) for row in features]
    for _, _, frames, seconds in counted:
        assert frames >= 5 * seconds * 0.9 - 2
