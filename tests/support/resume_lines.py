"""Lines as they stand in résumés, answers that follow on them, and which line each one fits.

An answer does not repeat its line: most share no word of weight with it.
"""

from __future__ import annotations

from schemas.language import Language

LINES: dict[Language, tuple[str, ...]] = {
    Language.ENGLISH: (
        "Backend Engineer, Brightlane Payments, London, March 2021 to today",
        "Moved the card payment service from nightly batch jobs to Kafka, cutting settlement delay "
        "from 9 hours to 4 minutes",
        "Reduced p99 latency of the checkout API from 900 to 140 ms with caches and query tuning",
        "Introduced blameless post-mortems and an on-call rotation for 12 engineers",
        "Mentored four junior developers and ran the weekly code review club",
        "Split a Django monolith into seven services behind an API gateway",
        "Built a fraud model with gradient boosting that lowered chargebacks by 31 percent",
        "Wrote Terraform modules and cut AWS costs by a quarter",
        "Led the migration from MySQL 5.7 to PostgreSQL 14 without downtime",
        "Negotiated contracts with three suppliers of identity verification",
        "Published an accessible colour palette and component library in React",
        "Organised the company's charity run and the book club",
        "BSc in Mathematics, University of Leeds, first class honours",
        "Languages: English (native), Spanish (fluent)",
        "Python, Go, SQL, Kafka, Docker, Kubernetes",
    ),
    Language.KOREAN: (
        "백엔드 개발자, 한빛소프트, 2021년 3월 ~ 현재",
        "카드 결제 정산을 야간 배치에서 카프카 스트림으로 전환하여 "
        "정산 지연을 9시간에서 4분으로 단축",
        "쿼리 튜닝과 캐시 도입으로 주문 API의 p99 응답 시간을 900ms에서 140ms로 개선",
        "12명 규모의 온콜 순번제와 비난 없는 장애 회고 문화를 도입",
        "신입 개발자 4명의 멘토를 맡아 매주 코드 리뷰 모임 운영",
        "장고 모놀리스를 API 게이트웨이 뒤의 마이크로서비스 7개로 분리",
        "그래디언트 부스팅 기반 이상 거래 탐지 모델로 부정 결제를 31% 감소",
        "테라폼 모듈 작성 및 AWS 비용 25% 절감",
        "MySQL 5.7에서 PostgreSQL 14로 무중단 데이터베이스 이전 주도",
        "본인 인증 업체 세 곳과 계약 협상 진행",
        "리액트 기반 접근성 준수 디자인 시스템과 컴포넌트 라이브러리 배포",
        "사내 자선 마라톤과 독서 모임 기획",
        "부산대학교 수학과 학사 졸업, 학점 4.2/4.5",
        "외국어: 영어 업무 가능, 일본어 JLPT N2",
        "Python, Go, SQL, Kafka, Docker, Kubernetes",
    ),
}

FITTING: dict[Language, tuple[tuple[str, int], ...]] = {
    Language.ENGLISH: (
        ("Merchants used to see their money only the next morning, and with events they get it "
         "within minutes.", 1),
        ("Pages were slow for our customers, so I profiled it and found that most time went into "
         "the database.", 2),
        ("When something broke at night nobody knew who should respond, so we took turns.", 3),
        ("I like helping people at the start of their career to grow.", 4),
        ("The application had become too big, every release was a risk, so we took it apart.", 5),
        ("I trained a classifier that notices when a transaction is suspicious.", 6),
        ("Our cloud bill was growing every month and I wrote infrastructure as code to control "
         "it.", 7),
        ("We had to change the database engine while customers kept using it.", 8),
        ("I sat down with the vendors and talked about prices and terms.", 9),
        ("I care that people who cannot see well can use our pages too, so I built shared "
         "interface parts.", 10),
        ("Outside of my projects I arrange events for my colleagues, such as sports.", 11),
        ("At university I studied proofs and statistics.", 12),
        ("I lived in Madrid and can hold meetings there in the local language.", 13),
        ("I package everything in containers and run them on a cluster.", 14),
    ),
    Language.KOREAN: (
        ("가맹점들이 다음 날 아침에야 돈을 받았는데 이제는 실시간 이벤트로 몇 분이면 받습니다.", 1),
        ("고객들이 페이지가 느리다고 해서 병목을 찾아보니 대부분 디비에서 시간이 걸렸습니다.", 2),
        ("밤에 문제가 생기면 누가 대응할지 몰라서 돌아가면서 당직을 서기로 했습니다.", 3),
        ("저는 후배들이 성장하도록 돕는 일을 좋아합니다.", 4),
        ("애플리케이션이 너무 커져서 배포할 때마다 위험했고 그래서 여러 개로 나눴습니다.", 5),
        ("수상한 거래를 알아차리는 분류기를 학습시켰습니다.", 6),
        ("클라우드 요금이 매달 늘어나서 인프라를 코드로 관리하며 줄였습니다.", 7),
        ("서비스를 멈추지 않고 디비 엔진을 바꿔야 했습니다.", 8),
        ("협력사 담당자들을 만나 가격과 조건을 조율했습니다.", 9),
        ("시각 장애가 있는 분들도 화면을 쓸 수 있도록 공통 UI를 만들었습니다.", 10),
        ("업무 외에도 동료들과 함께하는 행사를 준비하는 것을 즐깁니다.", 11),
        ("대학에서는 증명과 통계를 공부했습니다.", 12),
        ("도쿄 지사와 회의할 때 통역 없이 그 나라 말로 진행했습니다.", 13),
        ("모든 것을 컨테이너로 묶어서 클러스터에 올립니다.", 14),
    ),
}  # fmt: skip
"""Answers with the place of the line that fits each."""
