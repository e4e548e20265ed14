from __future__ import annotations

import pytest

from schemas.bank import BANKS
from schemas.events import Exchange, QuestionRequested
from schemas.language import Language
from workers.questions.bank import BankEngine, choose

LANGUAGES = list(Language)


def request(
    session: str = "s_1",
    question: int = 1,
    language: Language = Language.ENGLISH,
    total: int = 3,
    position: str = "",
    company: str = "",
    history: tuple[Exchange, ...] = (),
) -> QuestionRequested:
    return QuestionRequested(
        session=session,
        question=question,
        epoch=1,
        at=1000,
        language=language,
        total=total,
        position=position,
        company=company,
        history=history,
    )


def interview(session: str, total: int, language: Language, with_history: bool) -> list[str]:
    texts: list[str] = []
    for number in range(1, total + 1):
        history = tuple(Exchange(question=each, answer="…") for each in texts)
        texts.append(
            choose(
                request(session, number, language, total, history=history if with_history else ())
            )
        )
    return texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_least_twelve_questions_in_each_language(language: Language) -> None:
    texts = {entry.text for entry in BANKS[language].all}
    assert len(texts) >= 12
    assert len(texts) == len(BANKS[language].all)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("total", [1, 3, 12, 20])
@pytest.mark.parametrize("with_history", [True, False])
def test_no_question_comes_twice_in_a_session(
    language: Language, total: int, with_history: bool
) -> None:
    for number in range(25):
        texts = interview(f"s_{number}", total, language, with_history)
        assert len(set(texts)) == total


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_request_gives_the_same_question(language: Language) -> None:
    assert interview("s_7", 5, language, True) == interview("s_7", 5, language, True)


def test_sessions_differ() -> None:
    asked = {tuple(interview(f"s_{n}", 3, Language.ENGLISH, False)) for n in range(40)}
    assert len(asked) > 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_opens_and_closes_as_an_interview_does(language: Language) -> None:
    bank = BANKS[language]
    for number in range(10):
        texts = interview(f"s_{number}", 4, language, True)
        assert texts[0] in {entry.text for entry in bank.opening}
        assert texts[-1] in {entry.text for entry in bank.closing}
        assert not {entry.text for entry in bank.opening} & set(texts[1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_none_of_the_history_is_asked_again(language: Language) -> None:
    every = [entry.text for entry in BANKS[language].all]
    for left in every:
        history = tuple(Exchange(question=f" {each} ", answer="") for each in every if each != left)
        assert choose(request(question=2, language=language, history=history)) == left


@pytest.mark.parametrize("language", LANGUAGES)
def test_when_all_were_asked_it_goes_on(language: Language) -> None:
    history = tuple(Exchange(question=entry.text, answer="") for entry in BANKS[language].all)
    text = choose(request(question=30, language=language, total=50, history=history))
    assert text in {entry.text for entry in BANKS[language].all}


@pytest.mark.parametrize("language", LANGUAGES)
def test_position_and_company_are_woven_in_where_known(language: Language) -> None:
    position, company = "Data  engineer", "Hanbit\nLogistics"
    texts: set[str] = set()
    for number in range(40):
        for question in (1, 2, 3):
            text = choose(request(f"s_{number}", question, language, 3, position, company))
            assert "{" not in text
            texts.add(text)
    assert any("Data engineer" in text for text in texts)
    assert any("Hanbit Logistics" in text for text in texts)
    assert all("{" not in choose(request(f"s_{n}", 1, language)) for n in range(20))


def test_what_is_woven_in_is_never_a_placeholder_itself() -> None:
    text = choose(request("s_2", 1, position="{nonsense} 100%", company="{0}"))
    assert "{position}" not in text
    assert "{company}" not in text


def test_korean_questions_are_polite() -> None:
    for entry in BANKS[Language.KOREAN].all:
        for text in filter(None, (entry.text, entry.woven)):
            sentences = [each for each in text.replace("?", ".").split(".") if each.strip()]
            assert all(each.strip().endswith(("요", "다", "까")) for each in sentences), text


async def test_the_engine_answers_the_request_it_got() -> None:
    asked = await BankEngine().ask(request(question=2, language=Language.KOREAN))
    assert (asked.session, asked.question, asked.epoch, asked.at) == ("s_1", 2, 1, 1000)
    assert asked.language is Language.KOREAN
    assert (asked.engine, asked.source) == ("bank", "bank")


async def test_loading_says_how_many_questions_there_are() -> None:
    assert await BankEngine().load() == "questions: en 20, ko 20"
