from __future__ import annotations

import pytest

from gateway.resumes.contacts import without_contacts


@pytest.mark.parametrize(
    "line",
    [
        "jane.miller@example.com",
        "E-mail: jane.miller+jobs@mail.example.co.uk",
        "이메일 jiwon@example.co.kr",
        "jane (at) example.com",
        "Jane Miller | +1 (415) 555-0132",
        "415-555-0132",
        "(415) 555-0132",
        "+44 20 7946 0958",
        "+49 30 901820",
        "010-1234-5678",
        "010.1234.5678",
        "01012345678",
        "HP) 010 1234 5678",
        "Tel. 02-345-6789",
        "휴대폰 : 010-1234-****",
        "+82 10-1234-5678",
        "+82-(0)10-1234-5678",
        "김지원 / 010-1234-5678 / jiwon@example.com",
        "900101-1234567",
        "900101 - 1******",
        "주민등록번호 9001011234567",
        "서울특별시 강남구 테헤란로 152, 12층",
        "서울 마포구 월드컵북로 396 상암빌딩",
        "경기도 성남시 분당구 판교역로 235",
        "(06236) 서울시 강남구 역삼동 823-24",
        "주소: 세종시 어딘가 멀리",
        "742 Evergreen Terrace Ave, Springfield, OR 97403",
        "1 Infinite Loop Dr",
        "San Francisco, CA 94105",
        "152, Teheran-ro, Gangnam-gu, Seoul",
        "Address: somewhere in the woods",
        "linkedin.com/in/jane-miller",
        "https://github.com/jane",
        "생년월일: 1990.01.01",
        "성별\t여",
        "Date of Birth: 1 January 1990",
        "Marital status: married",
        "김지원 (1990년생, 만 34세)",
        "1990.01.01 생",
        "이름: 김지원",
        "성명\t김지원\t생년월일\t1990.01.01",
        "연락처",
    ],
)
def test_a_contact_line_is_not_kept(line: str) -> None:
    assert without_contacts(f"before\n{line}\nafter") == "before\nafter"


@pytest.mark.parametrize(
    "line",
    [
        "2015.03 ~ 2019.02 한국대학교",
        "2019-03-02 - 2021-12-31 Acme",
        "03.2015 - 02.2019",
        "Grew revenue by +300% to 1,200,000,000 won",
        "매출 12,000,000원, 사용자 3000000명",
        "연구 결과로 3건의 특허를 등록",
        "서울시 강남구 시스템을 재구축",
        "Python 3.11, Kafka 4.3.1, 127.0.0.1:8080",
        "Mobile: Swift, Kotlin",
        "Languages: Korean, English",
        "Led 12 people of the Road team",
        "2019년 생산 관리 시스템 구축",
        "GPA 4.21/4.50, TOEIC 985",
        "이메일 마케팅 자동화",
        "Designed address validation and phone number parsing",
        "Handled 10000000000 events",
    ],
)
def test_a_line_of_a_career_is_kept_as_it_is(line: str) -> None:
    assert without_contacts(line) == line


def test_a_detail_is_cut_out_of_a_line_that_says_more() -> None:
    line = "Backend engineer with seven years of payments | jane@example.com | 415-555-0132"
    assert without_contacts(line) == "Backend engineer with seven years of payments"
    line = "서울시 강남구 테헤란로 152 본사에서 결제 시스템을 설계하고 운영하며 장애를 줄였습니다"
    assert without_contacts(line) == "본사에서 결제 시스템을 설계하고 운영하며 장애를 줄였습니다"


@pytest.mark.parametrize(
    "line",
    [
        "a" * 60_000,
        "1" * 60_000,
        "0-" * 30_000,
        "가 " * 30_000,
        "A " * 30_000,
        "+1 (2" * 12_000,
        "a@" * 30_000,
        "서울시 강남구 " * 7_000,
        "((((" * 15_000,
        "12 Aa Bb " * 6_000,
        ". " * 30_000,
    ],
    ids=range(11),
)
def test_a_hostile_line_is_gone_through_once(line: str) -> None:
    assert isinstance(without_contacts(line), str)  # a pattern that backtracks would not end
