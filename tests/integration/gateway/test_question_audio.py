"""A question is fetched as sound: whole, in parts, by its own candidate only."""

from __future__ import annotations

import hashlib
from pathlib import Path

import httpx
import pytest

from schemas.events import QuestionAsked, QuestionSpoken
from schemas.ids import now_ms
from schemas.language import Language
from schemas.topics import Process
from tests.support.candidate import Candidate
from tests.support.gateway import Backend, RunningGateway

pytestmark = pytest.mark.integration

CLIP = b"OggS" + bytes(range(256)) * 40
NAME = f"clips/{hashlib.sha256(CLIP).hexdigest()}.ogg"


def spoken(question: QuestionAsked, clip: str = NAME, failure: str = "") -> QuestionSpoken:
    return QuestionSpoken(
        session=question.session, question=question.question, epoch=question.epoch, at=now_ms(),
        language=Language.ENGLISH, text=question.text, clip=clip,
        duration_ms=900, engine="piper", failure=failure,
    )  # fmt: skip


async def test_a_question_is_heard_by_its_own_candidate_only(
    gateway: RunningGateway, backend: Backend, tmp_path: Path
) -> None:
    await gateway.services.objects.put(NAME, CLIP)
    one, other = await gateway.create(), await gateway.create()
    session = one["session"]
    url = f"{gateway.url}/api/sessions/{session}/questions/1/audio"
    mine = {"Authorization": f"Bearer {one['token']}"}

    async with httpx.AsyncClient() as http:

        async def get(address: str = url, **headers: str) -> httpx.Response:
            return await http.get(address, headers={**mine, **headers})

        def refusal(reply: httpx.Response) -> tuple[int, str]:
            return reply.status_code, reply.json()["error"]["code"]

        assert refusal(await get()) == (404, "no_audio")

        candidate = Candidate(gateway.url, one)
        await candidate.connect()
        try:
            await candidate.command("ready")
            await candidate.until(lambda: bool(candidate.snapshot["question_text"]))
            await backend.until(lambda: backend.of(QuestionAsked, session))
            (question,) = backend.of(QuestionAsked, session)
            assert candidate.snapshot["question_audio"] is False
            await backend.publish(Process.TTS, spoken(question, "", "not now"))
            await candidate.until(lambda: bool(candidate.events("question.spoken")))
            assert candidate.snapshot["question_audio"] is False
            assert refusal(await get()) == (404, "no_audio")
            await backend.publish(Process.TTS, spoken(question))
            await candidate.until(lambda: bool(candidate.snapshot["question_audio"]))
        finally:
            await candidate.close()

        whole = await get()
        assert (whole.status_code, whole.content) == (200, CLIP)
        assert whole.headers["Content-Type"] == "audio/ogg"
        assert whole.headers["Content-Length"] == str(len(CLIP))
        assert whole.headers["Cache-Control"] == "private, no-cache"
        assert whole.headers["Accept-Ranges"] == "bytes"
        tag = whole.headers["ETag"]

        part = await get(Range="bytes=4-9")
        assert (part.status_code, part.content) == (206, CLIP[4:10])
        assert part.headers["Content-Range"] == f"bytes 4-9/{len(CLIP)}"
        assert part.headers["Content-Length"] == "6"
        assert (await get(Range="bytes=-7")).content == CLIP[-7:]
        assert (await get(Range="bytes=4-9", **{"If-Range": tag})).status_code == 206
        assert (await get(Range="bytes=4-9", **{"If-Range": '"another"'})).content == CLIP
        assert (await get(Range="bytes=0-1,4-5")).content == CLIP
        beyond = await get(Range=f"bytes={len(CLIP)}-")
        assert beyond.status_code == 416
        assert beyond.headers["Content-Range"] == f"bytes */{len(CLIP)}"
        same = await get(**{"If-None-Match": f'"x", {tag}'})
        assert (same.status_code, same.content) == (304, b"")

        theirs = f"Bearer {other['token']}"
        assert refusal(await get(Authorization=theirs)) == (404, "unknown_session")
        assert refusal(await get(Authorization="Bearer nonsense")) == (401, "bad_token")
        assert refusal(await http.get(url)) == (401, "no_token")
        assert refusal(await get(url.replace("/1/", "/2/"))) == (404, "no_audio")
        for wrong in ("/0/", "/x/", "/-1/", f"/{'9' * 30}/"):
            assert refusal(await get(url.replace("/1/", wrong))) == (422, "invalid_request")
        # The token is right, and its session is not the one that is asked of.
        elsewhere = url.replace(session, other["session"])
        assert refusal(await get(elsewhere)) == (404, "unknown_session")

        (tmp_path / "objects" / NAME).unlink()
        assert refusal(await get()) == (404, "no_audio")
