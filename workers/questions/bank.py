"""The engine ``bank``: questions of the bank, chosen by session and number."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from schemas.bank import BANKS, Bank, Entry
from schemas.events import Draft, QuestionAsked, QuestionRequested

NAME = "bank"


class BankEngine:
    """Chooses without chance: the same request gives the same question, anywhere.

    Each session has its own order of the questions, which follows from its id. An interview's
    first question opens it and its last one closes it; no question comes twice in a session and
    none that is in the request's history, until all have been asked.
    """

    device = "cpu"

    async def load(self) -> str:
        """Nothing to load; return how many questions there are."""
        counts = (f"{language.value} {len(bank.all)}" for language, bank in BANKS.items())
        return f"questions: {', '.join(counts)}"

    async def close(self) -> None:
        """Nothing to close."""

    async def ask(self, request: QuestionRequested, *, spent_s: float = 0.0) -> QuestionAsked:
        """Return the question for ``request``."""
        return QuestionAsked(
            session=request.session,
            question=request.question,
            attempt=request.attempt,
            epoch=request.epoch,
            seq=request.seq,
            at=request.at,
            language=request.language,
            text=choose(request),
            engine=NAME,
            source="bank",
        )

    def keeps(self, request: QuestionRequested, draft: Draft) -> bool:
        """Whether it is the question that would be chosen now."""
        return draft.text == choose(request)


def choose(request: QuestionRequested) -> str:
    """Return the text of the question for ``request``."""
    asked = {_canonical(exchange.question) for exchange in request.history}
    plan = _plan(request)
    texts = [_render(entry, request) for entry in plan]
    first = max(request.question - 1, 0) % len(texts)
    for text in texts[first:] + texts[:first]:
        if _canonical(text) not in asked:
            return text
    return texts[first]


def _plan(request: QuestionRequested) -> list[Entry]:
    """Return every question in the session's order: what is asked as first, second, … question."""
    bank: Bank = BANKS[request.language]
    opening = _shuffled(bank.opening, request.session)
    middle = _shuffled(bank.middle, request.session)
    closing = _shuffled(bank.closing, request.session)
    plan = [opening[0], *middle]
    spare = [*opening[1:], *closing[1:]]
    last = request.total - 1
    if 0 < last < len(plan):
        plan.insert(last, closing[0])
        return plan + spare
    return [*plan, *spare, closing[0]]


def _shuffled(entries: Sequence[Entry], session: str) -> list[Entry]:
    def rank(entry: Entry) -> bytes:
        return hashlib.sha256(f"{session}\n{entry.text}".encode()).digest()

    return sorted(entries, key=rank)


def _render(entry: Entry, request: QuestionRequested) -> str:
    known = {
        "{position}": " ".join(request.position.split()),
        "{company}": " ".join(request.company.split()),
    }
    named = [name for name in known if name in entry.woven]
    if not named or not all(known[name] for name in named):
        return entry.text
    text = entry.woven
    for name in named:
        text = text.replace(name, known[name])
    return text


def _canonical(text: str) -> str:
    return " ".join(text.split()).casefold()
