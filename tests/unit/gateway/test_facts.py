from __future__ import annotations

from gateway.session.facts import (
    MAX_CHARACTERS,
    MAX_FACTS,
    MAX_LINES_CHARACTERS,
    facts_of,
    lines_of,
)
from schemas.resume import MAX_LINES, Section, SectionKind


def section(kind: SectionKind, *lines: str) -> Section:
    return Section(kind=kind, text="\n".join(lines))


def texts(*sections: Section) -> tuple[str, ...]:
    return tuple(line.text for line in lines_of(sections))


def test_what_was_done_comes_first_and_each_line_knows_its_section() -> None:
    found = lines_of(
        [
            section(SectionKind.EDUCATION, "BSc in Physics, Busan"),
            section(SectionKind.SKILLS, "Kafka, PostgreSQL"),
            section(SectionKind.EXPERIENCE, "Led the payments team at Hanbit"),
        ]
    )
    assert [(line.kind.value, line.text) for line in found] == [
        ("experience", "Led the payments team at Hanbit"),
        ("skills", "Kafka, PostgreSQL"),
        ("education", "BSc in Physics, Busan"),
    ]


def test_bullets_and_short_lines_go_and_nothing_comes_twice() -> None:
    found = texts(
        section(
            SectionKind.EXPERIENCE,
            "• 결제 시스템을 카프카로 옮겼습니다",
            "2021",
            "",
            "  - 결제 시스템을   카프카로 옮겼습니다",
        )
    )
    assert found == ("결제 시스템을 카프카로 옮겼습니다",)


def test_a_long_line_becomes_several_between_its_sentences() -> None:
    sentences = [f"Sentence number {n} says what was measured and how." for n in range(12)]
    found = texts(section(SectionKind.PROJECTS, " ".join(sentences)))
    assert len(found) > 1
    assert " ".join(found) == " ".join(sentences)
    assert all(len(part) <= 300 and part.endswith(".") for part in found)


def test_a_long_sentence_is_cut_between_words() -> None:
    found = texts(section(SectionKind.PROJECTS, " ".join(f"word{n}" for n in range(99))))
    assert all(len(part) <= 300 for part in found)
    assert " ".join(found).split() == [f"word{n}" for n in range(99)]


def test_a_long_line_without_spaces_is_cut_all_the_same() -> None:
    found = texts(section(SectionKind.PROJECTS, "가" * 310 + "나" * 300))
    assert "".join(found) == "가" * 310 + "나" * 300
    assert max(map(len, found)) == 300


def test_lines_are_few_enough_for_one_event() -> None:
    many = lines_of(
        [section(SectionKind.EXPERIENCE, *(f"Did thing number {n}" for n in range(299)))]
    )
    assert len(many) == MAX_LINES
    long = texts(
        *(
            section(SectionKind.EXPERIENCE, *(f"{n} {m} " + "word " * 50 for m in range(30)))
            for n in range(5)
        )
    )
    assert MAX_LINES_CHARACTERS - 300 <= sum(map(len, long)) <= MAX_LINES_CHARACTERS


def test_facts_are_few_enough_for_every_request() -> None:
    many = lines_of(
        [section(SectionKind.EXPERIENCE, *(f"Did thing number {n}" for n in range(99)))]
    )
    assert facts_of(many) == tuple(line.text for line in many[:MAX_FACTS])
    long = lines_of(
        [section(SectionKind.EXPERIENCE, *(f"{n} " + "word " * 50 for n in range(10, 40)))]
    )
    facts = facts_of(long)
    assert MAX_CHARACTERS - 300 <= sum(map(len, facts)) <= MAX_CHARACTERS
    assert facts == tuple(line.text for line in long[: len(facts)])


def test_no_sections_give_no_lines() -> None:
    assert lines_of([]) == ()
    assert facts_of([]) == ()
