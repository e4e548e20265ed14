"""The questions worker beside the language model of the embedded stack, and without it."""

from __future__ import annotations

import pytest

from deploy.local.stack import Stack
from schemas.events import Exchange, QuestionAsked, QuestionRequested
from schemas.ids import now_ms
from schemas.language import Language
from schemas.topics import Process, Topic
from streams.runtime.producer import Producer
from tests.support.asked import asked

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

ANSWERS = {
    Language.ENGLISH: (
        "I rewrote the scheduler because jobs were starving, and queues fell to two seconds.",
        "We had three outages in a month, so I set up a rotation and wrote the runbooks myself.",
    ),
    Language.KOREAN: (
        "결제 시스템을 카프카로 옮기면서 장애 시간을 절반으로 줄였습니다.",
        "코드 리뷰 규칙을 새로 만들었고 배포 주기가 일주일에서 하루로 짧아졌습니다.",
    ),
}


def follow_up(name: str, language: Language, answer: str) -> QuestionRequested:
    return QuestionRequested(
        session=f"q_{name}",
        question=2,
        epoch=1,
        at=now_ms(),
        language=language,
        total=3,
        position="backend engineer",
        history=(Exchange(question="What did you do last year?", answer=answer),),
    )


def requests(prefix: str) -> list[QuestionRequested]:
    return [
        follow_up(f"{prefix}_{language.value}_{number}", language, answer)
        for language, answers in ANSWERS.items()
        for number, answer in enumerate(answers)
    ]


@pytest.mark.requirement("questions-follow-up")
async def test_follow_ups_rest_on_what_was_said_with_the_model_and_without_it() -> None:
    openai = {"questions": {"VIVA_QUESTIONS_ENGINE": "openai"}}
    async with (
        Stack(only=["kafka", "llm", "questions"], env=openai) as stack,
        Producer(stack.kafka, Process.GATEWAY) as producer,
    ):
        with_model = await _answered(stack, producer, requests("with"))
        await stack.stop_process("llm")
        without = await _answered(stack, producer, requests("without"))
    for request in requests("with"):
        _rests_on_the_answer(with_model[request.session], request)
        is_korean = request.language is Language.KOREAN  # which the packaged model does not know
        assert bool(with_model[request.session].model) is not is_korean
    for request in requests("without"):
        question = without[request.session]
        _rests_on_the_answer(question, request)
        is_korean = request.language is Language.KOREAN
        assert (question.source, question.guard) == ("template", "" if is_korean else "unreachable")


def _rests_on_the_answer(question: QuestionAsked, request: QuestionRequested) -> None:
    assert question.language is request.language
    assert question.source in ("model", "template")
    assert question.grounding
    assert question.grounding in request.history[0].answer


async def _answered(
    stack: Stack, producer: Producer, wanted: list[QuestionRequested]
) -> dict[str, QuestionAsked]:
    await producer.publish(*wanted, gw=0)
    return await asked(stack, Topic.EVENTS, [each.session for each in wanted])
