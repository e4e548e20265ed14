"""``python -m tests.bench.questions``: invented interviews, asked by the engine with its model.

Prints every question with the answer that it follows up, where it comes from, what became of the
drafts, what it rests on and how long it took; then the shares by source. Without VIVA_QUESTIONS_URL
the packaged model is started for it. On a machine that is busy with other things the model is often
late: VIVA_QUESTIONS_DEADLINE_S=30 shows what it would have asked.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
from collections import Counter
from collections.abc import Sequence

from deploy.local.processes import LLM
from deploy.local.stack import Stack
from schemas.events import QuestionAsked, QuestionRequested
from schemas.language import Language
from schemas.settings import QuestionsSettings
from tests.support.interviews import interviews, packaged
from workers.questions.openai import OpenAIEngine

Asked = list[tuple[QuestionRequested, QuestionAsked]]

_ANSWER = 110


async def _main(languages: Sequence[Language]) -> None:
    if os.environ.get("VIVA_QUESTIONS_URL"):
        await _print(languages, OpenAIEngine(QuestionsSettings(engine="openai")))
        return
    async with Stack(only=[LLM]) as stack:
        await _print(languages, packaged(stack))


async def _print(languages: Sequence[Language], engine: OpenAIEngine) -> None:
    print(await engine.load())
    for language in languages:
        held = [await each.held(engine.ask) for each in interviews(language)]
        print("\n".join(table(language, held)))
    await engine.close()


def table(language: Language, held: Sequence[Asked]) -> list[str]:
    """Return the questions, a block each, and the shares."""
    lines = []
    for each in held:
        for request, asked in each:
            answer = request.history[-1].answer if request.history else "(the résumé)"
            answer = answer if len(answer) <= _ANSWER else f"{answer[:_ANSWER]}…"
            lines += [
                f"{request.session} {request.question}  {answer}",
                f"    {asked.text}",
                f"    {asked.source}; drafts: {asked.guard or 'none'}; rests on: "
                f"{asked.grounding or '-'}; {asked.took_ms} ms",
            ]
    questions = [asked for each in held for _, asked in each]
    sources = Counter(each.source for each in questions)
    took = sorted(each.took_ms for each in questions)
    shares = ", ".join(
        f"{name} {n} ({n / len(questions):.0%})" for name, n in sources.most_common()
    )
    lines.append(
        f"{language.value}: {len(questions)} questions; {shares}; took p50 "
        f"{statistics.median(took):.0f} ms, p95 {took[int(0.95 * (len(took) - 1))]} ms"
    )
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", type=Language, default=list(Language))
    asyncio.run(_main(parser.parse_args().languages))
