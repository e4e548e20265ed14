from __future__ import annotations

from workers.questions.resumes import Resumes


def test_lines_are_remembered_by_session() -> None:
    resumes = Resumes()
    resumes.keep("a", ["one", "two"])
    resumes.keep("b", ["three"])
    assert resumes.of("a") == ("one", "two")
    assert resumes.of("c") == ()


def test_the_session_that_was_looked_at_longest_ago_is_forgotten_first() -> None:
    resumes = Resumes(most_characters=10)
    resumes.keep("a", ["12345"])
    resumes.keep("b", ["12345"])
    assert resumes.of("a")
    resumes.keep("c", ["12"])
    assert (resumes.of("a"), resumes.of("b"), resumes.of("c")) == (("12345",), (), ("12",))


def test_a_session_that_comes_again_is_counted_once() -> None:
    resumes = Resumes(most_characters=10)
    for _ in range(5):
        resumes.keep("a", ["12345"])
    resumes.keep("b", ["12345"])
    assert resumes.of("a") == ("12345",)


def test_lines_that_are_larger_than_all_room_are_not_kept() -> None:
    resumes = Resumes(most_characters=10)
    resumes.keep("a", ["123456789012"])
    assert resumes.of("a") == ()
    resumes.keep("b", ["12345"])
    assert resumes.of("b") == ("12345",)
