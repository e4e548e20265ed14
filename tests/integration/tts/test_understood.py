"""Questions are understood: a recogniser writes down what was said.

A sample of the bank; ``tests/bench/test_question_speech.py`` takes all of it.
"""

from __future__ import annotations

import pytest

from schemas.language import Language
from tests.support.heard import TARGETS, bank, error_rate, hear

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

SAMPLE = 5


@pytest.mark.parametrize("language", list(Language))
async def test_a_recogniser_understands_the_questions(language: Language) -> None:
    questions = bank(language)
    chosen = questions[:: len(questions) // SAMPLE][:SAMPLE]
    assert len(chosen) == SAMPLE
    found = await hear(language, chosen)
    mean = sum(each.errors for each in found) / len(found)
    assert mean < TARGETS[language], "\n".join(
        f"{each.errors:.2f} {each.text} -> {each.heard}" for each in found
    )


def test_what_counts_as_an_error() -> None:
    english, korean = Language.ENGLISH, Language.KOREAN
    assert error_rate("Who, then, are you?", "who then are you", english) == 0
    assert error_rate("Who are you?", "who is you", english) == pytest.approx(1 / 3)
    assert error_rate("Who are you?", "", english) == 1
    assert error_rate("말씀해 주세요.", "말씀 해주세요", korean) == 0
    assert error_rate("말씀해 주세요.", "말슴해 주세요", korean) == pytest.approx(1 / 6)
