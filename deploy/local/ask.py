"""One question outside of any interview, made as the questions worker makes them."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from contextlib import suppress

from deploy.local import running
from deploy.local.errors import LocalError
from deploy.local.llm.files import is_small, served_name
from deploy.local.settings import LocalSettings
from deploy.local.terminal import out
from gateway.resumes.reader import read_resume
from gateway.resumes.refusal import Refused
from gateway.session.facts import facts_of, lines_of
from schemas.events import Exchange, QuestionAsked, QuestionRequested
from schemas.ids import new_session_id, now_ms
from schemas.language import Language
from schemas.settings import EmbeddingSettings, QuestionsSettings
from workers.questions.__main__ import embedder
from workers.questions.embedding.service import EmbeddingFailed, Purpose
from workers.questions.openai import OpenAIEngine
from workers.questions.resumes import Resumes
from workers.questions.retrieval import Found, Retrieval

_TOTAL = 3

_EMBED_S = 120.0

_NOWHERE = "http://127.0.0.1:9/v1"
"""The port for what is to be discarded: as with a model server that is away, nobody answers."""

_BEFORE = {
    Language.ENGLISH: "Please tell me about your work.",
    Language.KOREAN: "하신 일에 대해 말씀해 주세요.",
}
"""The question that the answer of ``--after`` was given to."""


async def print_question(
    name: str, data: bytes, position: str, company: str, language: Language, after: str
) -> None:
    """Read the résumé in ``data``, ask, and print the question with where it comes from.

    Raises:
        LocalError: the résumé cannot be read.
        pydantic.ValidationError: a setting, the position or the company is not acceptable.
    """
    began = time.monotonic()
    try:
        sections = (await read_resume(data)).sections
    except Refused as refused:
        raise LocalError(f"{name}: {refused.message}") from None
    read = time.monotonic()
    lines = lines_of(sections)
    history = (Exchange(question=_BEFORE[language], answer=after),) if after else ()
    request = QuestionRequested(
        session=new_session_id(),
        question=1 + len(history),
        epoch=1,
        at=now_ms(),
        language=language,
        total=_TOTAL,
        position=position,
        company=company,
        facts=facts_of(lines),
        history=history,
    )
    engine = _engine()
    try:
        detail = await engine.load()
        warm = time.monotonic()
        found, embedded_s = await _fitting(request, tuple(line.text for line in lines))
        fitting = request.model_copy(update={"facts": found.lines})
        asked = await engine.ask(fitting, spent_s=found.took_s)
    finally:
        await engine.close()
    done = time.monotonic()
    seconds = {
        "résumé": read - began,
        "warm-up": warm - read + embedded_s,
        "question": done - warm - embedded_s,
    }
    _show(asked, found, detail, seconds)


async def _fitting(request: QuestionRequested, lines: tuple[str, ...]) -> tuple[Found, float]:
    """Return the lines that fit, and the seconds it took to embed them all beforehand."""
    settings, resumes = EmbeddingSettings(), Resumes()
    embedding = embedder(settings)
    if embedding is None:
        return Found(request.facts, "order" if lines else ""), 0.0
    began = time.monotonic()
    resumes.keep(request.session, lines)
    try:
        await embedding.load()
        with suppress(EmbeddingFailed):  # said by "in their order" below
            await embedding.embed(lines, Purpose.PASSAGE, within=_EMBED_S)
        embedded = time.monotonic()
        retrieval = Retrieval(embedding, resumes, None, deadline_s=settings.deadline_s)
        return await retrieval.find(request), embedded - began
    finally:
        await embedding.close()


def _engine() -> OpenAIEngine:
    """Return the engine with the model that is to be had: named by setting, or the stack's."""
    if os.environ.get("VIVA_QUESTIONS_URL"):
        return OpenAIEngine(QuestionsSettings(engine="openai"))
    stack = running.find()
    model = LocalSettings().llm_model
    return OpenAIEngine(
        QuestionsSettings(
            engine="openai",
            url=(stack.llm_url if stack is not None else "") or _NOWHERE,
            model=served_name(model),
            korean_from_model=not is_small(model),
            frames=is_small(model),
        )
    )


def _show(asked: QuestionAsked, found: Found, detail: str, seconds: Mapping[str, float]) -> None:
    source = {"model": f"model {asked.model}", "bank": "question bank"}.get(
        asked.source, asked.source
    )
    lines = {
        "rests on": asked.grounding or "nothing in particular",
        "fitting": _fitting_lines(found),
        "source": source,
        "drafts": asked.guard or "none",
        "server": detail,
        "took": ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items()),
    }
    out.print(asked.text, markup=False, soft_wrap=True, style="bold")
    for name, text in lines.items():
        out.print(f"  {name:<9} {text}", markup=False, soft_wrap=True)
    if asked.guard.startswith("unreachable"):
        out.print(
            "no model server answers: start one with `viva up`, or name "
            "one with VIVA_QUESTIONS_URL and VIVA_QUESTIONS_MODEL",
            markup=False,
            soft_wrap=True,
        )


def _fitting_lines(found: Found) -> str:
    """Return the lines that the question could rest on, and how they were found."""
    if not found.lines:
        return "no lines in the résumé"
    how = "in their order" if found.how == "order" else f"by distance, {found.took_s:.2f} s"
    return " | ".join(found.lines) + f" ({how})"
