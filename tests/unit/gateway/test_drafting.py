"""Drafts while the candidate speaks, the owner's questions, and how long a turn takes; no I/O."""

from __future__ import annotations

import pytest

from gateway.session import drafting, live, machine, turns
from gateway.session.model import Consent, Interview
from schemas.events import (
    EpochCounts,
    Event,
    QuestionAsked,
    QuestionDrafted,
    QuestionRequested,
    TranscriptFinal,
    TranscriptSegment,
    TurnMeasured,
)
from schemas.formula import Formula, Policy
from schemas.language import Language

COUNTS = EpochCounts(epoch=1, frames=5, chunks=3)


def answering(total: int = 3, fixed: tuple[str, ...] = ()) -> Interview:
    """Return an interview whose first answer has just begun."""
    interview = machine.create(
        session="s1",
        slot=0,
        language=Language.ENGLISH,
        policy=Policy.PRACTICE,
        total=total,
        position="",
        company="",
        fixed=fixed,
        now=1_000,
        expires_at=10_000_000,
    )
    interview.consent = Consent.unasked()
    machine.connect(interview, slot=0, now=2_000)
    assert live.apply(interview, asked(1))
    machine.start_answer(interview, formula=Formula(), now=3_000)
    return interview


def asked(number: int, text: str = "Why?") -> QuestionAsked:
    return QuestionAsked(
        session="s1", question=number, at=3_000, language=Language.ENGLISH, text=text,
        engine="test", source="bank",
    )  # fmt: skip


def drafted(seq: int, text: str = "How?", question: int = 2) -> QuestionDrafted:
    return QuestionDrafted(
        session="s1", question=question, seq=seq, at=3_000, language=Language.ENGLISH, text=text,
        engine="test", source="template", grounding="a bridge",
    )  # fmt: skip


def say(interview: Interview, text: str, seq: int = 0, now: int = 5_000) -> None:
    """Have ``text`` heard, as the hub does."""
    opened = interview.open
    assert opened is not None
    event = TranscriptSegment(
        session="s1", question=opened.question, attempt=opened.attempt, epoch=1, seq=seq, at=now,
        language=Language.ENGLISH, text=text, words=(), start_ms=seq // 16, end_ms=seq // 16 + 9,
        speech_ms=9, avg_logprob=-0.1, no_speech_prob=0.0,
    )  # fmt: skip
    assert live.apply(interview, event)
    drafting.heard(interview, now=now)


def published(interview: Interview) -> list[Event]:
    return [each for each in (p.decoded() for p in interview.outbox) if isinstance(each, Event)]


def early(interview: Interview) -> list[QuestionRequested]:
    return [e for e in published(interview) if isinstance(e, QuestionRequested) and e.is_early]


def final(interview: Interview) -> QuestionRequested:
    """Return the request that the end of the answer has led to."""
    machine.end_answer(interview, counts=COUNTS, reason="done", now=9_000)
    assert interview.requested is not None
    return interview.requested


def test_a_draft_is_asked_for_as_the_answer_begins_and_as_it_grows() -> None:
    interview = answering()
    assert [(each.question, each.seq) for each in early(interview)] == [(2, 1)]
    say(interview, "I built a bridge.")
    say(interview, "Of wood.", seq=100)
    assert len(early(interview)) == 2, "the first words count, a few more do not"
    assert early(interview)[-1].history[-1].answer == "I built a bridge."
    say(interview, "and then " * 20, seq=200)
    assert early(interview)[-1].history[-1].answer.startswith("I built a bridge. Of wood. and")


def test_drafts_for_one_question_are_limited() -> None:
    interview = answering()
    for number in range(20):
        say(interview, "and then " * 20, seq=number)
    assert len(early(interview)) == 7


def test_the_drafts_of_a_long_answer_are_spread_over_it() -> None:
    interview = answering()
    for number in range(24):
        say(interview, "x" * 100, seq=number)
    heard = [len(each.history[-1].answer.replace(" ", "")) for each in early(interview)]
    assert heard == [0, 100, 300, 500, 800, 1200, 1800]


def test_attempts_at_an_answer_share_the_limit() -> None:
    interview = answering()
    for _ in range(20):
        machine.abandon(interview, reason="lost", now=6_000)
        machine.start_answer(interview, formula=Formula(), now=7_000)
    assert len(early(interview)) == 7


def test_the_latest_draft_goes_with_the_request() -> None:
    interview = answering()
    say(interview, "I built a bridge.")
    assert live.apply(interview, drafted(2, "new?"))
    assert not live.apply(interview, drafted(1, "old?")), "it came late"
    draft = final(interview).draft
    assert draft is not None
    assert (draft.text, draft.source, draft.grounding) == ("new?", "template", "a bridge")
    assert interview.drafting is None


def test_without_a_draft_the_question_is_requested_as_ever() -> None:
    assert final(answering()).draft is None


@pytest.mark.parametrize("stray", [drafted(1, question=1), drafted(1, question=3)])
def test_a_draft_of_another_question_is_not_kept(stray: QuestionDrafted) -> None:
    assert not live.apply(answering(), stray)


def test_what_was_drafted_on_an_answer_given_up_is_not_asked() -> None:
    interview = answering()
    say(interview, "I built a bridge.")
    machine.abandon(interview, reason="lost", now=6_000)
    assert not live.apply(interview, drafted(2))
    machine.start_answer(interview, formula=Formula(), now=7_000)
    assert not live.apply(interview, drafted(2)), "it rests on the attempt before"
    assert early(interview)[-1].seq == 3
    assert early(interview)[-1].history[-1].answer == ""
    assert final(interview).draft is None


def test_nothing_is_drafted_after_the_last_question() -> None:
    interview = answering(total=1)
    say(interview, "I built a bridge.")
    assert early(interview) == []


def test_the_owners_questions_come_first() -> None:
    interview = answering(total=3, fixed=("Why here?", "What next?"))
    firsts = [e.fixed for e in published(interview) if isinstance(e, QuestionRequested)]
    assert firsts == ["Why here?", "What next?"], "the second one is drafted already"
    assert final(interview).fixed == "What next?"
    assert live.apply(interview, asked(2))
    machine.start_answer(interview, formula=Formula(), now=10_000)
    assert final(interview).fixed == ""


def turn_of(interview: Interview) -> TurnMeasured:
    machine.start_answer(interview, formula=Formula(), now=20_000)
    (turn,) = (each for each in published(interview) if isinstance(each, TurnMeasured))
    return turn


def test_a_turn_is_measured_from_the_end_of_the_answer() -> None:
    interview = answering()
    assert live.apply(interview, drafted(1, "How?"))
    final(interview)
    for event, now in (
        (asked(2, "How?"), 9_030),
        (TranscriptFinal(session="s1", question=1, attempt=1, at=0, audio_ms=9), 9_400),
    ):
        assert live.apply(interview, event)
        turns.note(interview, event, now=now)
    turns.playing(interview, now=9_500)
    turns.playing(interview, now=15_000)
    turn = turn_of(interview)
    assert (turn.at, turn.question, turn.drafted) == (9_000, 2, True)
    assert (turn.text_ms, turn.heard_ms, turn.playing_ms) == (30, 400, 500)
    assert (turn.clip_ms, turn.answering_ms) == (None, 11_000)
    assert interview.turn is None


def test_a_question_other_than_the_draft_was_not_drafted() -> None:
    interview = answering()
    assert live.apply(interview, drafted(1, "How?"))
    final(interview)
    assert live.apply(interview, asked(2, "Why not?"))
    turns.note(interview, asked(2, "Why not?"), now=9_030)
    assert not turn_of(interview).drafted


def test_another_attempt_at_the_same_question_is_no_turn() -> None:
    interview = answering()
    machine.abandon(interview, reason="lost", now=6_000)
    machine.start_answer(interview, formula=Formula(), now=7_000)
    assert not [each for each in published(interview) if isinstance(each, TurnMeasured)]
