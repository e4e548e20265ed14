"""Where each rule draws its line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.language import Language
from tests.unit.questions.grounds import ANSWER_EN, ASKED_EN, ENGLISH, FACTS_KO, KOREAN
from workers.language.topics import TOPICS, topic_of
from workers.questions.ground import Draft, Ground
from workers.questions.guard import RULES, verdict
from workers.questions.guard.broken import is_broken
from workers.questions.guard.contact import CONTACT
from workers.questions.guard.echo import PLANTED
from workers.questions.guard.grounding import has_substance, locate
from workers.questions.guard.repetition import similar


@pytest.mark.parametrize(
    "text",
    [
        "How did you find the race condition in the parser?",
        "Which health check did the service lack?",
        "Why does the child process outlive the parent process?",
        "How did you split the parent class?",
        "What does the management page show?",
        "How did leader election behave when a broker failed?",
        "How did you disable the feature and diagnose the outage?",
        "Which assumption turned out to be conservative?",
        "Which font family did you choose?",
        "How did you migrate the original template?",
        "소비자 프로그램에 어떤 기술을 쓰셨나요?",
        "서비스 장애를 처리하시고 유지보수는 어떻게 하셨나요?",
        "전역 변수를 줄이신 방법은 무엇인가요?",
        "추정치와 측정치의 차이는 어떻게 줄이셨나요?",
        "거래처가 늘었을 때 무엇을 바꾸셨나요?",
        "사무교육을 맡으시면서 어떤 가정을 세우셨나요?",
        "아이디어를 어떻게 이야기로 다듬으셨나요?",
        "수출산업 자료를 게이트웨이로 어떻게 옮기셨나요?",
        "다국적 고객을 어떻게 응대하셨나요?",
        "부모 클래스의 항목사이 관계를 어떻게 정리하셨나요?",
        "어제대로 되돌리신 이유는 무엇인가요?",
        "성적 데이터를 어떻게 정리하셨나요?",
        "정당한 사유를 어떻게 설명하셨나요?",
    ],
)
def test_words_of_work_are_no_forbidden_topic(text: str) -> None:
    assert topic_of(text) == ""


INFLECTED = {
    "age": [
        "your age",
        "How OLD are you",
        "born in 1990",
        "나이를",
        "연세가",
        "몇 살이신가요",
        "91년생",
    ],
    "family status": [
        "marrying",
        "ex-husband",
        "pregnancies",
        "baby",
        "결혼을",
        "미혼이신가요",
        "아이들이",
        "임신하신",
    ],
    "family background": [
        "your mother's job",
        "families",
        "siblings",
        "부모님께서",
        "가족과",
        "아버지의",
        "형제자매",
    ],
    "religion": [
        "religiously",
        "churches",
        "Muslims",
        "praying",
        "종교는",
        "교회를",
        "불교 신자",
        "기도를",
    ],
    "origin": [
        "nationalities",
        "ethnicity",
        "immigrated",
        "where are you from",
        "국적을",
        "고향은",
        "경상도 출신",
    ],
    "health": [
        "disabilities",
        "illnesses",
        "medications",
        "allergic",
        "건강은",
        "장애가 있으신",
        "질환을",
        "술을 드시",
    ],
    "politics": [
        "politically",
        "did you vote",
        "elections",
        "정치적",
        "정당을",
        "투표하셨",
        "노조에",
    ],
    "sexual orientation": [
        "sexuality",
        "transgender",
        "lesbians",
        "성적 지향",
        "동성애자",
        "성별이",
    ],
    "military service": [
        "conscripted",
        "the army",
        "enlistment",
        "군대를",
        "병역은",
        "입대하신",
        "군 복무를",
    ],
    "appearance": [
        "your looks",
        "how tall",
        "attractiveness",
        "외모를",
        "키가 얼마",
        "몸무게는",
        "얼굴이",
    ],
}


def test_every_forbidden_topic_is_found_in_its_inflections() -> None:
    assert set(INFLECTED) == set(TOPICS)
    found = {(name, text): topic_of(text) for name, texts in INFLECTED.items() for text in texts}
    assert [each for each, topic in found.items() if topic != each[0]] == []


@pytest.mark.parametrize(
    "text",
    ["years 2019 - 2023", "2019.03 - 2021.05", "ASP.NET and Node.js", "1,500,000 rows", "v1.2.3"],
)
def test_years_versions_and_products_are_no_contact(text: str) -> None:
    assert CONTACT.search(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Why did the team score so many leads?",
        "How did you follow the instruction manual?",
        "What prompted the change?",
        "Who gave feedback on it?",
        "How was a 24/7 service run?",
        "Which language model did you compare?",
        "신용 등급을 어떻게 나누셨나요?",
        "장점은 무엇인가요?",
    ],
)
def test_ordinary_words_are_not_taken_for_planted_ones(text: str) -> None:
    assert PLANTED.search(text) is None


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("the parcel tracker", "the parcel tracker"),
        ("THE  Parcel\n tracker", "the parcel tracker"),
        ("“the parcel tracker.”", "the parcel tracker"),
        (
            "parcel tracker for our warehouse in three months.",
            "parcel tracker for our warehouse in three months",
        ),
        ("ClickHouse", "ClickHouse"),
        ("arcel tracker", ""),
        ("the parcel track", ""),
        ("parcel warehouse", ""),
        ("...", ""),
        ("", ""),
    ],
)
def test_a_quote_is_found_as_it_stands(quote: str, found: str) -> None:
    assert locate(quote, ENGLISH) == found


def test_a_quote_keeps_the_marks_and_spaces_of_its_source() -> None:
    ground = Ground(Language.ENGLISH, "we didn’t  ship\nthe beta", (), (), ())
    assert locate("didn't ship the beta", ground) == "didn’t  ship\nthe beta"


def test_a_korean_quote_may_stand_before_a_particle_but_not_within_a_word() -> None:
    assert locate("배송 추적 시스템", KOREAN) == "배송 추적 시스템"
    assert locate("송 추적 시스템", KOREAN) == ""
    assert locate("clickhouse 도입", KOREAN) == FACTS_KO[1][:13]


@pytest.mark.parametrize(
    ("phrase", "has"),
    [
        ("parcel tracker", True),
        ("Kubernetes", True),
        ("from 6 hours", True),
        ("쿠버네티스", True),
        ("고객 문의", True),
        ("6시간에서 20분", True),
        ("", False),
        ("the", False),
        ("it is what it is", False),
        ("job", False),
        ("6", False),
        ("저는", False),
        ("그래서 제가", False),
        ("회사", False),
    ],
)
def test_a_phrase_of_stop_words_says_nothing(phrase: str, has: bool) -> None:
    assert has_substance(phrase) is has


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ASKED_EN[1], ASKED_EN[1].upper(), True),
        (
            "How did you test the parcel tracker?",
            "And how did you test the parcel tracker, then?",
            True,
        ),
        ("How did you test the parcel tracker?", "Why did you leave your last job?", False),
        ("What did you learn from that?", "What would you do differently today?", False),
        ("배치를 어떻게 옮기셨나요?", "그러면 배치를 어떻게 옮기셨나요?", True),
        ("배치를 어떻게 옮기셨나요?", "동료들은 무엇을 어려워했나요?", False),
    ],
)
def test_near_duplicates_are_told_from_other_questions(one: str, other: str, same: bool) -> None:
    assert similar(one, other) is same
    assert similar(other, one) is same


@pytest.mark.parametrize(
    "text",
    [
        "What are you most proud of?",
        "Which of the two was harder?",
        "What was for you the hardest part?",
        "Were you the only developer?",
        "How did you and your team decide?",
        "What gave you the idea?",
        "How did you bring it to the in-house team?",
        "Why and how did you measure that?",
        "How did you need to change the C# code?",
        "What did you tell her to do?",
        "Each of the services failed; why?",
    ],
)
def test_clean_sentences_are_not_broken(text: str) -> None:
    assert not is_broken(Draft(text, ""), ENGLISH)


def test_what_was_said_is_no_drift_whatever_it_is() -> None:
    odd = "I marinate purple elephants with garlic overnight."
    draft = Draft("Why do you marinate purple elephants with garlic?", "purple elephants")
    assert verdict(draft, replace(ENGLISH, answer=odd)) == "passed"
    assert verdict(draft, replace(ENGLISH, answer=odd, language=Language.KOREAN)) == "language"


def test_an_overlong_quote_is_refused_unread() -> None:
    draft = Draft("How did you test the parcel tracker?", ANSWER_EN * 3)
    assert verdict(draft, ENGLISH) == "ungrounded"


def test_codes_stay() -> None:
    assert list(RULES) == [
        "language",
        "length",
        "forbidden",
        "echo",
        "contact",
        "broken",
        "form",
        "repeated",
        "ungrounded",
        "drift",
    ]
