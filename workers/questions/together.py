"""Requests for questions and for drafts: of a session only the newest draft is worth its work."""

from __future__ import annotations

import asyncio

from schemas.events import QuestionRequested, ResumeAttached
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.health import Health
from streams.runtime.partition import Partition
from streams.runtime.record import Record
from streams.runtime.requests import Requests
from workers.questions.attachments import Attachments
from workers.questions.service import QuestionService

_MOST_RESUMES = 1_000
"""Read and not yet embedded, apart from questions in work; beyond them everything waits."""


class QuestionsTogether(Requests[QuestionRequested]):
    """Gives up a draft in work when its session asks for something newer.

    Résumés go to ``attachments``, if lines are to be found by what they say.
    """

    def __init__(
        self,
        service: QuestionService,
        *,
        dead_letters: DeadLetters,
        health: Health,
        attachments: Attachments | None = None,
        max_in_flight: int = 64,
    ) -> None:
        super().__init__(
            service,
            (QuestionRequested,),
            dead_letters=dead_letters,
            health=health,
            max_in_flight=max_in_flight,
        )
        self._resumes: Requests[ResumeAttached] | None = None
        if attachments is not None:
            self._resumes = Requests(
                attachments,
                (ResumeAttached,),
                dead_letters=dead_letters,
                health=health,
                max_in_flight=_MOST_RESUMES,
            )
        self._drafts: dict[str, asyncio.Future[None]] = {}
        """In work, by session."""

    async def handle(self, record: Record, partition: Partition) -> None:
        """Begin to work on ``record`` if it is a request or a résumé; see ``Requests``."""
        if self._resumes is not None and not self._resumes.take(record, partition):
            await self._resumes.handle(record, partition)
        else:
            await super().handle(record, partition)

    def take(self, record: Record, partition: Partition) -> bool:
        """Pass over what is neither a request nor a résumé."""
        is_resume = self._resumes is not None and not self._resumes.take(record, partition)
        return not is_resume and super().take(record, partition)

    async def revoked(self, partition: Partition) -> None:
        """Give up the work of ``partition``: its next owner does it."""
        await super().revoked(partition)
        if self._resumes is not None:
            await self._resumes.revoked(partition)

    async def stop(self) -> None:
        """Give up all work; its records are not committed and will be read again."""
        await super().stop()
        if self._resumes is not None:
            await self._resumes.stop()

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
