from __future__ import annotations

import re

import pytest

from schemas.events import Exchange, QuestionRequested
from schemas.language import Language
from tests.unit.questions.grounds import ANSWER_EN, ANSWER_KO, FACTS_EN
from workers.questions import shapes
from workers.questions.clauses import clauses
from workers.questions.deeds import buildings
from workers.questions.frames import Frames
from workers.questions.ground import Draft, Ground
from workers.questions.guard import RULES
from workers.questions.kinds import Building, Deed, Form, Tells

BUILDINGS = [
    Building("wrote a short checklist", Form.PAST, Deed.CHANGE, True),
    Building("introduced a bedside handover", Form.PAST, Deed.CHANGE, False),
    Building("trained the tutors for two afternoons", Form.PAST, Deed.CARRY, True),
    Building("led a team of nine pickers on the night shift", Form.PAST, Deed.CARRY, False),
    Building("counted the returns every Friday", Form.PAST, Deed.LOOK, True),
    Building("tested 40 valves in two weeks", Form.PAST, Deed.LOOK, False),
    Building("negotiated with two fishermen", Form.PAST, Deed.SPEAK, True),
    Building("persuaded the council in 2021", Form.PAST, Deed.SPEAK, False),
    Building("teach four classes", Form.PRESENT, Deed.CARRY, True),
    Building("working on the billing service", Form.GERUND, None, True),
    *(Building("I learned that people hide mistakes", Form.CLAUSE, each, True) for each in Tells),
    *(Building("the training was cancelled", Form.CLAUSE, each, True) for each in Tells),
]


def request(answer: str = ANSWER_EN, *asked: str, session: str = "s") -> QuestionRequested:
    return QuestionRequested(
        session=session, question=2, at=0, language=Language.ENGLISH, total=9, facts=FACTS_EN,
        history=tuple(Exchange(question=each, answer=answer) for each in (*asked, "Tell me.")),
    )  # fmt: skip


def framed(asked_for: QuestionRequested) -> Frames:
    found = Frames.of(asked_for, Ground.of(asked_for))
    assert found is not None
    return found


@pytest.mark.parametrize("each", BUILDINGS)
def test_all_that_may_be_written_passes_the_guard(each: Building) -> None:
    ground = Ground(Language.ENGLISH, each.text if each.said else "", (each.text,), (), ())
    leads, asks, whole = shapes.asking(each)
    for lead in (spelled for one in leads for spelled in shapes.spelled(one)):
        for ask in (spelled for one in (*asks, *whole) for spelled in shapes.spelled(one)):
            draft = Draft(shapes.filled(lead, ask, each.text), each.text)
            assert [code for code, breaks in RULES.items() if breaks(draft, ground)] == [], draft


@pytest.mark.parametrize("each", BUILDINGS)
def test_what_may_be_written_is_one_tidy_question(each: Building) -> None:
    leads, asks, whole = shapes.asking(each)
    for shape in (*asks, *whole):
        for ask in shapes.spelled(shape):
            assert ask.endswith("?")
            assert "  " not in ask
            assert " ?" not in ask
            for lead in leads:
                question = shapes.filled(lead, ask, each.text)
                assert question[0].isupper()
                assert each.text in question
                assert not re.search(r"[(){|}]", shapes.filled("So", ask, each.text))


def test_the_same_request_has_the_same_options_and_sessions_differ() -> None:
    assert framed(request()) == framed(request())
    assert len({tuple(framed(request(session=f"s{n}")).options) for n in range(9)}) == 9


def test_what_was_asked_is_no_option_again() -> None:
    first = framed(request())
    for written, draft in first.options.items():
        again = framed(request(ANSWER_EN, draft.question))
        assert again.phrase != first.phrase
        assert written not in again.options


def test_a_question_does_not_begin_as_the_last_two_did() -> None:
    asked = ("You said you made the rota. What did you learn from it?",)
    for session in ("a", "b", "c", "d", "e"):
        options = framed(request(ANSWER_EN, *asked, session=session)).options.values()
        assert not any(each.question.startswith("You said") for each in options)


def test_a_question_keeps_to_one_tense_and_names_nothing_twice() -> None:
    for session in map(str, range(30)):
        asked_for = request("I compared the results every night.", session=session)
        for draft in framed(asked_for).options.values():
            assert draft.question.casefold().count("results") == 1
            if draft.question.startswith("When you"):
                assert not re.search(r", (?:what|how) (?:would|has|have)", draft.question)


def test_there_are_none_in_korean_and_none_without_a_phrase() -> None:
    for language, answer in ((Language.KOREAN, ANSWER_KO), (Language.ENGLISH, "Yes.")):
        bare = request(answer).model_copy(update={"language": language, "facts": ()})
        assert Frames.of(bare, Ground.of(bare)) is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("The way we cut fish changed.", []),
        ("I don't think I did that very well.", []),
        ("I wrote it again.", []),
        ("I made a mistake with the invoice.", []),
        ("I dropped the ball on the Miller account.", []),
        ("I led by example in the kitchen.", []),
        ("I worked at a bank for three years.", []),
        ("I tested positive for the virus.", []),
        ("I moved his start to noon.", []),
        ("She wrote the plan for the kitchen.", []),
        ("I like the garden and she planted three trees.", []),
        ("I wrote the plan for the kitchen.", ["wrote the plan for the kitchen"]),
        ("Um, we also tested the alarm with the porter.", ["tested the alarm with the porter"]),
        ("I planned the shifts and repaired the old press.",
         ["planned the shifts", "repaired the old press"]),
        ("I teach four classes.", ["teach four classes"]),
        ("I was working on the billing service.", ["working on the billing service"]),
        ("I wrote a curriculum for probability and statistics.",
         ["wrote a curriculum for probability and statistics"]),
    ],
)  # fmt: skip
def test_a_phrase_is_built_in_where_its_verb_and_end_are_sure(said: str, found: list[str]) -> None:
    every = buildings(Ground(Language.ENGLISH, said, (), (), ()))
    assert sorted(each.text for each in every if each.form is not Form.CLAUSE) == sorted(found)


@pytest.mark.parametrize(
    ("said", "tells"),
    [
        ("I had to find three sponsors.", Tells.MUST),
        ("We had a power cut on Friday.", Tells.MET),
        ("I should have called the doctor.", Tells.REGRET),
        ("I'd like to run a ward.", Tells.WISH),
        ("I would say I'm patient.", Tells.TRAIT),
        ("I go down to the harbour.", Tells.HABIT),
        ("I learned a lot from the porter.", Tells.OWN),
        ("The training was cancelled again.", Tells.PAST),
        ("before it becomes a problem", None),
        ("it isn't what we wanted", None),
        ("which was a big problem", None),
        ("the guy who was late", None),
    ],
)
def test_a_clause_is_quoted_whole_and_says_what_it_tells(said: str, tells: Tells | None) -> None:
    assert [found for _, found in clauses(said)] == ([] if tells is None else [tells])


def test_drafts_rest_on_words_of_the_answer() -> None:
    frames = framed(request())
    for draft in frames.options.values():
        assert draft.quote in ANSWER_EN
        assert draft.quote in draft.question
