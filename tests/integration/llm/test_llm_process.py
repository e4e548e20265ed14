"""The language-model server as a process with the real model."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import jsonschema
import psutil
import pytest

from deploy.local.ports import free_port
from deploy.local.processes import ask
from deploy.local.settings import CHECKOUT, LocalSettings
from deploy.local.stack import Stack
from schemas.models import SMOLLM2
from tests.support.waiting import until

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

SCHEMA = {
    "type": "object",
    "properties": {
        "question": {"type": "string", "maxLength": 120},
        "about": {"type": "string", "enum": ["résumé", "answer"]},
    },
    "required": ["question", "about"],
    "additionalProperties": False,
}


def asked(**more: Any) -> dict[str, Any]:
    """Return the body of a request for one interview question."""
    return {
        "messages": [
            {"role": "system", "content": "You interview a candidate. Ask one short question."},
            {"role": "user", "content": "I built a payment service in Python at a bank."},
        ],
        "max_tokens": 80,
        **more,
    }


@contextmanager
def running(log: Path, **env: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start the process; yields its address, and the process."""
    port = free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local.llm"],
            cwd=CHECKOUT,
            stdout=out,
            stderr=out,
            env={
                **os.environ,
                "VIVA_MODELS_DIR": str(LocalSettings().models.resolve()),
                "VIVA_LLM_PORT": str(port),
                **env,
            },
        )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


async def is_ready(http: aiohttp.ClientSession, url: str) -> bool:
    return (await ask(http, f"{url}/readyz")).ready


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that is ready."""
    log = tmp_path_factory.mktemp("llm") / "log"

    async def ready(url: str) -> None:
        async with aiohttp.ClientSession() as http:
            await until(lambda: is_ready(http, url), "the model", 60)

    with running(log) as (url, _):
        asyncio.run(ready(url))
        yield url


async def test_it_is_ready_when_the_model_has_answered_and_stops_when_told(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running(log) as (url, process):
        async with aiohttp.ClientSession() as http:
            said: list[dict[str, Any]] = []

            async def ready() -> bool:
                try:
                    limit = aiohttp.ClientTimeout(total=3)
                    async with http.get(f"{url}/readyz", timeout=limit) as answer:
                        said.append({"status": answer.status, **await answer.json()})
                except (aiohttp.ClientError, TimeoutError):
                    return False
                return bool(said[-1]["ready"])

            await until(ready, "the model", 60, pause=0.01)
            first, last = said[0], said[-1]
            assert (first["status"], first["ready"], first["waiting_for"]) == (503, False, "model")
            assert (last["status"], last["process"], last["device"]) == (200, "llm", "cpu")
            assert last["detail"].startswith(SMOLLM2.name)

            endless = asked(max_tokens=2000, ignore_eos=True)
            answering = asyncio.create_task(complete(http, url, endless))
            await asyncio.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, 8) == 0
            with pytest.raises(aiohttp.ClientError):
                await answering
    assert "Traceback" not in log.read_text()


async def complete(http: aiohttp.ClientSession, url: str, body: object) -> tuple[int, Any]:
    async with http.post(f"{url}/v1/chat/completions", json=body) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize("temperature", [0.0, 0.9])
async def test_an_answer_follows_the_schema(server: str, temperature: float) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "question", "schema": SCHEMA}}
    body = asked(response_format=wanted, temperature=temperature, seed=1)
    async with aiohttp.ClientSession() as http:
        status, said = await complete(http, server, body)
    assert status == 200
    (choice,) = said["choices"]
    assert choice["finish_reason"] == "stop"
    found = json.loads(choice["message"]["content"])
    jsonschema.validate(found, SCHEMA)
    assert found["question"]
    assert said["usage"]["completion_tokens"] > 5


async def test_an_answer_in_pieces_is_passed_on_whole(server: str) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server}/v1/chat/completions", json=asked(stream=True)) as answer,
    ):
        assert answer.content_type == "text/event-stream"
        lines = [line.strip() async for line in answer.content if line.strip()]
    assert len(lines) > 5
    assert lines[-1] == b"data: [DONE]"


async def test_requests_at_once_are_all_answered(server: str) -> None:
    async with aiohttp.ClientSession() as http:
        bodies = [asked(seed=number, max_tokens=10) for number in range(6)]
        answers = await asyncio.gather(*(complete(http, server, body) for body in bodies))
    assert [status for status, _ in answers] == [200] * 6


async def test_a_candidate_s_prompt_is_kept_while_others_ask(server: str) -> None:
    rules = "Ask about work and nothing else. Repeat the candidate's own words. " * 6
    told = {
        name: f"I am {name} and I {did} for many years. " * 6
        for name, did in (("Ann", "bake"), ("Ben", "sail"), ("Cho", "paint"), ("Dan", "teach"))
    }

    async def read(http: aiohttp.ClientSession, text: str) -> tuple[int, int]:
        messages = [{"role": "system", "content": rules}, {"role": "user", "content": text}]
        _, said = await complete(http, server, asked(messages=messages, max_tokens=1))
        return (
            said["usage"]["prompt_tokens"],
            said["usage"]["prompt_tokens_details"]["cached_tokens"],
        )

    async with aiohttp.ClientSession() as http:
        before = [(await read(http, text))[0] for text in told.values()]
        after = [await read(http, text + "And I like it.") for text in told.values()]
    for whole, (grown, cached) in zip(before, after, strict=True):
        assert whole - 8 < cached < grown, "only what was added is read"


async def test_an_answer_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    with running(tmp_path / "log", VIVA_LLM_REQUEST_S="0.5", VIVA_LLM_PARALLEL="1") as (url, _):
        async with aiohttp.ClientSession() as http:
            await until(lambda: is_ready(http, url), "the model", 60)
            endless = asked(max_tokens=1900, ignore_eos=True)
            answers = await asyncio.gather(*(complete(http, url, endless) for _ in range(2)))
            assert [status for status, _ in answers] == [504, 504], "waiting counts too"
            assert "0.5 s" in answers[0][1]["error"]["message"]


async def test_the_model_goes_by_its_name(server: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{server}/v1/models") as answer:
        listed = await answer.json()
    assert [each["id"] for each in listed["data"]] == [SMOLLM2.name]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"ask"',
        b"\xff\xfe",
        b"{}",
        b'{"messages": "hello"}',
        b'{"messages": [1]}',
        b'{"messages": [{"role": "user", "content": 5}]}',
        json.dumps(asked(temperature="hot")).encode(),
        json.dumps(asked(response_format={"type": "poem"})).encode(),
        json.dumps(
            asked(
                response_format={"type": "json_schema", "json_schema": {"schema": {"type": "poem"}}}
            )
        ).encode(),
        json.dumps(asked(max_tokens=-5)).encode(),
        json.dumps(asked(messages=[{"role": "user", "content": "why " * 4000}])).encode(),
        b'{"messages": [{"role": "user", "content": "' + b"x" * (2 << 20) + b'"}]}',
    ],
    ids=lambda body: body[:40].decode(errors="replace"),
)
async def test_nonsense_is_refused_and_harms_nobody(server: str, body: bytes) -> None:
    async with aiohttp.ClientSession() as http:
        json_type = {"Content-Type": "application/json"}
        url = f"{server}/v1/chat/completions"
        async with http.post(url, data=body, headers=json_type) as answer:
            assert 400 <= answer.status < 500, await answer.text()
        assert (await complete(http, server, asked(max_tokens=1)))[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/chat/completions", 405),
        ("POST", "/v1/models", 405),
        ("GET", "/slots", 404),
        ("GET", "/props", 404),
        ("POST", "/completion", 404),
        ("GET", "/v1/../slots", 404),
    ],
)
async def test_nothing_else_of_the_engine_is_served(
    server: str, method: str, path: str, status: int
) -> None:
    async with aiohttp.ClientSession() as http, http.request(method, server + path) as answer:
        assert answer.status == status


async def test_a_body_that_is_not_called_json_is_refused(server: str) -> None:
    plain = {"Content-Type": "text/plain"}
    body = json.dumps(asked())
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server}/v1/chat/completions", data=body, headers=plain) as answer,
    ):
        assert answer.status == 415


async def figures(http: aiohttp.ClientSession, url: str) -> dict[str, float]:
    """Return the values of the metrics without labels, and of those of this process."""
    async with http.get(f"{url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


async def test_metrics_count_requests_seconds_and_tokens(server: str) -> None:
    async with aiohttp.ClientSession() as http:
        before = await figures(http, server)
        await complete(http, server, asked(max_tokens=7, ignore_eos=True))
        after = await figures(http, server)

    def more(name: str) -> float:
        return after[name] - before[name]

    assert more('viva_work_seconds_count{process="llm"}') == 1
    assert more('viva_work_seconds_sum{process="llm"}') > 0
    assert more("llamacpp:tokens_predicted_total") == 7


async def test_what_nobody_waits_for_any_more_is_not_computed(server: str) -> None:
    async with aiohttp.ClientSession() as http:
        impatient = aiohttp.ClientTimeout(total=0.3)
        with pytest.raises(TimeoutError):
            await http.post(
                f"{server}/v1/chat/completions",
                json=asked(max_tokens=1900, ignore_eos=True),
                timeout=impatient,
            )

        async def idle() -> bool:
            found = await figures(http, server)
            return found["llamacpp:requests_processing"] == 0

        # Each look puts off the engine's own, which comes a second after the last news.
        await until(idle, "the engine to drop the request", 8, pause=2.0)


async def test_a_damaged_model_is_refused_with_a_reason(tmp_path: Path) -> None:
    whole = SMOLLM2.at(LocalSettings().models.resolve())
    damaged = tmp_path / "damaged.gguf"
    with whole.open("rb") as file:
        damaged.write_bytes(file.read(1 << 20))
    with running(tmp_path / "log", VIVA_LLM_MODEL=str(damaged)) as (_, process):
        assert await asyncio.to_thread(process.wait, 60) == 1
    said = (tmp_path / "log").read_text()
    assert f"cannot load {damaged}" in said
    assert "Traceback" not in said


async def test_the_stack_runs_it_and_brings_it_back() -> None:
    async with Stack(only=["llm"]) as stack:
        url = stack.health_url("llm")
        assert stack.env("questions")["VIVA_QUESTIONS_URL"] == f"{url}/v1"
        stack.kill("llm")
        await asyncio.sleep(0.5)
        await stack.wait_ready("llm", 60)
        async with aiohttp.ClientSession() as http:
            assert (await complete(http, url, asked(max_tokens=2)))[0] == 200
        pid = stack.process("llm").pid
    assert not psutil.pid_exists(pid)
