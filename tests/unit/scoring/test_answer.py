from __future__ import annotations

from typing import Any

import pytest

from schemas.events import CalibrationCompleted, Event, QuestionScored
from schemas.formula import Baseline, Formula, Policy
from schemas.language import Language
from streams.scoring.answer import MAX_TRANSCRIPT, AnswerFold, CalibrationFold
from tests.support import evidence as make

KEY = make.place(question=2, attempt=3, epoch=4)


def fold(*events: Event, **start: Any) -> list[QuestionScored]:
    answer = AnswerFold(make.started(KEY, **start))
    scores: list[Event] = []
    for event in events:
        answer.add(event)
        scores += answer.take()
    assert all(isinstance(each, QuestionScored) for each in scores)
    return [each for each in scores if isinstance(each, QuestionScored)]


def media(frames: int = 4, chunks: int = 2) -> list[Event]:
    return [
        *(make.frame(KEY, seq, smile=0.25, tension=0.1) for seq in range(frames)),
        *(make.chunk(KEY, seq) for seq in range(chunks)),
    ]


@pytest.mark.requirement("score-per-question")
def test_behaviour_comes_with_the_last_feature_and_final_with_the_transcript() -> None:
    answer = AnswerFold(make.started(KEY))
    for event in [*media(), make.ended(KEY, (4, 4, 2))]:
        assert answer.take() == []
        answer.add(event)
    (behaviour,) = answer.take()
    assert isinstance(behaviour, QuestionScored)
    assert (behaviour.stage, behaviour.seq, behaviour.evidence) == ("behaviour", 0, 6)
    assert behaviour.transcript == ""
    assert not answer.closed
    answer.add(make.segment(KEY, 0, "I um built it"))
    assert answer.take() == []
    answer.add(make.final(KEY))
    (final,) = answer.take()
    assert isinstance(final, QuestionScored)
    assert (final.stage, final.seq, final.evidence) == ("final", 1, 8)
    assert (final.transcript, final.words, final.fillers) == ("I um built it", 4, 1)
    assert answer.closed
    assert answer.take() == []


@pytest.mark.requirement("score-per-question")
def test_every_component_has_its_value_and_the_total_is_their_weighted_mean() -> None:
    _, final = fold(
        *media(),
        make.segment(KEY, 0, "I built the whole tracker"),
        make.final(KEY),
        make.ended(KEY, (4, 4, 2)),
    )
    assert final.gaze.value == 100
    assert final.posture.value == 100
    assert final.smile.value == pytest.approx(70)
    assert final.voice.value == pytest.approx(73.6, abs=0.05)
    assert final.emotion is not None
    assert final.emotion.value == pytest.approx(90)
    assert final.total.value == pytest.approx(35 + 0.2 * 73.623076923 + 15 + 10.5 + 13.5)
    assert final.question_text == "What did you build?"
    assert final.formula_version == Formula().version
    assert (final.started_at, final.ended_at, final.at) == (
        make.BEGAN,
        make.BEGAN + 9_000,
        make.BEGAN + 9_000,
    )
    assert (final.question, final.attempt, final.epoch) == (2, 3, 4)


def test_a_transcript_that_is_there_first_waits_for_the_features() -> None:
    scores = fold(make.final(KEY), make.ended(KEY, (4, 4, 2)), *media())
    assert [score.stage for score in scores] == ["behaviour", "final"]


@pytest.mark.requirement("score-insufficient")
def test_the_one_who_left_and_said_nothing_has_no_numbers() -> None:
    scores = fold(
        *(make.unseen(KEY, seq) for seq in range(4)),
        *(make.chunk(KEY, seq, rms=0.0003, speaking_ratio=0.0) for seq in range(2)),
        make.final(KEY),
        make.ended(KEY, (4, 4, 2)),
    )
    for score in scores:
        assert score.emotion is not None
        for part in (score.gaze, score.smile, score.posture, score.emotion):
            assert (part.value, part.coverage) == (None, 0.0)
        assert (score.voice.value, score.voice.coverage) == (None, 1.0)
        assert (score.total.value, score.total.coverage) == (None, 0.0)


@pytest.mark.requirement("score-insufficient")
def test_a_failed_feature_completes_the_answer_but_is_no_evidence_of_anything() -> None:
    behaviour, final = fold(
        make.frame(KEY, 0),
        *(make.unseen(KEY, seq, failed=True) for seq in range(1, 4)),
        make.chunk(KEY, 0),
        make.broken_chunk(KEY, 1),
        make.broken_chunk(KEY, 2),
        make.segment(KEY, 0, "heard well"),
        make.final(KEY),
        make.ended(KEY, (4, 4, 3)),
    )
    assert (behaviour.gaze.value, behaviour.gaze.coverage) == (None, 0.25)
    assert behaviour.voice.value is None
    assert behaviour.voice.coverage == pytest.approx(1 / 3)
    assert final.evidence == 9


@pytest.mark.requirement("score-insufficient")
def test_noise_has_a_voice_at_behaviour_and_none_when_nobody_was_heard() -> None:
    behaviour, final = fold(*media(), make.final(KEY), make.ended(KEY, (4, 4, 2)))
    assert behaviour.voice.value is not None
    assert final.voice.value is None
    assert final.gaze.value == 100
    assert final.total.value is not None
    assert final.total.coverage == pytest.approx(0.8)


def test_hiring_neither_computes_nor_carries_emotion() -> None:
    for score in fold(*media(), make.final(KEY), make.ended(KEY, (4, 4, 2)), policy=Policy.HIRING):
        assert score.emotion is None
        assert score.total.value is not None
        assert '"emotion":null' in score.model_dump_json()


def test_the_first_of_two_with_the_same_place_stands() -> None:
    away = make.frame(KEY, 0, gaze_yaw=80.0, smile=1.0)
    behaviour, _ = fold(
        make.frame(KEY, 0),
        away,
        make.chunk(KEY, 0),
        make.chunk(KEY, 0, rms=0.9),
        make.final(KEY),
        make.ended(KEY, (4, 1, 1)),
        make.ended(KEY, (4, 9, 9)),
    )
    assert behaviour.gaze.value == 100
    assert behaviour.smile.value == 40
    assert behaviour.evidence == 2


def test_an_answer_over_two_epochs_waits_for_both_and_for_the_last_transcript() -> None:
    later = {**KEY, "epoch": 5}
    answer = AnswerFold(make.started(KEY))
    for event in (
        make.frame(KEY, 0),
        make.chunk(KEY, 0),
        make.final(KEY),
        make.segment(later, 0, "second"),
        make.segment(KEY, 16_000, "first"),
        make.ended(later, (4, 1, 1), (5, 1, 1)),
        make.frame(later, 0),
    ):
        answer.add(event)
        assert answer.take() == []
    answer.add(make.chunk(later, 0))
    (behaviour,) = answer.take()
    assert isinstance(behaviour, QuestionScored)
    assert behaviour.evidence == 4
    answer.add(make.final(later))
    (final,) = answer.take()
    assert isinstance(final, QuestionScored)
    assert final.transcript == "first second"
    assert final.evidence == 8


def test_an_answer_of_nothing_closes_on_its_transcript_alone() -> None:
    scores = fold(make.final(KEY), make.ended(KEY))
    assert [score.total.value for score in scores] == [None, None]


@pytest.mark.requirement("vision-calibration")
def test_scores_are_relative_to_the_baseline_that_the_start_carries() -> None:
    tilted = Baseline(gaze_yaw=30, head_yaw=30, smile=0.2)
    behaviour, _ = fold(
        make.frame(KEY, 0, gaze_yaw=30.0, head_yaw=30.0, smile=0.2),
        make.chunk(KEY, 0),
        make.final(KEY),
        make.ended(KEY, (4, 1, 1)),
        baseline=tilted,
    )
    assert (behaviour.gaze.value, behaviour.posture.value, behaviour.smile.value) == (100, 100, 40)


def test_an_endless_transcript_is_cut_and_korean_is_kept() -> None:
    text = "배송 지연을 줄였습니다 " * 150
    long = [make.segment(KEY, seq * 16, text, language=Language.KOREAN) for seq in range(25)]
    _, final = fold(
        *long, *media(), make.final(KEY), make.ended(KEY, (4, 4, 2)), language=Language.KOREAN
    )
    assert len(final.transcript) == MAX_TRANSCRIPT
    assert final.transcript.startswith("배송 지연을")
    assert final.language is Language.KOREAN


@pytest.mark.requirement("pages-consent")
def test_who_is_not_seen_is_scored_by_what_is_heard_and_at_once() -> None:
    behaviour, final = fold(
        *(make.chunk(KEY, seq) for seq in range(2)),
        make.ended(KEY, (4, 0, 2)),
        make.segment(KEY, 0, "I built the whole tracker"),
        make.final(KEY),
        formula=Formula().without_camera(),
    )
    assert (behaviour.stage, final.stage) == ("behaviour", "final")
    for score in (behaviour, final):
        assert score.emotion is not None
        for part in (score.gaze, score.smile, score.posture, score.emotion):
            assert (part.value, part.coverage) == (None, 0.0)
        assert score.voice.value == pytest.approx(73.6, abs=0.05)
        assert (score.total.value, score.total.coverage) == (score.voice.value, 1.0)


@pytest.mark.requirement("pages-consent")
def test_a_calibration_without_camera_misses_no_picture() -> None:
    key = make.place(question=0, attempt=1)
    calibration = CalibrationFold(make.calibration_started(key, video=False))
    for event in (make.chunk(key, 0), make.chunk(key, 1), make.calibration_ended(key, (1, 0, 2))):
        calibration.add(event)
    (done,) = calibration.take()
    assert isinstance(done, CalibrationCompleted)
    assert (done.ok, done.problems, done.frames) == (True, (), 0)


@pytest.mark.requirement("vision-calibration")
def test_a_calibration_is_done_when_all_that_it_counts_is_there() -> None:
    key = make.place(question=0, attempt=2)
    calibration = CalibrationFold(make.calibration_started(key))
    for event in (
        make.calibration_ended(key, (1, 3, 2)),
        make.frame(key, 0, gaze_yaw=4.0),
        make.frame(key, 0, gaze_yaw=50.0),
        make.frame(key, 2, gaze_yaw=6.0),
        make.frame(key, 1, gaze_yaw=5.0),
        make.chunk(key, 0),
        make.final(key),
    ):
        calibration.add(event)
        assert calibration.take() == []
    calibration.add(make.chunk(key, 1))
    (done,) = calibration.take()
    assert isinstance(done, CalibrationCompleted)
    assert done.ok
    assert done.baseline.gaze_yaw == 5.0
    assert (done.attempt, done.frames, done.faces) == (2, 3, 3)
    assert done.at == make.BEGAN + 4_000
    assert calibration.closed
    assert calibration.take() == []
