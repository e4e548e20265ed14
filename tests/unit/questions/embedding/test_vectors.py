from __future__ import annotations

import json
import math
from typing import Any

import pytest

from schemas.events import ResumeEmbedded
from schemas.resume import SectionKind
from workers.questions.embedding.service import (
    EmbeddingFailed,
    cosine_distance,
    rounded,
    vectors_of,
)


def test_vectors_get_the_length_1() -> None:
    one, other = vectors_of([[3, 4.0], [0.0, -2.0]], 2)
    assert list(one) == pytest.approx([0.6, 0.8])
    assert list(other) == pytest.approx([0.0, -1.0])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1.0, 0.0]], "wrong_count"),
        ({"0": [1.0]}, "wrong_count"),
        (None, "wrong_count"),
        ([[1.0, 0.0], [1.0]], "wrong_dimensions"),
        ([[1.0], [1.0]], "wrong_dimensions"),
        ([[1.0, 0.0], []], "wrong_shape"),
        ([[1.0, 0.0], [0.1] * 5000], "wrong_shape"),
        ([[1.0, 0.0], "AAAA"], "wrong_shape"),
        ([[1.0, 0.0], [1.0, "0"]], "wrong_shape"),
        ([[1.0, 0.0], [1.0, None]], "wrong_shape"),
        ([[1.0, 0.0], [True, 0.0]], "wrong_shape"),
        ([[1.0, 0.0], [1.0, math.nan]], "not_finite"),
        ([[1.0, 0.0], [1.0, math.inf]], "not_finite"),
        ([[1.0, 0.0], [1e200, 0.0]], "not_finite"),
        ([[1.0, 0.0], [10**400, 0]], "not_finite"),
        ([[1.0, 0.0], [0.0, 0.0]], "not_finite"),
    ],
)
def test_what_is_no_vector_is_refused(rows: Any, reason: str) -> None:
    with pytest.raises(EmbeddingFailed) as caught:
        vectors_of(rows, 2, 2)
    assert caught.value.reason == reason


def test_the_first_vector_says_how_many_dimensions_there_are() -> None:
    assert [len(each) for each in vectors_of([[1.0, 2.0, 3.0]], 1)] == [3]
    with pytest.raises(EmbeddingFailed, match="wrong_dimensions"):
        vectors_of([[1.0, 2.0], [1.0]], 2)


def test_the_distance_runs_from_0_to_2() -> None:
    east, north, west = vectors_of([[1, 0], [0, 1], [-1, 0]], 3)
    assert [cosine_distance(east, each) for each in (east, north, west)] == [0, 1, 2]
    (other,) = vectors_of([[1, 0, 0]], 1)
    with pytest.raises(ValueError, match="do not compare"):
        cosine_distance(east, other)


def test_the_same_numbers_come_out_of_an_event_and_are_short_in_it() -> None:
    (vector,) = vectors_of([[math.sin(n) for n in range(384)]], 1)
    event = ResumeEmbedded(
        session="s", at=0, lines=1, kind=SectionKind.SKILLS, text="Kafka", model="m",
        vector=rounded(vector),
    )  # fmt: skip
    value = event.model_dump_json()
    assert len(value) < 384 * 10 + 300
    (back,) = vectors_of([json.loads(value)["vector"]], 1)
    assert cosine_distance(vector, back) < 1e-4
    assert max(abs(a - b) for a, b in zip(vector, back, strict=True)) < 2e-5
