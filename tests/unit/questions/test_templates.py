from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.events import Exchange, QuestionRequested
from schemas.language import Language
from tests.unit.questions.grounds import ANSWER_EN, ANSWER_KO, ENGLISH, FACTS_EN, FACTS_KO, KOREAN
from workers.questions.ground import Draft, Ground
from workers.questions.guard import PASSED, verdict
from workers.questions.phrases import Phrase
from workers.questions.templates import compose, frames

QUOTES_EN = (
    "rebuilt the parcel tracker",
    "I wrote the consumer in Python",
    "nightly batches to Kafka",
)
QUOTES_KO = (
    "배송 추적 시스템", "배송 추적 시스템을 석 달 만에", "소비자 프로그램은 파이썬으로 작성했고",
    "고객 문의가 사십 퍼센트 줄었습니다", "물류 창고의 배송 추적",
)  # fmt: skip
PHRASES = [
    *((ENGLISH, Phrase(each, True, False)) for each in QUOTES_EN),
    *((ENGLISH, Phrase(each, False, False)) for each in ("migration of 40 services", "ClickHouse")),
    *((KOREAN, Phrase(each, True, False)) for each in QUOTES_KO),
    (KOREAN, Phrase("고객 문의가 사십 퍼센트 줄었습니다", True, True)),
    *((KOREAN, Phrase(each, False, False)) for each in ("ClickHouse 도입", "쿠버네티스로 이전")),
]


def request(
    language: Language = Language.ENGLISH, session: str = "s", question: int = 2,
    answer: str = ANSWER_EN, facts: tuple[str, ...] = (), earlier: tuple[str, ...] = (),
) -> QuestionRequested:  # fmt: skip
    asked = (*earlier, "Tell me.")
    history = tuple(Exchange(question=each, answer=answer) for each in asked) if answer else ()
    return QuestionRequested(
        session=session, question=question, at=0, language=language, total=9, facts=facts,
        history=history,
    )  # fmt: skip


def composed(asked_for: QuestionRequested) -> Draft:
    draft = compose(asked_for, Ground.of(asked_for))
    assert draft is not None
    return draft


@pytest.mark.parametrize(("every", "phrase"), PHRASES)
def test_every_frame_may_be_asked_around_any_phrase(every: Ground, phrase: Phrase) -> None:
    for frame in frames(every.language, phrase):
        draft = Draft(frame.replace("{quote}", f"“{phrase.text}”"), phrase.text)
        assert verdict(draft, replace(every, asked=())) == PASSED, draft.question


def test_no_korean_particle_that_depends_on_the_quote_follows_it() -> None:
    for every, phrase in PHRASES:
        if every.language is Language.KOREAN:
            for frame in frames(every.language, phrase):
                after = frame.partition("{quote}")[2]
                assert after.startswith((" 부분", "라고 "))


def test_the_same_request_gives_the_same_question_and_sessions_differ() -> None:
    assert composed(request()) == composed(request())
    assert len({composed(request(session=f"s{n}")).question for n in range(30)}) > 4


@pytest.mark.parametrize("language", list(Language))
def test_an_interview_of_templates_repeats_neither_frame_nor_phrase(language: Language) -> None:
    answer = ANSWER_KO if language is Language.KOREAN else ANSWER_EN
    asked: tuple[str, ...] = ()
    quotes = set()
    for question in range(2, 6):
        draft = composed(request(language, question=question, answer=answer, earlier=asked))
        asked += (draft.question,)
        quotes.add(draft.quote)
    assert len(set(asked)) == len(quotes) == 4


@pytest.mark.parametrize("facts", [FACTS_EN, FACTS_KO])
def test_a_resume_is_named_as_what_it_is(facts: tuple[str, ...]) -> None:
    language = Language.KOREAN if facts is FACTS_KO else Language.ENGLISH
    draft = composed(request(language, answer="", facts=facts))
    assert any(draft.quote in each for each in facts)
    assert ("이력서" if language is Language.KOREAN else "résumé") in draft.question


def test_without_a_phrase_there_is_no_template() -> None:
    asked_for = request(answer="Yes.")
    assert compose(asked_for, Ground.of(asked_for)) is None
