from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.chat_server import (
    ChatServer,
    Endless,
    HalfWay,
    Reply,
    Reset,
    completion,
    drafted,
    serving,
    silence,
    status,
)
from workers.language.chat import ModelFailed
from workers.questions.client import QuestionClient, draft_of
from workers.questions.ground import Draft

DRAFT = Draft("How did you test it?", "test it")
CONTENT = drafted(DRAFT.question, DRAFT.quote)
MESSAGES = [{"role": "user", "content": "안녕하세요"}]


async def draft(server: ChatServer, path: str = "", key: str = "", timeout_s: float = 5) -> Draft:
    client = QuestionClient(server.url + path, "tiny", key)
    try:
        return await client.draft(MESSAGES, seed=7, timeout_s=timeout_s)
    finally:
        await client.close()


async def failure(server: ChatServer, timeout_s: float = 5) -> ModelFailed:
    async with serving(server):
        with pytest.raises(ModelFailed) as failed:
            await draft(server, timeout_s=timeout_s)
    return failed.value


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
async def test_a_draft_is_asked_for_as_the_schema_says_and_without_chance(path: str) -> None:
    async with serving(ChatServer(CONTENT)) as server:
        assert await draft(server, path) == DRAFT
    (body,) = server.asked
    assert (body["model"], body["messages"]) == ("tiny", MESSAGES)
    assert (body["temperature"], body["seed"], body["stream"]) == (0, 7, False)
    schema = body["response_format"]["json_schema"]["schema"]
    assert set(schema["required"]) == {"question", "quote"}
    assert server.authorization == [""]


async def test_a_key_is_sent_when_there_is_one() -> None:
    async with serving(ChatServer(CONTENT)) as server:
        await draft(server, key="secret")
    assert server.authorization == ["Bearer secret"]


async def test_one_connection_serves_several_drafts() -> None:
    async with serving(ChatServer(CONTENT)) as server:
        client = QuestionClient(server.url, "tiny")
        for _ in range(3):
            assert await client.draft(MESSAGES, seed=1, timeout_s=5) == DRAFT
        await client.close()
        await client.close()
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("reply", "reason", "answered"),
    [
        (status(400), "http_4xx", False),
        (status(404), "http_4xx", False),
        (status(429), "http_4xx", False),
        (status(500), "http_5xx", False),
        (status(503), "http_5xx", False),
        (status(302), "http_other", False),
        (b"", "not_json", True),
        (b"<html>busy</html>", "not_json", True),
        (b"\xff\xfe\x00", "not_json", True),
        (b'{"choices": [', "not_json", True),
        (b"[" * 100_000, "not_json", True),
        (b"{}", "no_content", True),
        (b"null", "no_content", True),
        (b'{"choices": []}', "no_content", True),
        (b'{"choices": [{"message": null}]}', "no_content", True),
        (b'{"choices": [{"message": {"content": null}}]}', "no_content", True),
        (b'{"choices": "none"}', "no_content", True),
        (b'{"error": {"message": "out of memory"}}', "no_content", True),
        ("   ", "no_content", True),
        ("How did you test it?", "not_json", True),
        (CONTENT[:-5], "truncated", True),
        ('{"quote": "te', "truncated", True),
        ("[1, 2]", "wrong_shape", True),
        ("17", "wrong_shape", True),
        ("{}", "wrong_shape", True),
        ('{"question": "How did you test it?"}', "wrong_shape", True),
        ('{"question": ["How?"], "quote": "x"}', "wrong_shape", True),
        ('{"question": "", "quote": "x"}', "wrong_shape", True),
        ('{"question": null, "quote": "x"}', "wrong_shape", True),
    ],
)
async def test_what_cannot_be_used_is_one_failure_with_its_reason(
    reply: Reply | str | bytes, reason: str, answered: bool
) -> None:
    failed = await failure(ChatServer(reply))
    assert (failed.reason, failed.answered) == (reason, answered)


@pytest.mark.parametrize(
    "content",
    [
        f"```json\n{CONTENT}\n```",
        f"```\n{CONTENT}```",
        json.dumps(CONTENT),
        json.dumps(json.dumps(json.loads(CONTENT), indent=2)),
        f"Sure, here is the question:\n{CONTENT}\nI hope this helps {{really}}.",
        f"  {CONTENT}  ",
        '{"question": " How did you test it? ", "quote": " test it ", "why": "because"}',
    ],
)
def test_what_can_be_repaired_is(content: str) -> None:
    assert draft_of(json.dumps(completion(content)).encode()) == DRAFT


def test_an_answer_cut_off_by_its_limit_is_named_so() -> None:
    body = json.dumps(completion("How did you", finish="length")).encode()
    with pytest.raises(ModelFailed, match="truncated"):
        draft_of(body)


async def test_a_server_that_is_not_there() -> None:
    async with serving(ChatServer(CONTENT)) as server:
        pass
    with pytest.raises(ModelFailed, match="unreachable"):
        await draft(server)


@pytest.mark.parametrize("kind", [Reset, HalfWay])
async def test_a_connection_that_breaks(kind: type[ChatServer]) -> None:
    assert (await failure(kind(CONTENT))).reason == "unreachable"


async def test_a_server_that_never_answers() -> None:
    failed = await failure(ChatServer(silence), timeout_s=0.05)
    assert (failed.reason, failed.answered) == ("timeout", False)


async def test_an_answer_without_end() -> None:
    assert (await failure(Endless(CONTENT))).reason == "too_large"


async def test_warming_needs_no_useful_answer() -> None:
    async with serving(ChatServer("{")) as server:
        client = QuestionClient(server.url, "tiny")
        await client.warm(MESSAGES, timeout_s=5)
        await client.close()
    asked: dict[str, Any] = server.asked[0]
    assert asked["max_tokens"] == 1


async def test_no_time_left_is_a_timeout() -> None:
    assert (await failure(ChatServer(CONTENT), timeout_s=-1)).reason == "timeout"
