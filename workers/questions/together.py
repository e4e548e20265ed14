"""Requests for questions and for drafts: of a session only the newest draft is worth its work."""

from __future__ import annotations

import asyncio

from schemas.events import QuestionRequested
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.requests import Requests
from workers.questions.service import QuestionService


class QuestionsTogether(Requests[QuestionRequested]):
    """Gives up a draft in work when its session asks for something newer."""

    def __init__(
        self,
        service: QuestionService,
        *,
        dead_letters: DeadLetters,
        health: Health,
        max_in_flight: int = 64,
    ) -> None:
        super().__init__(
            service,
            (QuestionRequested,),
            dead_letters=dead_letters,
            health=health,
            max_in_flight=max_in_flight,
        )
        self._drafts: dict[str, asyncio.Future[None]] = {}
        """In work, by session."""

    async def work(self, request: QuestionRequested, gw: int) -> None:
        """Answer ``request``; a draft that is overtaken stays unanswered."""
        overtaken = self._drafts.pop(request.session, None)
        if overtaken is not None:
            overtaken.cancel()
        if not request.is_early:
            await super().work(request, gw)
            return
        draft = asyncio.ensure_future(super().work(request, gw))
        self._drafts[request.session] = draft
        try:
            await asyncio.wait({draft})
        finally:
            draft.cancel()  # where this one was
            if self._drafts.get(request.session) is draft:
                del self._drafts[request.session]
        if not draft.cancelled():
            draft.result()
