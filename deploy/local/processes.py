"""The processes of a stack: what each runs, with which environment, and when it is ready."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

KAFKA, CLICKHOUSE, LLM, GATEWAY = "kafka", "clickhouse", "llm", "gateway"
GATEWAY_TLS = "gateway_tls"
"""The gateway's second port, no process of its own."""

MODULES: Mapping[str, str] = {
    CLICKHOUSE: "deploy.local.clickhouse",
    "vision": "workers.vision",
    "voice": "workers.voice",
    "stt": "workers.stt",
    "tts": "workers.tts",
    LLM: "deploy.local.llm",
    "questions": "workers.questions",
    "assessment": "workers.assessment",
    "sink": "workers.sink",
    "agent": "streams.app",
    GATEWAY: "gateway.app",
}

STAGES: tuple[tuple[str, ...], ...] = (
    (KAFKA, CLICKHOUSE),
    ("vision",),
    ("voice",),
    ("stt",),
    ("tts",),
    (LLM,),
    ("questions", "assessment", "sink", "agent"),
    (GATEWAY,),
)
"""Started stage after stage: what loads a model has a stage of its own, so that no two load at
once, and the gateway comes last, so that no candidate meets a stack that is half there."""

YIELDS: Mapping[str, int] = dict.fromkeys(["vision", "stt", "tts", LLM], 2)
"""Nice values. A packet that is not read in time is lost for good, a model may be a little late:
what computes gives way to what carries. Among each other the models are equal: a transcript, a
question and its sound are waited for alike."""

NAMES = tuple(name for stage in STAGES for name in stage)


def wanted(questions: Mapping[str, str]) -> tuple[str, ...]:
    """Return the processes to start where the settings of ``questions`` are these.

    The language model takes half a gigabyte: it is not started for the bank, nor where another
    server is named.
    """
    asks = questions.get("VIVA_QUESTIONS_ENGINE", "openai") == "openai"
    is_ours = not questions.get("VIVA_QUESTIONS_URL")
    return tuple(name for name in NAMES if name != LLM or (asks and is_ours))


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a process says of itself."""

    ready: bool
    device: str = ""
    detail: str = ""
    build: str = ""


Probe = Callable[[aiohttp.ClientSession], Awaitable[Readiness]]


@dataclass(frozen=True, slots=True)
class Spec:
    """How one process is started, watched and stopped. Times are seconds."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)
    port: int
    health: str
    log: Path
    probe: Probe
    after: Callable[[], Awaitable[None]] | None = None
    nice: int = 0
    start_s: float = 120.0
    stop_s: float = 12.0


def module_command(name: str) -> tuple[str, ...]:
    """Return the command line of one of our own processes."""
    return (sys.executable, "-m", MODULES[name])


def http_probe(url: str) -> Probe:
    """Return a probe that asks ``url`` (a /readyz)."""

    async def probe(session: aiohttp.ClientSession) -> Readiness:
        return await ask(session, url)

    return probe


async def ask(session: aiohttp.ClientSession, url: str) -> Readiness:
    """Return what the /readyz at ``url`` says; a process that does not answer is not ready."""
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=3)) as response:
            said = json.loads(await response.text())
    except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
        return Readiness(False, detail=f"does not answer ({type(error).__name__})")
    if not isinstance(said, dict):
        return Readiness(False, detail="answers something else than readiness")
    waiting = said.get("waiting_for")
    detail = str(said.get("detail") or "")
    return Readiness(
        ready=bool(said.get("ready")),
        device=str(said.get("device") or ""),
        detail=f"waiting for {waiting}: {detail}" if waiting else detail,
        build=str(said.get("build") or ""),
    )
