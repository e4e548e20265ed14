from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from schemas.events import Exchange, QuestionAsked, QuestionRequested
from schemas.language import Language
from tests.unit.questions.embedding.embedders import Letters
from workers.questions.bank import BankEngine
from workers.questions.embedding.cache import CachedEmbedder
from workers.questions.embedding.service import Purpose, Vector
from workers.questions.resumes import Resumes
from workers.questions.retrieval import MOST, Retrieval, RetrievingEngine, query_of

FACTS = ("aaa", "bbb", "ccc", "ddd", "eee", "fff", "ggg", "hhh")
LATER = ("zzz", "yyy")
"""Lines of the résumé that no request carries."""


@dataclass
class Stored:
    """Stands for ClickHouse: has lines, or none."""

    lines: tuple[str, ...] = ()
    asked: list[tuple[str, str, int, int]] = field(default_factory=list)

    async def find(
        self, session: str, model: str, vector: Vector, most: int, *, within: float
    ) -> tuple[str, ...]:
        assert 0 < within <= 5
        self.asked.append((session, model, len(vector), most))
        return self.lines


class Recording(BankEngine):
    """Keeps the request that it got, and how much time was spent before it."""

    def __init__(self) -> None:
        self.got: list[tuple[QuestionRequested, float]] = []

    async def ask(self, request: QuestionRequested, *, spent_s: float = 0.0) -> QuestionAsked:
        self.got.append((request, spent_s))
        return await super().ask(request)


class Setup:
    def __init__(self, *lines: str) -> None:
        self.engine, self.stored, self.resumes = Letters(), Stored(lines), Resumes()
        self.retrieval = Retrieval(
            CachedEmbedder(self.engine), self.resumes, self.stored, deadline_s=5
        )


def request(answer: str = "", facts: tuple[str, ...] = FACTS, **more: str) -> QuestionRequested:
    history = (Exchange(question="What?", answer=answer),) if answer else ()
    return QuestionRequested(
        session="s", question=1 + len(history), at=0, language=Language.ENGLISH, total=3,
        facts=facts, history=history, **more,  # type: ignore[arg-type]
    )  # fmt: skip


async def test_what_clickhouse_has_comes_first() -> None:
    setup = Setup("from", "there")
    found = await setup.retrieval.find(request("ddd"))
    assert (found.lines, found.how) == (("from", "there"), "clickhouse")
    assert setup.stored.asked == [("s", "letters", 26, MOST)]
    assert [purpose for purpose, _ in setup.engine.asked] == [Purpose.QUERY]


async def test_without_rows_there_all_remembered_lines_are_ranked_here() -> None:
    setup = Setup()
    setup.resumes.keep("s", FACTS + LATER)
    found = await setup.retrieval.find(request("zzz yy f"))
    assert found.how == "memory"
    assert found.lines[:3] == ("zzz", "yyy", "fff")
    assert len(found.lines) == MOST


async def test_of_a_session_that_is_not_remembered_the_request_s_lines_are_ranked() -> None:
    found = await Setup().retrieval.find(request("hhh g"))
    assert (found.how, found.lines[:2]) == ("memory", ("hhh", "ggg"))


async def test_without_clickhouse_at_all_it_goes_the_same_way() -> None:
    retrieval = Retrieval(CachedEmbedder(Letters()), Resumes(), None, deadline_s=5)
    found = await retrieval.find(request("ccc"))
    assert (found.how, found.lines[0]) == ("memory", "ccc")


async def test_lines_that_are_equally_far_stay_in_their_order() -> None:
    found = await Setup().retrieval.find(request("xyz"))
    assert found.lines == FACTS[:MOST]


@pytest.mark.parametrize("fail_after", [0, 1, 2])
async def test_an_engine_that_fails_leaves_the_lines_as_they_come(fail_after: int) -> None:
    setup = Setup()
    setup.engine.fail_after = fail_after
    found = await setup.retrieval.find(request("ddd"))
    assert (found.lines, found.how) == (FACTS, "order")


async def test_an_engine_that_stalls_costs_no_more_than_the_deadline() -> None:
    setup = Setup("from", "there")
    setup.engine.stalls = True
    found = await setup.retrieval.find(request("ddd"))
    assert (found.lines, found.how) == (FACTS, "order")
    assert setup.stored.asked == []


async def test_without_anything_to_look_for_nothing_is_asked() -> None:
    setup = Setup("from", "there")
    found = await setup.retrieval.find(request())
    assert (found.lines, found.how) == (FACTS, "order")
    assert setup.engine.asked == setup.stored.asked == []


async def test_without_a_resume_nothing_is_asked_and_nothing_is_said_of_it() -> None:
    setup = Setup("from", "there")
    found = await setup.retrieval.find(request("ddd", facts=()))
    assert (found.lines, found.how, found.took_s) == ((), "", 0)
    assert setup.engine.asked == setup.stored.asked == []


def test_a_first_question_or_a_short_answer_looks_for_what_the_candidate_applies_for() -> None:
    assert query_of(request(position="Data  engineer", company="Hanbit")) == "Data engineer Hanbit"
    assert query_of(request(" ", position="Data engineer")) == "Data engineer"
    for answer, position, expected in (
        ("I wrote the parser.", "Data engineer", "I wrote the parser."),
        ("Yes.", "Data engineer", "Data engineer"),
        ("Yes.", "", "Yes."),
    ):
        assert query_of(request(answer, position=position)) == expected


def test_of_a_long_answer_the_end_is_looked_for_in_whole_words() -> None:
    words = [f"word{n}" for n in range(99)]
    query = query_of(request(" ".join(words)))
    assert 150 < len(query) <= 200
    assert words[-len(query.split()) :] == query.split()
    assert len(query_of(request("가" * 500))) == 200


async def test_the_engine_sees_the_fitting_lines_and_what_time_is_left() -> None:
    setup, engine = Setup("from", "there"), Recording()
    asked = await RetrievingEngine(engine, setup.retrieval).ask(request("ddd"), spent_s=0.5)
    ((got, spent),) = engine.got
    assert got.facts == ("from", "there")
    assert got.model_copy(update={"facts": FACTS}) == request("ddd")
    assert spent >= 0.5
    assert asked.retrieval == "clickhouse"
    assert asked.retrieval_ms == round(1000 * (spent - 0.5))
    assert asked.id == "s:2:0:0:question.asked:0"


async def test_a_question_without_a_resume_says_nothing_of_retrieval() -> None:
    engine = Recording()
    asked = await RetrievingEngine(engine, Setup().retrieval).ask(request("ddd", facts=()))
    assert (asked.retrieval, asked.retrieval_ms) == ("", 0)
    assert engine.got[0][0].facts == ()
