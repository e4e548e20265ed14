"""How long candidates wait for the next question to be heard, and what others cost a question.

Four candidates at once: with the packaged language model, in Korean, and with the server of the
model stopped; the bank was said ahead. The same follow-ups are asked of the questions worker alone
and beside them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import median
from typing import Any

import clickhouse_connect
import pytest

from deploy.demo.media import CandidateMedia, build
from deploy.demo.run import Gateway, Interviewed, interviews
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from schemas.bank import BANKS
from schemas.topics import Process
from streams.runtime.producer import Producer
from tests.bench.conftest import Report, Row
from tests.bench.support.follow_ups import EVERY_S, FOLLOW_UPS, follow_ups
from tests.support.waiting import until

CANDIDATES = ["attentive", "inattentive", "attentive", "inattentive"]
STAGGER_S = 2.5
ROUNDS = 2

TURNS = """
SELECT count() AS turns, countIf(playing_ms IS NULL) AS unheard, countIf(drafted) AS drafted,
    quantileExact(0.5)(text_ms) AS text_p50, quantileExact(0.95)(text_ms) AS text_p95,
    quantileExact(0.5)(playing_ms) AS p50, quantileExact(0.95)(playing_ms) AS p95
FROM viva.turns FINAL WHERE session IN {sessions:Array(String)}
"""
SOURCES = """
SELECT source, count() AS questions FROM viva.questions FINAL
WHERE type = 'question.asked' AND session IN {sessions:Array(String)}
GROUP BY source ORDER BY source
"""

pytestmark = pytest.mark.timeout(1200)


async def test_nobody_waits_for_a_question(report: Report) -> None:
    media = await asyncio.to_thread(build, LocalSettings().cache_dir, lambda _: None)
    env = {
        "questions": {"VIVA_QUESTIONS_ENGINE": "openai"},
        "tts": {"VIVA_TTS_AHEAD_AFTER_S": "0"},
    }
    async with Stack(env=env) as stack, Producer(stack.kafka, Process.GATEWAY) as producer:
        gateway = Gateway(stack.gateway_url, stack.api_key)
        try:
            await bank_said(stack)
            alone = await follow_ups(stack, producer, "alone")
            crowd = asyncio.create_task(hold(gateway, media, "en"))
            await asyncio.sleep(STAGGER_S * len(CANDIDATES))  # all four are there
            beside = await follow_ups(stack, producer, "beside")
            report(turns_row(stack, "with the packaged model", await crowd))
            report(turns_row(stack, "in Korean", await hold(gateway, media, "ko")))
            await stack.stop_process("llm")
            report(turns_row(stack, "the model's server stopped", await hold(gateway, media, "en")))
        finally:
            await gateway.close()
    ratio = median(beside) / median(alone)
    report(
        Row(
            "a follow-up beside four candidates, against one asked alone",
            "≤ 1.25 times",
            f"{ratio:.2f}",
            ratio <= 1.25,
            [
                f"{FOLLOW_UPS} requests, {EVERY_S} s apart, none drafted ahead; the worker took "
                f"{median(alone):.0f} ms alone and {median(beside):.0f} ms beside them (medians)"
            ],
        )
    )


async def bank_said(stack: Stack) -> None:
    """Wait until the bank's questions are in the store, as they are a while after the start."""
    all_of_them = sum(len(bank.all) for bank in BANKS.values())
    clips = stack.data_dir / "objects" / "clips"

    async def are_there() -> bool:
        return len(list(clips.glob("*.ogg"))) >= all_of_them

    await until(are_there, "the bank's clips", 300)


async def hold(
    gateway: Gateway, media: dict[str, CandidateMedia], language: str
) -> list[Interviewed]:
    """Hold all interviews of a row."""
    held: list[Interviewed] = []
    for _ in range(ROUNDS):
        held += await interviews(gateway, media, CANDIDATES, language=language, stagger_s=STAGGER_S)
    return held


def turns_row(stack: Stack, kind: str, held: Sequence[Interviewed]) -> Row:
    """Return the row on the turns of the interviews that were held."""
    reader = clickhouse_connect.get_client(**stack.clickhouse_client())
    sessions = {"sessions": [each.session for each in held]}
    (found,) = reader.query(TURNS, parameters=sessions).named_results()
    sources: list[dict[str, Any]] = list(reader.query(SOURCES, parameters=sessions).named_results())
    assert found["turns"] == 2 * len(held)
    return Row(
        f"question playing after the end of the answer, four candidates, {kind}",
        "p50 ≤ 1.5 s, p95 ≤ 2.5 s",
        f"p50 {found['p50'] / 1000:.2f} s, p95 {found['p95'] / 1000:.2f} s",
        found["p50"] <= 1500 and found["p95"] <= 2500 and not found["unheard"],
        [
            f"{found['turns']} turns, {found['drafted']} drafted ahead, {found['unheard']} not "
            f"heard; text there: p50 {found['text_p50'] / 1000:.2f} s, "
            f"p95 {found['text_p95'] / 1000:.2f} s",
            "sources: " + ", ".join(f"{row['source']} {row['questions']}" for row in sources),
        ],
    )
