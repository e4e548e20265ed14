from __future__ import annotations

import pytest

from schemas.events import (
    Draft,
    Event,
    Exchange,
    QuestionAsked,
    QuestionDrafted,
    QuestionRequested,
)
from schemas.language import Language
from workers.questions.bank import BankEngine
from workers.questions.service import QuestionService


class Published:
    """A producer that keeps what it is given."""

    def __init__(self) -> None:
        self.events: list[tuple[Event, int]] = []

    async def publish(self, *events: Event, gw: int) -> None:
        self.events += [(event, gw) for event in events]


@pytest.fixture
def published() -> Published:
    return Published()


@pytest.fixture
def service(published: Published) -> QuestionService:
    return QuestionService(BankEngine(), published)  # type: ignore[arg-type]


def request(
    seq: int = 0, fixed: str = "", draft: Draft | None = None, history: tuple[Exchange, ...] = ()
) -> QuestionRequested:
    return QuestionRequested(
        session="s",
        question=2,
        attempt=0,
        epoch=3,
        seq=seq,
        at=5,
        language=Language.KOREAN,
        total=3,
        fixed=fixed,
        draft=draft,
        history=history,
    )


async def test_a_request_is_answered_to_its_gateway(
    service: QuestionService, published: Published
) -> None:
    await service.answer(request(), gw=5)
    ((asked, gw),) = published.events
    assert isinstance(asked, QuestionAsked)
    assert asked.id == "s:2:0:3:question.asked:0"
    assert gw == 5


async def test_a_request_read_twice_gives_one_id_and_one_text(
    service: QuestionService, published: Published
) -> None:
    for _ in range(2):
        await service.answer(request(), gw=0)
    first, second = published.events
    assert first == second


async def answered(
    service: QuestionService, published: Published, asks: QuestionRequested
) -> Event:
    published.events.clear()
    await service.answer(asks, gw=0)
    ((event, _),) = published.events
    return event


async def test_an_early_request_gets_a_draft_that_the_final_one_keeps(
    service: QuestionService, published: Published
) -> None:
    drafted = await answered(service, published, request(seq=4))
    assert isinstance(drafted, QuestionDrafted)
    assert drafted.id == "s:2:0:3:question.drafted:4"
    draft = Draft.model_validate(drafted.model_dump(include=set(Draft.model_fields)))
    asked = await answered(service, published, request(draft=draft))
    assert isinstance(asked, QuestionAsked)
    assert (asked.id, asked.text) == ("s:2:0:3:question.asked:0", drafted.text)


async def test_a_draft_that_was_asked_before_is_not_asked_again(
    service: QuestionService, published: Published
) -> None:
    drafted = await answered(service, published, request(seq=1))
    assert isinstance(drafted, QuestionDrafted)
    draft = Draft.model_validate(drafted.model_dump(include=set(Draft.model_fields)))
    before = (Exchange(question=drafted.text, answer="네."),)
    asked = await answered(service, published, request(draft=draft, history=before))
    assert isinstance(asked, QuestionAsked)
    assert asked.text != drafted.text


@pytest.mark.parametrize("seq", [0, 1])
async def test_the_owners_question_is_asked_word_for_word(
    service: QuestionService, published: Published, seq: int
) -> None:
    question = await answered(service, published, request(seq=seq, fixed="왜 여기인가요?"))
    assert isinstance(question, QuestionAsked | QuestionDrafted)
    assert (question.text, question.source, question.seq) == ("왜 여기인가요?", "fixed", seq)
