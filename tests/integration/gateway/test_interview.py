"""A whole interview over real WebRTC and a real Kafka."""

from __future__ import annotations

import asyncio

import httpx
import numpy as np
import pytest

from schemas.events import (
    AnswerEnded,
    AnswerStarted,
    CalibrationEnded,
    QuestionRequested,
    SessionEnded,
    TurnMeasured,
)
from schemas.media import MAX_CHUNK_SAMPLES
from tests.support.candidate import Candidate
from tests.support.gateway import Backend, RunningGateway

pytestmark = pytest.mark.integration


@pytest.mark.requirement("webrtc-offer")
@pytest.mark.requirement("webrtc-ice-complete")
async def test_interview_from_offer_to_the_end(gateway: RunningGateway, backend: Backend) -> None:
    created = await gateway.create(questions=3)
    candidate = Candidate(gateway.url, created)
    await candidate.connect()
    session = candidate.session
    assert candidate.snapshot["state"] == "new"
    assert "a=candidate:" in candidate.answer_sdp
    assert "a=end-of-candidates" in candidate.answer_sdp

    await candidate.calibrate()
    assert "calibrated" in [each["state"] for each in candidate.snapshots]
    assert candidate.snapshot["calibration"] == {"ok": True, "problems": []}
    for number in (1, 2, 3):
        await candidate.until(lambda number=number: candidate.snapshot["question"] == number)
        await candidate.answer()
    await candidate.until_state("ended")
    await candidate.until(lambda: len(candidate.snapshot["scores"]) == 3)
    await candidate.close()
    await backend.until(lambda: backend.of(SessionEnded, session))

    assert backend.of(SessionEnded, session)[0].reason == "completed"
    assert [each.question for each in backend.requests(session)] == [1, 2, 3]
    starts = backend.of(AnswerStarted, session)
    assert [each.text for each in starts] == [f"Question {n}?" for n in (1, 2, 3)]
    assert all(each.baseline.gaze_yaw == 3.5 for each in starts)
    for ended in [*backend.of(CalibrationEnded, session), *backend.of(AnswerEnded, session)]:
        await backend.settled(ended)
        frames = [m for m, _ in backend.frames if m.answer == ended.answer]
        chunks = [(m, pcm) for m, pcm in backend.audio if m.answer == ended.answer]
        (counts,) = ended.counts
        assert (counts.epoch, counts.frames, counts.chunks) == (1, len(frames), len(chunks))
        assert 3 <= len(frames) <= 9
        assert [m.seq for m in frames] == list(range(len(frames)))
        assert [m.seq for m, _ in chunks] == list(range(len(chunks)))
        assert [m.final for m, _ in chunks] == [False] * (len(chunks) - 1) + [True]
        assert all(len(pcm) == 2 * MAX_CHUNK_SAMPLES for _, pcm in chunks[:-1])
        position = 0
        for meta, pcm in chunks:
            assert meta.first_sample == position
            position += len(pcm) // 2
        heard = np.frombuffer(b"".join(pcm for _, pcm in chunks), np.int16)
        assert abs(_pitch(heard[2000:10000]) - 440) < 10
    assert all(jpeg.startswith(b"\xff\xd8") for _, jpeg in backend.frames)


async def test_the_next_question_is_drafted_while_the_candidate_speaks(
    gateway: RunningGateway, backend: Backend
) -> None:
    created = await gateway.create(questions=3, fixed=["  Why\nhere? "])
    session = created["session"]
    async with asyncio.timeout(15), httpx.AsyncClient(base_url=gateway.url) as http:
        headers = {"Authorization": f"Bearer {created['token']}"}
        question = None
        while question is None:  # it is prepared before the candidate is there
            reply = await http.get(f"/api/sessions/{session}", headers=headers)
            question = reply.json()["question_text"]
            await asyncio.sleep(0.05)
    assert question == "Why here?"

    candidate = Candidate(gateway.url, created)
    await candidate.connect()
    await candidate.calibrate()
    for _ in range(3):
        assert (await candidate.command("answer.start"))["ok"]
        assert (await candidate.command("playing"))["ok"]
        await asyncio.sleep(0.8)
        assert (await candidate.command("answer.end"))["ok"]
        await candidate.until(lambda: candidate.snapshot["state"] in ("asked", "ended"))
        if candidate.snapshot["state"] == "asked":
            assert (await candidate.command("playing"))["ok"]
    await candidate.close()
    await backend.until(lambda: backend.of(SessionEnded, session))

    early = [each for each in backend.of(QuestionRequested, session) if each.is_early]
    assert [each.question for each in early] == [2, 3], "before anything is heard, once each"
    drafts = [each.draft and each.draft.text for each in backend.requests(session)]
    assert drafts == [None, "Question 2?", "Question 3?"]
    assert candidate.events("question.asked")
    assert not candidate.events("question.drafted"), "what may never be asked is not shown"
    turns = backend.of(TurnMeasured, session)
    assert [(each.question, each.drafted) for each in turns] == [(2, True), (3, True)]
    for turn in turns:
        assert turn.text_ms is not None
        assert turn.playing_ms is not None
        assert turn.text_ms <= turn.playing_ms <= turn.answering_ms


def _pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples.astype(float)))
    return float(np.argmax(spectrum[1:]) + 1) * 16_000 / len(samples)
