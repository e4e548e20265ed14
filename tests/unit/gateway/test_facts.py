from __future__ import annotations

from gateway.session.facts import MAX_CHARACTERS, MAX_FACTS, facts_of
from schemas.resume import Section, SectionKind


def section(kind: SectionKind, *lines: str) -> Section:
    return Section(kind=kind, text="\n".join(lines))


def test_what_was_done_comes_first() -> None:
    found = facts_of(
        [
            section(SectionKind.EDUCATION, "BSc in Physics, Busan"),
            section(SectionKind.SKILLS, "Kafka, PostgreSQL"),
            section(SectionKind.EXPERIENCE, "Led the payments team at Hanbit"),
        ]
    )
    assert found == (
        "Led the payments team at Hanbit",
        "Kafka, PostgreSQL",
        "BSc in Physics, Busan",
    )


def test_bullets_and_short_lines_go_and_nothing_comes_twice() -> None:
    found = facts_of(
        [
            section(
                SectionKind.EXPERIENCE,
                "• 결제 시스템을 카프카로 옮겼습니다",
                "2021",
                "",
                "  - 결제 시스템을   카프카로 옮겼습니다",
            )
        ]
    )
    assert found == ("결제 시스템을 카프카로 옮겼습니다",)


def test_a_long_line_is_cut_between_words() -> None:
    (fact,) = facts_of([section(SectionKind.PROJECTS, "measured " * 60)])
    assert len(fact) <= 300
    assert set(fact.split()) == {"measured"}


def test_a_long_line_without_spaces_is_cut_all_the_same() -> None:
    (fact,) = facts_of([section(SectionKind.PROJECTS, "가" * 1000)])
    assert fact == "가" * 300


def test_facts_are_few_enough_for_every_request() -> None:
    many = facts_of(
        [section(SectionKind.EXPERIENCE, *(f"Did thing number {n}" for n in range(99)))]
    )
    assert len(many) == MAX_FACTS
    long = facts_of(
        [section(SectionKind.EXPERIENCE, *(f"{n} " + "word " * 55 for n in range(10, 38)))]
    )
    assert sum(map(len, long)) <= MAX_CHARACTERS


def test_no_sections_give_no_facts() -> None:
    assert facts_of([]) == ()
