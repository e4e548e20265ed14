from __future__ import annotations

from typing import Any

import pytest

from schemas.events import Event
from schemas.formula import Policy
from tests.contract.examples import FOLDER, load
from workers.sink.shapes import SHAPES


def row(name: str, offset: int = 0) -> dict[str, Any]:
    event: Event = load(FOLDER / f"{name}.json")
    shape = SHAPES[type(event)]
    return dict(zip(shape.columns, shape.row(event, offset), strict=True))


def test_parts_are_flattened() -> None:
    found = row("answer.started.v1")
    assert found["formula_weights_gaze"] == 0.35
    assert found["formula_gaze_yaw"] == 12.0
    assert found["baseline_head_pitch"] == 3.1
    assert "formula" not in found


def test_a_score_takes_the_name_of_its_component() -> None:
    found = row("question.scored.v1")
    assert (found["gaze"], found["gaze_coverage"]) == (100.0, 0.5)
    assert "gaze_value" not in found


def test_a_part_that_is_none_leaves_its_columns_none() -> None:
    found = row("question.scored.v1.insufficient")
    assert found["emotion"] is None
    assert found["emotion_coverage"] is None
    assert found["total"] is None


def test_tuples_of_parts_are_arrays_of_tuples() -> None:
    assert row("answer.ended.v1")["counts"] == [(1, 4, 5)]
    assert row("transcript.segment.v1")["words"][0] == ("I", 100, 180, 0.98)
    assert row("question.requested.v1.follow-up")["facts"] == ["배송 추적 시스템을 3년간 운영"]


def test_enums_are_their_text() -> None:
    found = row("answer.started.v1.hiring")
    assert found["policy"] == Policy.HIRING.value
    assert found["language"] == "ko"


@pytest.mark.parametrize(("lower", "higher"), [(0, 1), (5, 2**40)])
def test_the_lower_offset_takes_precedence(lower: int, higher: int) -> None:
    kept, dropped = row("answer.ended.v1", lower), row("answer.ended.v1", higher)
    assert kept["precedence"] > dropped["precedence"]


def test_type_is_stored_only_where_a_table_has_several() -> None:
    assert row("session.started.v1")["type"] == "session.started"
    assert "type" not in row("vision.features.v1")
