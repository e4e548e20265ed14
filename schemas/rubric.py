"""What answers are assessed for."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from schemas.language import Language

MAX_CRITERIA = 8
LOWEST, HIGHEST = 1, 5
"""Levels: from not shown at all to shown fully."""


class Criterion(BaseModel):
    """One thing to look for; ``meaning`` says what a full answer shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    meaning: str = Field(min_length=1, max_length=300)


Rubric = tuple[Criterion, ...]

_ENGLISH = {
    "structure": "The answer has a beginning, a middle and an end: situation, action, result.",
    "relevance": "The answer replies to what was asked.",
    "depth": "The answer gives concrete details, numbers or reasons instead of generalities.",
    "clarity": "The answer can be followed at the first hearing.",
}

_KOREAN = {
    "structure": "상황, 행동, 결과의 순서로 답변이 짜여 있다.",
    "relevance": "질문한 것에 답하고 있다.",
    "depth": "일반론이 아니라 구체적인 내용, 수치, 이유를 말한다.",
    "clarity": "한 번 듣고 이해할 수 있다.",
}


def default(language: Language) -> Rubric:
    """Return the rubric of an interview whose owner has none."""
    texts = _KOREAN if language is Language.KOREAN else _ENGLISH
    return tuple(Criterion(name=name, meaning=text) for name, text in texts.items())
