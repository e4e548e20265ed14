"""Whole interviews by the engine with the packaged model."""

from __future__ import annotations

import pytest

from deploy.local.processes import LLM
from deploy.local.stack import Stack
from schemas.events import QuestionAsked, QuestionRequested
from schemas.language import Language
from tests.support.interviews import interviews, packaged
from workers.questions.ground import Draft, Ground
from workers.questions.guard import PASSED, verdict

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

INTERVIEWS = 1
"""In each language; ``make questions`` holds all of them, within the deadline."""

Asked = list[tuple[QuestionRequested, QuestionAsked]]


@pytest.mark.requirement("questions-follow-up")
async def test_interviews_with_the_packaged_model_are_of_questions_that_may_be_asked() -> None:
    held: dict[Language, list[Asked]] = {}
    async with Stack(only=[LLM]) as stack:
        engine = packaged(stack, deadline_s=30)  # what is asked counts here, not how soon
        await engine.load()
        for language in Language:
            some = interviews(language)[:INTERVIEWS]
            held[language] = [await each.held(engine.ask) for each in some]
        again = await interviews(Language.ENGLISH)[0].held(engine.ask)
        await engine.close()
    for language, several in held.items():
        for each in several:
            _may_be_asked(each)
            texts = [asked.text for _, asked in each]
            assert len(set(texts)) == len(texts)
        sources = [asked.source for each in several for _, asked in each]
        if language is Language.ENGLISH:
            assert sources.count("model") >= 0.6 * len(sources)
        else:
            assert sources.count("bank") <= 0.5 * len(sources)
    first = held[Language.ENGLISH][0]
    assert [asked.text for _, asked in again] == [asked.text for _, asked in first]


def _may_be_asked(each: Asked) -> None:
    for request, asked in each:
        if asked.source == "bank":
            continue
        ground = Ground.of(request)
        assert verdict(Draft(asked.text, asked.grounding), ground) == PASSED
        assert any(asked.grounding in source for source in ground.sources)
        # a Korean verb goes on in another form
        kept = asked.grounding if request.language is Language.ENGLISH else asked.grounding[:-3]
        assert kept.strip().casefold() in asked.text.casefold()
