"""The talk of interviews: English by stem, Korean by the first two syllables."""

from __future__ import annotations

from workers.questions.text import is_hangul, stem

_ENGLISH = (
    "achieve achievement act action adapt add advice affect agree aim alternative answer apply "
    "approach area argue aspect assess avoid balance became become begin benefit best better big "
    "biggest bring build built business candidate care career carry case cause challenge "
    "challenging "
    "change check choice choose chose clear colleague come communicate company compare complete "
    "conclude concrete conflict consider contribute contribution convince cost create customer "
    "data deal decide decision define deliver depend describe design detail develop difference "
    "different difficult difficulty disagree discover drive drew easy effect efficient effort "
    "enable end engineer ensure error evaluate evidence exact exactly example expect experience "
    "explain face fail failure feature feedback feel fell field figure final find first fit fix "
    "focus follow found future gain gave give goal good great grow guide handle happen hard "
    "harder hardest help idea identify impact implement important improve improvement influence "
    "inform interest interview introduce involve issue job join judge keep key know knew knowledge "
    "largest lead learn learned led lesson level limit long longest look main maintain manage "
    "matter mean measure member mention method mind miss mistake month moment motivate need new "
    "next notice obstacle occur opportunity option order organise organize outcome overcome part "
    "particular partner path people perform performance person persuade pick piece plan play "
    "position practice prefer prepare pressure prevent priority prioritise prioritize problem "
    "process produce product project prove proud purpose put quality question reach reaction "
    "reason receive recent recommend reduce relate rely report requirement resolve resource "
    "respond responsibility responsible result resume risk role rule run see seen set set-up "
    "share show side sign situation skill slow small solution solve source specific speed spend "
    "spent stakeholder standard start step stop strategy strength struggle success successful "
    "succeed suggest support sure surprise surprising system take talk task taught teach team "
    "technical tell test think thought time took tool track trade-off tradeoff train tried try "
    "turn "
    "away done far taken told toward mention demand reward delicate account accord effort else "
    "held "
    "résumé line today differently stay moment idea behind colleague situation "
    "understand unexpected use useful user value verify want weakness week went win work worked "
    "works world worth year"
)
_KOREAN = (
    "가장 가지 감당 강점 같은 개발 개선 결과 결정 겪으 겪었 경험 계기 계획 고객 고려 고민 공유 "
    "과정 과제 "
    "관리 교훈 구체 구현 극복 근거 기대 기술 기여 기억 기준 까다 나누 나눈 나서 내용 노력 느끼 "
    "느꼈 느낀 "
    "다루 다르 다른 단계 달라 달성 담당 당시 대응 대처 대해 도구 도움 도입 도전 동료 들려 들어 "
    "때문 마무 "
    "마주 만드 만든 만들 말씀 맞닥 맡으 맡은 맡았 목표 무슨 무엇 문제 바꾸 바꾼 바꿨 바라 반영 "
    "발견 발생 "
    "발전 방법 방식 배우 배운 배웠 변화 보완 보람 부분 부탁 분석 비교 사례 사용 상황 생각 선택 "
    "설득 설명 "
    "설계 성과 성장 성공 소개 소통 수준 시간 시도 시작 실패 실수 실제 쓰신 아쉬 알게 알려 알아 "
    "앞서 앞으 "
    "어느 어디 어떠 어떤 어떻 어땠 어려 언제 얻으 얻은 얼마 업무 역할 역량 영향 예를 예상 왜냐 "
    "우선 운영 "
    "원인 위해 유지 의견 의미 의사 이력 이루 이룬 이야 이어 이유 이해 익히 인상 일하 자세 작업 "
    "장점 적용 "
    "적어 전략 점검 점은 정하 정도 제안 조율 조금 조직 주도 주셨 주세 주시 준비 중에 중요 지금 "
    "지식 직무 "
    "직접 진행 질문 차이 참여 찾아 처음 첫째 체감 최근 측정 크게 태도 특히 특별 판단 팀원 평가 "
    "프로 필요 "
    "하셨 하시 하신 학습 함께 해결 해내 해보 핵심 향상 협업 확인 활용 회사 효과 힘들 힘이 지원 "
    "궁금 계신 "
    "있으 있었 나아 남는 남은 뒤에 이후 이전 다시 되돌 가능 개인 공부 기간 난관 단점 대안 대한 "
    "되었 동기 "
    "몰입 보시 보셨 쪽으 줄이 줄인 높이 높인 한계 확신 후에 현재 미래 집중 책임 성능 품질 사용자 "
    "서비 시스 "
    "데이 기능 테스 코드 고르 고른 신경 쓰셨 애쓰 풀어 푸셨 막히 막혔 일을 일이 일은 새로 관련 "
    "방금 의미 인상 눈에 "
    "줄어 늘어 늘린 가르 배워 나온 반응 순서 강조 살펴 포기 단축"
)


def talk_form(word: str) -> str:
    """Return the form under which the stem of a word is looked up in ``TALK``."""
    return word[:2] if is_hangul(word) else word


TALK = frozenset(talk_form(stem(each)) for each in (*_ENGLISH.split(), *_KOREAN.split()))
