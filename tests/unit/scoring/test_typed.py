"""Answers that were written: their words count, and nothing else is made up about them."""

from __future__ import annotations

import itertools

import pytest

from schemas.events import Event, QuestionScored
from schemas.formula import Formula, Policy
from streams.scoring.open_answers import OpenAnswers
from streams.scoring.writing import writing
from tests.support import evidence as make

KEY = make.place(question=2, attempt=3, epoch=4)
ENDED = make.ended(KEY, (4, 0, 0))
TEXT = "Um, I built it.\n\nIt took two years… and was worth it."


def scores(*events: Event, policy: Policy = Policy.PRACTICE) -> list[QuestionScored]:
    """What one partition publishes for the typed answer that ``events`` are of."""
    formula = Formula().for_policy(policy).for_writing()
    partition, published = OpenAnswers(), []
    start = make.started(KEY, policy, formula, typed=True)
    for record in make.records([start, *events]):
        due = partition.read(record)
        if due is not None:
            published += [each for each in due.events if isinstance(each, QuestionScored)]
            if due.closed:
                partition.close(due.key)
    assert len(partition) == 0
    return published


@pytest.mark.parametrize("policy", Policy)
def test_the_words_are_there_and_nothing_was_measured(policy: Policy) -> None:
    (score,) = scores(make.typed(KEY, TEXT), ENDED, policy=policy)
    assert (score.stage, score.seq, score.typed, score.evidence) == ("final", 1, True, 1)
    assert (score.transcript, score.words) == (TEXT, 12)
    assert (score.words_per_minute, score.confidence) == (None, None)
    assert (score.fillers, score.pauses, score.pause_ms, score.longest_pause_ms) == (0, 0, 0, 0)
    for part in (score.gaze, score.voice, score.smile, score.posture, score.total):
        assert (part.value, part.coverage) == (None, 0.0)
    assert (score.emotion is None) == (policy is Policy.HIRING)


def test_order_and_copies_change_nothing() -> None:
    """Whatever else comes of such an answer is no evidence: there is no sound to hear it in."""
    events = [
        make.typed(KEY, TEXT),
        ENDED,
        make.segment(KEY, 0, "nobody said this"),
        make.final(KEY),
        make.typed(KEY, TEXT),
    ]
    expected = [each.model_dump_json() for each in scores(make.typed(KEY, TEXT), ENDED)]
    for order in itertools.permutations(events):
        assert [each.model_dump_json() for each in scores(*order)] == expected


def test_an_answer_that_nothing_was_written_for_is_scored_all_the_same() -> None:
    (score,) = scores(make.typed(KEY, ""), ENDED)
    assert (score.transcript, score.words, score.total.value) == ("", 0, None)


def test_a_spoken_answer_takes_no_writing() -> None:
    partition = OpenAnswers()
    events = [make.started(KEY), make.typed(KEY, TEXT), ENDED, make.final(KEY)]
    dues = [due for record in make.records(events) if (due := partition.read(record)) is not None]
    published = [each for due in dues for each in due.events if isinstance(each, QuestionScored)]
    assert [(each.stage, each.transcript) for each in published] == [
        ("behaviour", ""),
        ("final", ""),
    ]


def test_words_are_counted_in_both_languages() -> None:
    assert writing("").words == 0
    assert writing("저는  배송 조회를\n다시 만들었습니다").words == 5


def test_the_formula_of_the_written_weighs_nothing_and_has_a_name_of_its_own() -> None:
    formula = Formula().for_writing()
    assert set(formula.weights.model_dump().values()) == {0.0}
    assert formula.version not in (Formula().version, Formula().without_camera().version)
    assert formula.for_policy(Policy.HIRING) == formula
