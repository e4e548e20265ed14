"""Answers, résumés and earlier questions that the guard's tests judge against."""

from __future__ import annotations

from schemas.language import Language
from workers.questions.ground import Ground

ANSWER_EN = (
    "I rebuilt the parcel tracker for our warehouse in three months. We moved from nightly batches "
    "to Kafka, because customers called us when a parcel was late. I wrote the consumer in Python "
    "and taught two colleagues how to run it. In the end the support calls fell by forty percent."
)
FACTS_EN = (
    "Led the migration of 40 services to Kubernetes at Hanbit Logistics",
    "Reduced nightly report time from 6 hours to 20 minutes with ClickHouse",
)
ASKED_EN = (
    "To begin, please introduce yourself and tell me what brought you here today.",
    "What was the hardest part of moving from nightly batches to Kafka?",
)
ANSWER_KO = (
    "저는 물류 창고의 배송 추적 시스템을 석 달 만에 다시 만들었습니다. 밤마다 돌리던 배치를 "
    "카프카로 옮겼는데, 배송이 늦으면 고객 문의가 몰렸기 때문입니다. "
    "소비자 프로그램은 파이썬으로 작성했고 "
    "동료 두 명에게 운영 방법을 가르쳤습니다. 결국 고객 문의가 사십 퍼센트 줄었습니다."
)
FACTS_KO = (
    "한빛물류에서 서비스 40개를 쿠버네티스로 이전",
    "ClickHouse 도입으로 야간 보고서 생성 시간을 6시간에서 20분으로 단축",
)
ASKED_KO = (
    "먼저 간단한 자기소개와 함께 지원하시게 된 계기를 말씀해 주세요.",
    "배치를 카프카로 옮기시면서 가장 어려웠던 점은 무엇이었나요?",
)

ENGLISH = Ground(Language.ENGLISH, ANSWER_EN, FACTS_EN, ASKED_EN, ("Backend engineer",))
KOREAN = Ground(Language.KOREAN, ANSWER_KO, FACTS_KO, ASKED_KO, ("백엔드 개발자", "한빛물류"))


def ground(language: Language) -> Ground:
    """Return the ground of a language."""
    return KOREAN if language is Language.KOREAN else ENGLISH
