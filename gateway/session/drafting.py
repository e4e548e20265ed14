"""Having the next question drafted while the candidate still speaks. Pure.

A draft is asked for when an answer begins, so that there is one whatever happens, and again when
enough more was heard. When the answer ends the latest draft goes with the request for the
question, and is asked if it still fits.
"""

from __future__ import annotations

from gateway.session import questions
from gateway.session.model import Drafting, Interview
from schemas.events import Draft, QuestionDrafted
from schemas.language import Language

_GROWN = {Language.ENGLISH: 150, Language.KOREAN: 60}
"""Characters of speech, about ten seconds, after which a draft may miss what matters; of a longer
answer half as much again, so that the last draft comes late in it."""

_MOST = 7
"""Drafts for one question, however often its answer is begun: each costs a model and a voice."""


def begin(interview: Interview, *, now: int) -> None:
    """Ask for the first draft of the question after the one that is being answered."""
    opened = interview.open
    if opened is None or opened.question >= interview.total:
        return
    question = opened.question + 1
    interview.drafting = Drafting(question=question, first=interview.drafts + 1)
    if interview.drafts_of.get(question, 0) < _MOST:
        _request(interview, interview.drafting, now=now)


def heard(interview: Interview, *, now: int) -> None:
    """Ask for another draft if much more has been said since the last one was asked for."""
    drafting = interview.drafting
    if drafting is None or interview.drafts_of.get(drafting.question, 0) >= _MOST:
        return
    grown = _characters(interview) - drafting.characters
    enough = max(_GROWN[interview.language], drafting.characters // 2)
    if grown >= enough or (grown > 0 and not drafting.characters):
        _request(interview, drafting, now=now)


def keep(interview: Interview, event: QuestionDrafted) -> bool:
    """Take a draft, if it is for the answer that is being given and newer than the last one."""
    drafting = interview.drafting
    if drafting is None or event.question != drafting.question:
        return False
    newest = drafting.latest.seq if drafting.latest is not None else drafting.first - 1
    if event.seq <= newest:
        return False
    drafting.latest = event
    return True


def settle(interview: Interview) -> Draft | None:
    """End the drafting and return the draft to ask, if one came."""
    drafting, interview.drafting = interview.drafting, None
    if drafting is None or drafting.latest is None:
        return None
    return Draft.model_validate(drafting.latest.model_dump(include=set(Draft.model_fields)))


def _request(interview: Interview, drafting: Drafting, *, now: int) -> None:
    interview.drafts += 1
    interview.drafts_of[drafting.question] = interview.drafts_of.get(drafting.question, 0) + 1
    drafting.characters = _characters(interview)
    interview.publish(
        questions.compose(interview, drafting.question, seq=interview.drafts, now=now)
    )


def _characters(interview: Interview) -> int:
    """Return how much was heard of the answer that is being given."""
    opened = interview.open
    return sum(
        len(each.text)
        for each in interview.captions
        if opened and (each.question, each.attempt) == (opened.question, opened.attempt)
    )
