"""Invented interviews: a résumé of some trade and what the candidate answers, as heard."""

from __future__ import annotations

import tomllib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.llm.files import is_small
from deploy.local.processes import LLM
from deploy.local.stack import Stack
from gateway.resumes.reader import read_resume
from gateway.session.facts import facts_of, lines_of
from schemas.events import Exchange, QuestionAsked, QuestionRequested
from schemas.language import Language
from schemas.models import SMOLLM2
from schemas.settings import QuestionsSettings
from workers.questions.openai import OpenAIEngine

_FOLDER = Path(__file__).parents[1] / "data" / "interviews"


@dataclass(frozen=True, slots=True)
class Interview:
    """One candidate."""

    name: str
    language: Language
    position: str
    company: str
    resume: str
    answers: tuple[str, ...]

    async def held(
        self, ask: Callable[[QuestionRequested], Awaitable[QuestionAsked]]
    ) -> list[tuple[QuestionRequested, QuestionAsked]]:
        """Ask a first question and one after each answer; the answers stay what they are."""
        facts = facts_of(lines_of((await read_resume(self.resume.encode())).sections))
        history: tuple[Exchange, ...] = ()
        found = []
        for number in range(len(self.answers) + 1):
            request = QuestionRequested(
                session=self.name,
                question=number + 1,
                epoch=1,
                at=0,
                language=self.language,
                total=len(self.answers) + 1,
                position=self.position,
                company=self.company,
                facts=facts,
                history=history,
            )
            asked = await ask(request)
            found.append((request, asked))
            if number < len(self.answers):
                history += (Exchange(question=asked.text, answer=self.answers[number]),)
        return found


def interviews(language: Language) -> list[Interview]:
    """Return the interviews in ``language``."""
    return [_read(each) for each in sorted(_FOLDER.glob(f"*.{language.value}.toml"))]


def _read(file: Path) -> Interview:
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return Interview(
        name=file.name.removesuffix(".toml").replace(".", "_"),
        language=Language(found["language"]),
        position=found["position"],
        company=found["company"],
        resume=found["resume"],
        answers=tuple(found["answers"]),
    )


def packaged(stack: Stack, **more: float) -> OpenAIEngine:
    """Return the engine with the embedded stack's own model, set as the stack sets it."""
    return OpenAIEngine(
        QuestionsSettings(
            engine="openai",
            url=f"http://127.0.0.1:{stack.ports[LLM]}/v1",
            model=SMOLLM2.name,
            korean_from_model=not is_small(SMOLLM2.name),
            frames=is_small(SMOLLM2.name),
            **more,  # type: ignore[arg-type]
        )
    )
