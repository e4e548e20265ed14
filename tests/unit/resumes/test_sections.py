from __future__ import annotations

import pytest

from gateway.resumes.headings import inline, kind_of
from gateway.resumes.sections import cut, resume_of
from schemas.resume import MAX_SECTION_TEXT, MAX_SECTIONS, MAX_TEXT, SectionKind
from tests.unit.resumes.files import ENGLISH, KOREAN

SUMMARY, EDUCATION, EXPERIENCE, PROJECTS, SKILLS, OTHER = SectionKind

BULLETS = """박서연

■ 지원 동기
실시간 데이터를 다루고 싶습니다.
■ 학력사항
2015.03 ~ 2019.02 서울대학교 통계학과
[ 경력사항 ]
2019.03 ~ 2023.12 데이터랩, 분석가
- 이탈률을 12% 낮춤
1. 프로젝트
추천 모델 (2022)
기술: Spark, Airflow
2. 보유 기술
SQL, Python
▶ 수상 경력
2018 통계 공모전 대상"""

MARKDOWN = """# Alex Kim

## Professional Summary
Builds streaming systems that do not lose events.

## **Employment History**
- Northwind, 2020 to now: ran Kafka for 40 teams

## Personal Projects:
- a replay tool

## Technical Skills & Tools
Go, Rust

## Awards and Publications
Best paper, 2021"""

INLINE = """Sam Lee
Skills: Python, Kafka, ClickHouse
Education: BSc Physics, 2012
Experience: Initech, 2013 - 2019
Wrote the reports that people read.
Languages: Korean, English"""

BOTH = """학력 Education
한국대학교
경력 (5년 2개월)
에이스페이
경력 총 3년
데이터랩
프로젝트 / Projects
정산 시스템
SKILLS · 기술
Kafka"""

SPACED = """E D U C A T I O N
==========
State University
----------
W O R K   E X P E R I E N C E
Acme
II. SKILLS
Python
(3) References
On request"""

FORM = """성명\t이도윤
학 력\t2012 한국고등학교
2016\t한국대학교
경 력\t2016 에이스페이
자 격 증\t정보처리기사
병 역\t육군 만기 제대"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            ENGLISH,
            [
                (SUMMARY, "", "Backend engineer with seven years"),
                (EXPERIENCE, "WORK EXPERIENCE", "Acme Pay"),
                (EDUCATION, "EDUCATION", "State University"),
                (SKILLS, "SKILLS", "Python"),
            ],
        ),
        (
            KOREAN,
            [
                (SUMMARY, "", "백엔드 개발자입니다"),
                (EXPERIENCE, "경력사항", "에이스페이"),
                (EDUCATION, "학 력", "한국대학교"),
                (SKILLS, "기술 스택", "Kafka"),
            ],
        ),
        (
            BULLETS,
            [
                (OTHER, "", "박서연"),
                (SUMMARY, "■ 지원 동기", "실시간"),
                (EDUCATION, "■ 학력사항", "서울대학교"),
                (EXPERIENCE, "[ 경력사항 ]", "이탈률"),
                (PROJECTS, "1. 프로젝트", "기술: Spark"),
                (SKILLS, "2. 보유 기술", "SQL"),
                (OTHER, "▶ 수상 경력", "대상"),
            ],
        ),
        (
            MARKDOWN,
            [
                (OTHER, "", "Alex Kim"),
                (SUMMARY, "## Professional Summary", "streaming"),
                (EXPERIENCE, "## **Employment History**", "40 teams"),
                (PROJECTS, "## Personal Projects:", "replay"),
                (SKILLS, "## Technical Skills & Tools", "Rust"),
                (OTHER, "## Awards and Publications", "Best paper"),
            ],
        ),
        (
            INLINE,
            [
                (OTHER, "", "Sam Lee"),
                (SKILLS, "Skills", "Python, Kafka, ClickHouse"),
                (EDUCATION, "Education", "BSc Physics"),
                (EXPERIENCE, "Experience", "Wrote the reports"),
                (SKILLS, "Languages", "Korean, English"),
            ],
        ),
        (
            BOTH,
            [
                (EDUCATION, "학력 Education", "한국대학교"),
                (EXPERIENCE, "경력 (5년 2개월)", "에이스페이"),
                (EXPERIENCE, "경력 총 3년", "데이터랩"),
                (PROJECTS, "프로젝트 / Projects", "정산"),
                (SKILLS, "SKILLS · 기술", "Kafka"),
            ],
        ),
        (
            SPACED,
            [
                (EDUCATION, "E D U C A T I O N", "State University"),
                (EXPERIENCE, "W O R K   E X P E R I E N C E", "Acme"),
                (SKILLS, "II. SKILLS", "Python"),
                (OTHER, "(3) References", "On request"),
            ],
        ),
        (
            FORM,
            [
                (EDUCATION, "학 력", "한국대학교"),
                (EXPERIENCE, "경 력", "에이스페이"),
                (SKILLS, "자 격 증", "정보처리기사"),
                (OTHER, "병 역", "육군"),
            ],
        ),
    ],
    ids=["english", "korean", "bullets", "markdown", "inline", "both", "spaced", "form"],
)
def test_a_resume_falls_into_its_sections(
    text: str, expected: list[tuple[SectionKind, str, str]]
) -> None:
    sections = resume_of(text).sections
    assert [(each.kind, each.title) for each in sections] == [each[:2] for each in expected]
    for section, (_, _, part) in zip(sections, expected, strict=True):
        assert part in section.text


@pytest.mark.parametrize(
    "line",
    [
        "Led the education programme of the company",
        "경력 개발을 위한 사내 교육을 기획했습니다",
        "Experience with Kafka and Python",
        "기술 부채를 줄임",
        "2019 - 2023 Acme",
        "Python, Go",
        "•",
        "",
        "Skills " * 20,
    ],
)
def test_a_line_of_text_is_no_heading(line: str) -> None:
    assert kind_of(line) is None


def test_times_and_addresses_are_no_inline_headings() -> None:
    assert inline("at 10:30 we met") is None
    assert inline("기술: Kafka") == (SKILLS, "기술", "Kafka")


def test_a_resume_without_headings_is_one_other_section() -> None:
    text = "I have built payment systems for ten years.\nBefore that I taught physics at a school."
    (section,) = resume_of(text).sections
    assert (section.kind, section.title, section.text) == (OTHER, "", text)


def test_a_heading_with_nothing_below_it_is_left_out() -> None:
    assert [each.title for each in resume_of("Education\nSkills\nPython").sections] == ["Skills"]


def test_contact_details_are_in_no_section_and_not_in_the_text() -> None:
    for text, names in ((ENGLISH, ["jane.miller", "555"]), (KOREAN, ["jiwon.kim", "1234"])):
        resume = resume_of(text)
        for name in names:
            assert name not in resume.text
            assert all(name not in each.text for each in resume.sections)


def test_a_long_section_is_cut_at_line_ends_and_nothing_is_lost() -> None:
    lines = [f"line number {number} of a long story" for number in range(600)]
    sections = resume_of("Experience\n" + "\n".join(lines)).sections
    assert len(sections) > 2
    assert {(each.kind, each.title) for each in sections} == {(EXPERIENCE, "Experience")}
    assert all(len(each.text) <= MAX_SECTION_TEXT for each in sections)
    assert [line for each in sections for line in each.text.split("\n")] == lines


def test_a_line_that_is_too_long_is_cut_at_a_space_or_anywhere() -> None:
    assert list(cut("aaa bbb ccc", 8)) == ["aaa bbb", "ccc"]
    assert list(cut("a" * 10, 4)) == ["aaaa", "aaaa", "aa"]
    assert list(cut("", 4)) == []


def test_too_many_headings_are_joined_and_nothing_is_lost() -> None:
    names = ("Education", "Experience", "프로젝트", "Skills", "기타")
    text = "\n".join(f"{names[number % 5]}\nentry {number}" for number in range(2_000))
    resume = resume_of(text)
    assert len(resume.sections) <= MAX_SECTIONS
    kept = " ".join(each.text for each in resume.sections).split()
    assert [each for each in kept if each.isdigit()] == [str(number) for number in range(2_000)]


def test_the_longest_text_fits_however_it_is_made() -> None:
    for text in (
        "Skills\na\n" * 7_000,
        "Skills\n" + "a" * 59_000,
        ("Skills\n" + "b" * 1_400 + "\n") * 42,
    ):
        resume = resume_of(text[:MAX_TEXT].strip())
        assert 0 < len(resume.sections) <= MAX_SECTIONS
