from __future__ import annotations

import json

import pytest

from gateway.resumes.refusal import Code, Refused
from gateway.resumes.structured import MAX_ENTRIES, MAX_RAW, profile_of
from schemas.resume import MAX_SECTION_TEXT, MAX_SECTIONS, MAX_TEXT, SectionKind

STORED = {
    "id": 7,
    "education": [{"school": "한국대학교", "degree": "학사", "start": 2013, "end": "2017.02"}],
    "experience": [
        {
            "company": "Acme Pay",
            "title": "Engineer",
            "start_date": "2019",
            "highlights": ["Cut settlement to forty minutes.", "jane@example.com"],
            "internal": {"rank": 3},
        }
    ],
    "projects": [{"name": "Replay", "technologies": ["Python", "Kafka"], "description": None}],
    "skills": ["Python", "Kafka"],
}


@pytest.mark.requirement("questions-structured-data")
@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_object_is_taken_plain_as_json_and_encoded_twice(times: int) -> None:
    raw: object = STORED
    for _ in range(times):
        raw = json.dumps(raw)
    profile = profile_of(raw)
    assert profile.education[0].school == "한국대학교"
    assert profile.education[0].start == "2013"
    assert profile.experience[0].position == "Engineer"
    assert profile.experience[0].description.startswith("Cut settlement")
    assert profile.projects[0].technologies == "Python\nKafka"
    assert profile.skills == ("Python", "Kafka")


def test_a_list_or_entry_that_was_encoded_by_itself_is_repaired() -> None:
    raw = {
        "education": json.dumps([{"school": "A"}]),
        "experience": [json.dumps({"company": "B"})],
        "skills": json.dumps(["C"]),
    }
    profile = profile_of(raw)
    assert profile.education[0].school == "A"
    assert profile.experience[0].company == "B"
    assert profile.skills == ("C",)


def test_what_is_missing_or_null_is_empty() -> None:
    assert profile_of({}) == profile_of(dict.fromkeys(STORED))
    assert profile_of({}).sections() == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("worked at Acme", "profile: an object belongs here, not text"),
        (json.dumps("worked at Acme"), "profile: an object belongs here, not text"),
        ("", "profile: an object belongs here, not text"),
        ("{broken", "profile: an object belongs here, not text"),
        ("[" * 100_000, "profile: an object belongs here, not text"),
        (json.dumps(json.dumps(json.dumps(STORED))), "profile: an object belongs here, not text"),
        ([STORED], "profile: an object belongs here, not a list"),
        ("[]", "profile: an object belongs here, not a list"),
        (7, "profile: an object belongs here, not a number"),
        (True, "profile: an object belongs here, not true or false"),
        (None, "profile: an object belongs here, not nothing"),
        ({"education": "한국대학교"}, "education: a list belongs here, not text"),
        ({"experience": {"company": "B"}}, "experience: a list belongs here, not an object"),
        ({"projects": 3}, "projects: a list belongs here, not a number"),
        ({"skills": "Python"}, "skills: a list belongs here, not text"),
        ({"skills": [{"name": "Python"}]}, "skills.0: text belongs here, not an object"),
        ({"projects": [{"name": ["a", 1]}]}, "projects.0.name: text belongs here, not a list"),
        ({"education": [{}, 3]}, "education.1: an object belongs here, not a number"),
        ({"skills": ["a"] * (MAX_ENTRIES + 1)}, f"skills: .*{MAX_ENTRIES}"),
        ({"projects": [{"description": "a" * 5_000}]}, "projects.0.description: .*4000"),
        ("a" * (MAX_RAW + 1), "profile: more than 60,000 characters"),
        (
            {"projects": [{"description": "word " * 790}] * 20},
            "profile: more than 60,000 characters",
        ),
    ],
)
def test_what_does_not_belong_is_refused_and_the_place_is_named(raw: object, reason: str) -> None:
    with pytest.raises(Refused, match=f"^{reason}.*: correct the stored profile$") as refused:
        profile_of(raw)
    assert refused.value.code is Code.BAD_PROFILE


@pytest.mark.requirement("questions-structured-data")
def test_text_where_an_entry_belongs_is_refused_and_not_asked_for_its_fields() -> None:
    """The predecessor stopped here: ``'str' object has no attribute 'get'``."""
    with pytest.raises(Refused, match=r"experience\.0: an object belongs here, not text"):
        profile_of({"experience": ["Acme Pay, Engineer"]})


def test_a_profile_becomes_sections_without_contact_details() -> None:
    sections = profile_of(STORED).sections()
    assert [each.kind for each in sections] == [
        SectionKind.EDUCATION,
        SectionKind.EXPERIENCE,
        SectionKind.PROJECTS,
        SectionKind.SKILLS,
    ]
    assert [each.text for each in sections] == [
        "한국대학교, 학사, 2013 ~ 2017.02",
        "Acme Pay, Engineer, 2019\nCut settlement to forty minutes.",
        "Replay, Python\nKafka",
        "Python, Kafka",
    ]


def test_a_large_profile_fits_the_limits_of_sections() -> None:
    profile = profile_of({"projects": [{"description": "word " * 700}] * 16})
    sections = profile.sections()
    assert 1 < len(sections) <= MAX_SECTIONS
    assert all(len(each.text) <= MAX_SECTION_TEXT for each in sections)
    assert sum(len(each.text) for each in sections) <= MAX_TEXT
