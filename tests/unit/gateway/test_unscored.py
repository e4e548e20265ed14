"""How long answers wait for their scores."""

from __future__ import annotations

from gateway.live.unscored import Unscored
from schemas.events import AnswerEnded
from schemas.ids import AnswerKey
from tests.support.gateway import scored


def ended(session: str) -> AnswerEnded:
    return AnswerEnded(
        session=session, question=1, attempt=1, epoch=1, at=2_000, started_at=1_000, counts=(),
        reason="done",
    )  # fmt: skip


def test_two_answers_count_until_a_final_score() -> None:
    now = 100.0
    waiting = Unscored(lambda: now)
    assert waiting.longest_s == 0
    first, second = ended("s_a"), ended("s_b")
    waiting.ended(first.answer)
    now = 105
    waiting.ended(second.answer)
    now = 110
    assert waiting.longest_s == 5, "one alone may be broken: from the second on"
    waiting.scored(scored(first, "behaviour"))
    assert waiting.longest_s == 5
    third = ended("s_c")
    waiting.ended(third.answer)
    waiting.scored(scored(first, "final"))
    waiting.scored(scored(first, "final"))
    now = 112
    assert waiting.longest_s == 2
    waiting.scored(scored(third, "final"))
    assert waiting.longest_s == 0, "what ended before it is not waited for"


def test_what_is_said_twice_does_not_make_an_answer_younger() -> None:
    now = 0.0
    waiting = Unscored(lambda: now)
    waiting.ended(AnswerKey("s_a", 1, 1))
    waiting.ended(AnswerKey("s_b", 1, 1))
    now = 30
    waiting.ended(AnswerKey("s_b", 1, 1))
    assert waiting.longest_s == 30


def test_answers_that_are_never_scored_do_not_keep_the_door_shut_for_ever() -> None:
    now = 0.0
    waiting = Unscored(lambda: now)
    waiting.ended(AnswerKey("s_a", 1, 1))
    waiting.ended(AnswerKey("s_b", 1, 1))
    now = 599
    assert waiting.longest_s == 599
    now = 601
    assert waiting.longest_s == 0
