"""The SQL view and the folds are two accounts of one formula: they agree."""

from __future__ import annotations

import random

import pytest
from clickhouse_connect.driver.client import Client

from schemas.events import Event, QuestionScored, VisionFeatures
from tests.integration.clickhouse.answers import random_answer
from tests.integration.clickhouse.conftest import Store

pytestmark = [pytest.mark.integration, pytest.mark.requirement("score-scale")]

ANSWERS = 120


async def test_recomputed_scores_agree_with_published(store: Store, reader: Client) -> None:
    choose = random.Random(11)
    events: list[Event] = []
    for number in range(ANSWERS):
        answer = random_answer(f"re_{number // 3}", number % 3 + 1, choose)
        if number % 4 == 0:
            answer.pop()  # the final score is still to come: the behaviour score is recomputed
        events += answer
    await store(events)

    found = list(
        reader.query(
            "SELECT * FROM viva.recomputed_scores WHERE startsWith(session, 're_')"
        ).named_results()
    )
    assert len(found) == ANSWERS
    assert {row["stage"] for row in found} == {"behaviour", "final"}
    apart = [row for row in found if row["difference"] > 1e-6]
    assert apart == []
    # the answers differ enough for this to mean something
    for name in ("gaze", "voice", "smile", "posture", "emotion", "total"):
        values = {row[name] for row in found}
        assert None in values
        assert len(values) > 12, name


async def test_a_feature_that_came_twice_counts_once(store: Store, reader: Client) -> None:
    events = random_answer("twice", 1, random.Random(5))
    again = [
        event.model_copy(update={"faces": 3, "gaze_yaw": 359.0})
        for event in events
        if isinstance(event, VisionFeatures) and event.detected
    ]
    assert again
    await store([*events, *again])  # the same ids at higher offsets, with other content

    found = reader.query(
        "SELECT difference FROM viva.recomputed_scores WHERE session = 'twice'"
    ).result_rows
    assert len(found) == 1
    assert found[0][0] <= 1e-6


async def test_a_score_that_is_wrong_is_found(store: Store, reader: Client) -> None:
    events = random_answer("wrong", 1, random.Random(6))
    score = events[-1]
    assert isinstance(score, QuestionScored)
    gaze = score.gaze.model_copy(update={"value": 40.0 if score.gaze.value != 40.0 else 41.0})
    await store([*events[:-1], score.model_copy(update={"gaze": gaze})])

    ((difference,),) = reader.query(
        "SELECT difference FROM viva.recomputed_scores WHERE session = 'wrong'"
    ).result_rows
    assert difference > 0.5
