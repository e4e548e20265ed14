"""A résumé is uploaded, kept, and goes with every request for a question."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx
import pytest

from schemas.events import ResumeAttached, ResumeLine
from schemas.resume import SectionKind
from schemas.settings import GatewaySettings
from tests.support.candidate import Candidate
from tests.support.gateway import KEY, Backend, RunningGateway, gateway_settings

pytestmark = pytest.mark.integration

TEXT = """김하늘
hanul@example.com / 010-1234-5678

경력
- 한빛소프트에서 결제 시스템을 카프카로 옮겼습니다

기술
Python, Kafka, ClickHouse
""".encode()


@pytest.fixture
def settings() -> GatewaySettings:
    return gateway_settings()


@pytest.fixture
async def http(gateway: RunningGateway) -> Any:
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(base_url=gateway.url, timeout=60, headers=headers) as client:
        yield client


def code(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


async def test_its_sections_come_back_without_contact_details(http: httpx.AsyncClient) -> None:
    reply = await http.post("/api/resumes", content=TEXT)
    assert reply.status_code == 201, reply.text
    kinds = {each["kind"]: each["text"] for each in reply.json()["sections"]}
    assert "카프카" in kinds["experience"]
    assert "ClickHouse" in kinds["skills"]
    assert "example.com" not in reply.text
    assert "1234" not in reply.text


async def test_the_file_itself_is_kept(http: httpx.AsyncClient, gateway: RunningGateway) -> None:
    created = (await http.post("/api/resumes", content=TEXT)).json()
    stored = await gateway.services.store.resume(created["resume"])
    assert stored.object == f"resumes/{hashlib.sha256(TEXT).hexdigest()}"
    assert await gateway.services.objects.get(stored.object) == TEXT


async def test_every_request_for_a_question_carries_its_facts(
    http: httpx.AsyncClient, gateway: RunningGateway, backend: Backend
) -> None:
    resume = (await http.post("/api/resumes", content=TEXT)).json()["resume"]
    created = await gateway.create(language="ko", questions=2, resume=resume)
    candidate = Candidate(gateway.url, created)
    await candidate.connect()
    await candidate.calibrate()
    await candidate.until(lambda: candidate.snapshot["question"] == 1)
    await candidate.answer()
    await candidate.until(lambda: candidate.snapshot["question"] == 2)
    await candidate.close()
    await backend.until(lambda: len(backend.requests(created["session"])) == 2)
    for asked in backend.requests(created["session"]):
        assert asked.facts == (
            "한빛소프트에서 결제 시스템을 카프카로 옮겼습니다",
            "Python, Kafka, ClickHouse",
        )


async def test_a_session_that_names_one_publishes_its_lines_right_after_its_start(
    http: httpx.AsyncClient, gateway: RunningGateway, backend: Backend
) -> None:
    resume = (await http.post("/api/resumes", content=TEXT)).json()["resume"]
    session = (await gateway.create(language="ko", resume=resume))["session"]
    await backend.until(lambda: bool(backend.of(ResumeAttached, session)))
    (attached,) = backend.of(ResumeAttached, session)
    assert attached.lines == (
        ResumeLine(
            kind=SectionKind.EXPERIENCE, text="한빛소프트에서 결제 시스템을 카프카로 옮겼습니다"
        ),
        ResumeLine(kind=SectionKind.SKILLS, text="Python, Kafka, ClickHouse"),
    )
    assert attached.id == f"{session}:0:0:0:resume.attached:0"


async def test_stored_data_is_taken_even_if_it_was_encoded_twice(http: httpx.AsyncClient) -> None:
    twice = json.dumps(json.dumps({"skills": ["Kafka", "Go"]}))
    headers = {"Content-Type": "application/json"}
    reply = await http.post("/api/resumes", content=twice, headers=headers)
    assert reply.status_code == 201, reply.text
    assert [each["text"] for each in reply.json()["sections"]] == ["Kafka, Go"]
    reply = await http.post("/api/resumes", content='"a plain string"', headers=headers)
    assert code(reply) == (422, "resume_bad_profile")
    assert "an object belongs here" in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", (422, "resume_empty")),
        (b"\x00\x01\x02" * 500, (422, "resume_unknown_type")),
        (b"%PDF-1.7\nnothing more", (422, "resume_damaged")),
        (b"x" * (5 * 1024 * 1024 + 1), (413, "too_large")),
    ],
)
async def test_what_is_no_resume_is_refused_with_a_reason(
    http: httpx.AsyncClient, data: bytes, expected: tuple[int, str]
) -> None:
    assert code(await http.post("/api/resumes", content=data)) == expected


async def test_a_session_asks_only_about_a_resume_that_is_there(http: httpx.AsyncClient) -> None:
    reply = await http.post("/api/sessions", json={"language": "en", "resume": "r_unknown"})
    assert code(reply) == (422, "unknown_resume")


async def test_only_the_development_key_uploads(gateway: RunningGateway) -> None:
    async with httpx.AsyncClient(base_url=gateway.url) as stranger:
        assert code(await stranger.post("/api/resumes", content=TEXT)) == (401, "wrong_key")
