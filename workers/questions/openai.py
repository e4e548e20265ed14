"""The engine ``openai``: a model drafts, the guard decides, templates and bank stand in."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from schemas import events, metrics
from schemas.events import QuestionAsked, QuestionRequested
from schemas.language import Language
from schemas.settings import QuestionsSettings
from streams.runtime.metrics import counter
from streams.runtime.precedence import Precedence
from workers.language.chat import ModelFailed, seed_of
from workers.questions import bank, guard, prompts, templates
from workers.questions.client import QuestionClient
from workers.questions.frames import OUTSIDE, Frames
from workers.questions.ground import Draft, Ground
from workers.questions.guard.grounding import locate

logger = logging.getLogger(__name__)

T = TypeVar("T")

NAME = "openai"

_TRIES = 2
_WARM_S = 15.0
"""A server that is there but still loads its model gets so long before the worker says ready."""


@dataclass(slots=True)
class _Drafting:
    """What the model came up with: the draft that may be asked, and how each try went."""

    draft: Draft | None = None
    outcomes: list[str] = field(default_factory=list)

    def judged(self, outcome: str, draft: Draft | None) -> None:
        """Note how a try went, and keep the draft if it passed."""
        self.outcomes.append(outcome)
        counter(metrics.QUESTION_DRAFTS, outcome=outcome).inc()
        if outcome == guard.PASSED:
            self.draft = draft


class OpenAIEngine:
    """Asks the model, within a deadline; whatever goes wrong there, a question comes.

    1. Without history, facts or anything heard: the bank's question.
    2. A draft of the model that the guard lets pass; of two, the second knows why the first failed.
       With the setting ``frames`` the model chooses among questions that the guard lets pass
       (``frames``), in one try: asked again it would choose the same.
    3. A template that quotes the last answer or the résumé.
    4. The bank's question.

    A draft made ahead gives the model up to a question that is waited for, whoever's it is.

    ``told`` is called with a line on the model server whenever that changes.
    """

    device = "cpu"  # this process's; the model runs in its server

    def __init__(
        self, settings: QuestionsSettings, told: Callable[[str], None] = lambda _: None
    ) -> None:
        self._model = settings.model
        self._url = settings.url
        self._deadline = settings.deadline_s
        self._early_deadline = settings.early_deadline_s
        self._korean_from_model = settings.korean_from_model
        self._framed = settings.frames
        self._client = QuestionClient(
            settings.url, settings.model, settings.api_key.get_secret_value()
        )
        self._precedence = Precedence()
        self._told = told
        self._state = ""

    async def load(self) -> str:
        """Have the server warm its model, if it is there, and return a line on it."""
        chat = prompts.short_preamble() if self._framed else prompts.preamble(Language.ENGLISH)
        try:
            await self._client.warm(chat, timeout_s=_WARM_S)
        except ModelFailed as error:
            self._state = error.reason
        return self._detail()

    async def close(self) -> None:
        """Close the connections to the model server."""
        await self._client.close()

    async def ask(self, request: QuestionRequested, *, spent_s: float = 0.0) -> QuestionAsked:
        """Return the question for ``request``; ``spent_s`` of its deadline are over already."""
        loop = asyncio.get_running_loop()
        began = loop.time() - spent_s
        ground = Ground.of(request)
        drafting = _Drafting()
        chooses = self._framed and request.language is Language.ENGLISH
        frames = Frames.of(request, ground) if chooses and ground.sources else None
        if ground.sources and self._drafts_in(request.language):
            until = began + (self._early_deadline if request.is_early else self._deadline)
            if not chooses:
                await self._draft(drafting, request, ground, until)
            elif frames is not None:
                await self._choose(drafting, request, frames, until)
        draft, source = drafting.draft, "model"
        if draft is None:
            options = frames if chooses else templates.NOT_GIVEN
            draft, source = templates.compose(request, ground, options), "template"
        if draft is None:
            draft, source = Draft(bank.choose(request), ""), "bank"
        tried = bool(drafting.outcomes)
        return QuestionAsked.model_validate(
            {
                **request.model_dump(
                    include={"session", "question", "attempt", "epoch", "seq", "at", "language"}
                ),
                "text": draft.question,
                "engine": NAME,
                "source": source,
                "model": self._model if tried else "",
                "prompt_version": prompts.VERSION if tried else "",
                "guard": ",".join(drafting.outcomes),
                "grounding": locate(draft.quote, ground),
                "took_ms": round(1000 * (loop.time() - began)),
            }
        )

    def keeps(self, request: QuestionRequested, draft: events.Draft) -> bool:
        """Whether it rests on the last answer, or nothing was heard of that, and is still new."""
        ground = Ground.of(request)
        if draft.text in ground.asked:
            return False
        quotes = draft.grounding and draft.grounding in ground.answer
        return bool(quotes) or not ground.answer

    def _drafts_in(self, language: Language) -> bool:
        return language is not Language.KOREAN or self._korean_from_model

    async def _draft(
        self, drafting: _Drafting, request: QuestionRequested, ground: Ground, until: float
    ) -> None:
        """Try until a draft passes, the tries are used up, or another one would not be in time."""
        loop = asyncio.get_running_loop()
        refused, draft = "", None
        for number in range(_TRIES):
            began = loop.time()
            chat = prompts.messages(request, ground, refused, draft)
            try:
                draft = await self._asked(
                    request,
                    until,
                    partial(self._client.draft, chat, seed=seed_of(request.id, number)),
                )
            except ModelFailed as error:
                refused, draft = error.reason, None
                self._note("" if error.answered else error.reason)
                hopeless = not error.answered
            else:
                refused = guard.verdict(draft, ground)
                self._note("")
                hopeless = False
            drafting.judged(refused, draft)
            if drafting.draft is not None:
                return
            took = loop.time() - began
            if hopeless or loop.time() + took > until:
                return

    async def _choose(
        self, drafting: _Drafting, request: QuestionRequested, frames: Frames, until: float
    ) -> None:
        """Have the model choose, once: asked again it would choose the same.

        A server that refuses a bare string gets the same options in an object.
        """
        loop = asyncio.get_running_loop()
        chat = prompts.short_messages(request, frames.told)
        for wrapped in (False, True):
            draft, outcome = None, ""
            try:
                chosen = await self._asked(
                    request,
                    until,
                    partial(
                        self._client.choice,
                        chat,
                        frames.options,
                        seed=seed_of(request.id, 0),
                        wrapped=wrapped,
                    ),
                )
            except ModelFailed as error:
                outcome = error.reason
                self._note("" if error.answered else error.reason)
            else:
                self._note("")
                draft = frames.draft(chosen)
                outcome = OUTSIDE if draft is None else guard.PASSED
            drafting.judged(outcome, draft)
            if outcome != "http_4xx" or loop.time() > until:
                return

    async def _asked(
        self, request: QuestionRequested, until: float, call: Callable[..., Awaitable[T]]
    ) -> T:
        """Return what the model answers until then; a draft made ahead waits for questions.

        Raises:
            ModelFailed: as from ``call``, and ``timeout``.
        """
        loop = asyncio.get_running_loop()

        async def at_the_model() -> T:
            return await call(timeout_s=until - loop.time())

        if not request.is_early:
            return await self._precedence.first(at_the_model)
        try:
            async with asyncio.timeout_at(until):
                return await self._precedence.last(at_the_model)
        except TimeoutError:  # the model is not to blame: it was never asked, or only begun
            raise ModelFailed("timeout", answered=True) from None

    def _note(self, state: str) -> None:
        if state == self._state:
            return
        self._state = state
        logger.warning("model server", extra={"state": state or "answers"})
        self._told(self._detail())

    def _detail(self) -> str:
        if not self._state:
            return f"model {self._model} at {self._url} answers"
        return (
            f"model {self._model} at {self._url} does not answer ({self._state}): "
            "questions come from templates and the bank"
        )
