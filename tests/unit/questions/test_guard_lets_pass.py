from __future__ import annotations

import pytest

from tests.unit.questions.grounds import ENGLISH, KOREAN
from workers.questions.ground import Draft
from workers.questions.guard import PASSED, verdict

GOOD_ENGLISH = [
    (
        "the parcel tracker",
        "What made you decide to rebuild the parcel tracker instead of repairing it?",
    ),
    (
        "the parcel tracker",
        "How did you test the parcel tracker before the warehouse relied on it?",
    ),
    ("parcel tracker for our warehouse", "Who used the parcel tracker for your warehouse first?"),
    (
        "I rebuilt the parcel tracker for our warehouse in three months",
        "You rebuilt the tracker in three months; which feature did you leave out?",
    ),
    (
        "wrote the consumer in Python",
        "Why was Python the right choice when you wrote the consumer?",
    ),
    (
        "the consumer in Python",
        "How does the consumer in Python behave if your broker is away for an hour?",
    ),
    (
        "taught two colleagues how to run it",
        "You taught two colleagues how to run it. What did they find difficult?",
    ),
    (
        "taught two colleagues",
        "When you taught two colleagues, what would you explain differently today?",
    ),
    (
        "the support calls fell by forty percent",
        "How did you measure that the support calls fell by forty percent?",
    ),
    ("support calls", "Which change of yours had the largest effect on the support calls?"),
    ("customers called us", "What did you learn from the customers who called?"),
    (
        "We moved from nightly batches to Kafka",
        "Could you explain what you gained when you moved from nightly batches to Kafka?",
    ),
    ("the parcel tracker", "What was the hardest decision behind the parcel tracker?"),
    ("nightly batches", "Tell me about a night on which the nightly batches failed."),
    (
        "nightly batches",
        "Please describe which problem with the nightly batches cost you the most time.",
    ),
    ("Kubernetes", "What risk did you see in moving 40 services to Kubernetes?"),
    (
        "migration of 40 services to Kubernetes",
        "How did you plan the migration of 40 services to Kubernetes?",
    ),
    ("migration of 40 services", "Walk me through the first week of the migration of 40 services."),
    (
        "from 6 hours to 20 minutes",
        "You cut the nightly report from 6 hours to 20 minutes; how did you find the slow part?",
    ),
    ("ClickHouse", "What trade-off did you accept when you introduced ClickHouse?"),
    ("nightly report time", "How would you explain the nightly report time to a customer?"),
    (
        "when a parcel was late",
        "You mentioned “when a parcel was late”. What did a customer hear from you then?",
    ),
    (
        "rebuilt the parcel tracker",
        "You said “I rebuilt the parcel tracker”. Which part did you write yourself?",
    ),
    (
        "migration of 40 services",
        "In the migration of 40 services, what did you do when one failed?",
    ),
    ("the support calls fell", "What was the reason why the support calls fell by forty percent?"),
    ("wrote the consumer in Python", "Can you explain how you wrote the consumer in Python?"),
    (
        "taught two colleagues how to run it",
        "When colleagues had to run the consumer, how did you make sure it went well?",
    ),
]

GOOD_KOREAN = [
    ("배송 추적 시스템", "배송 추적 시스템을 다시 만드시면서 가장 어려웠던 점은 무엇인가요?"),
    (
        "배송 추적 시스템",
        "배송 추적 시스템을 고치는 대신 새로 만들기로 결정하신 이유는 무엇인가요?",
    ),
    (
        "석 달 만에 다시 만들었습니다",
        "석 달 만에 시스템을 다시 만드시려고 포기하신 기능이 있다면 무엇인가요?",
    ),
    ("배치를 카프카로", "배치를 카프카로 바꾸기로 한 판단의 근거는 무엇이었나요?"),
    ("고객 문의가 몰렸기", "고객 문의가 몰렸을 때 어떻게 대응하셨나요?"),
    ("고객 문의", "고객 문의가 줄어든 것은 어떤 방법으로 측정하셨습니까?"),
    ("소비자 프로그램", "소비자 프로그램을 파이썬으로 작성하신 이유가 궁금합니다."),
    ("파이썬으로 작성했고", "파이썬으로 작성하시면서 성능 문제는 어떻게 해결하셨나요?"),
    (
        "동료 두 명에게 운영 방법을",
        "동료 두 명에게 운영 방법을 가르치실 때 무엇을 가장 강조하셨나요?",
    ),
    ("운영 방법을 가르쳤습니다", "운영 방법을 가르치신 뒤에 동료들의 반응은 어땠나요?"),
    ("사십 퍼센트", "문의가 사십 퍼센트 줄었다는 결과는 어떻게 확인하셨나요?"),
    (
        "고객 문의가 사십 퍼센트 줄었습니다",
        "“고객 문의가 사십 퍼센트 줄었습니다”라고 하셨는데, 어떤 변화가 가장 큰 영향을 주었나요?",
    ),
    (
        "서비스 40개를 쿠버네티스로 이전",
        "서비스 40개를 쿠버네티스로 이전하시면서 어떤 순서로 진행하셨나요?",
    ),
    ("쿠버네티스", "쿠버네티스를 선택하신 이유와 과정을 설명해 주세요."),
    ("ClickHouse 도입", "ClickHouse 도입을 처음 제안하셨을 때 팀의 의견은 어떠했나요?"),
    ("야간 보고서", "야간 보고서 생성 시간을 단축하기 위해 어떤 부분을 먼저 살펴보셨나요?"),
    (
        "6시간에서 20분",
        "보고서 시간을 6시간에서 20분으로 줄이신 방법을 구체적으로 말씀해 주시겠어요?",
    ),
    ("물류 창고", "물류 창고의 담당자들과는 어떻게 소통하셨나요?"),
    ("배송이 늦으면", "배송이 늦으면 고객에게 어떤 내용을 먼저 알려 주셨나요?"),
    ("배송 추적 시스템", "배송 추적 시스템에 새로운 기술을 도입하실 때 어떤 기준으로 고르셨나요?"),
    ("배송 추적 시스템", "배송 추적 시스템의 서비스 장애를 어떻게 처리하셨나요?"),
    ("배송 추적", "배송 추적 시스템을 지금 다시 만드신다면 무엇을 다르게 하시겠습니까?"),
]


@pytest.mark.parametrize(("quote", "question"), GOOD_ENGLISH)
def test_a_good_english_question_passes(quote: str, question: str) -> None:
    assert verdict(Draft(question, quote), ENGLISH) == PASSED


@pytest.mark.parametrize(("quote", "question"), GOOD_KOREAN)
def test_a_good_korean_question_passes(quote: str, question: str) -> None:
    assert verdict(Draft(question, quote), KOREAN) == PASSED
