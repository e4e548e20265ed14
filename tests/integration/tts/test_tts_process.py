"""The speaking worker as a process on a real broker, with its real engines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import aiohttp
import psutil
import pytest

from deploy.local.stack import Stack
from schemas.events import QuestionAsked
from schemas.ids import now_ms
from schemas.language import Language
from schemas.topics import Process, Topic
from streams.runtime.codec import encode
from streams.runtime.objects import FolderStore
from streams.runtime.producer import Producer
from tests.support.spoken import spoken
from workers.tts.loudness import TARGET_LUFS, measured
from workers.tts.ogg import decoded

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]

ENGLISH = "Which habit makes the largest difference?"
KOREAN = "어떤 역할을 맡으셨나요?"


def asked(session: str, text: str, language: Language = Language.ENGLISH) -> QuestionAsked:
    return QuestionAsked(
        session=session, question=1, epoch=1, at=now_ms(), language=language, text=text,
        engine="bank", source="bank",
    )  # fmt: skip


async def ask(stack: Stack, questions: Sequence[QuestionAsked]) -> None:
    async with Producer(stack.kafka, Process.QUESTIONS) as producer:
        await producer.publish(*questions, gw=2)


def piper_children(stack: Stack) -> list[psutil.Process]:
    worker = psutil.Process(stack.process("tts").pid)
    return [each for each in worker.children() if "piper" in each.cmdline()]


async def test_questions_are_heard_whatever_else_is_on_the_topic(tmp_path: Path) -> None:
    async with Stack(tmp_path, only=["kafka", "tts"]) as stack:
        url = stack.health_url("tts")
        async with aiohttp.ClientSession() as http, http.get(f"{url}/readyz") as answer:
            said = await answer.json()
        assert (said["ready"], said["device"]) == (True, "cpu")
        assert "kokoro" in said["detail"]
        assert "piper" in said["detail"]

        questions = [
            asked("korean", KOREAN, Language.KOREAN),
            asked("unsayable", "?! …"),
            asked("english", ENGLISH),
            asked("again", ENGLISH),
        ]
        async with Producer(stack.kafka, Process.QUESTIONS) as producer:
            key, _, headers = encode(questions[0], gw=0)
            await producer.publish_raw(Topic.EVENTS, key, b"{", headers)
            await producer.publish_raw(Topic.EVENTS, key, b"{}", [])
            await producer.publish(*questions, gw=2)
        sessions = [each.session for each in questions]
        told = await spoken(stack, Topic.EVENTS, sessions)
        live = await spoken(stack, Topic.INBOX, sessions)
        assert live == told  # each was told to its gateway too

        store = FolderStore(tmp_path / "objects")
        for session, engine in (("korean", "kokoro"), ("english", "piper")):
            event = told[session]
            assert (event.engine, event.failure) == (engine, "")
            clip = await store.get(event.clip)
            assert clip is not None
            speech = decoded(clip)
            assert speech.seconds == pytest.approx(event.duration_ms / 1000, abs=0.03)
            assert 1.0 < speech.seconds < 8.0
            assert measured(speech).lufs == pytest.approx(TARGET_LUFS, abs=1.0)
        assert told["unsayable"].clip == ""
        assert "nothing to say" in told["unsayable"].failure
        assert told["again"].clip == told["english"].clip

        # After a restart the clip is still there, and a child that was killed is replaced.
        await stack.restart("tts")
        await ask(stack, [asked("later", ENGLISH)])
        assert (await spoken(stack, Topic.EVENTS, ["later"]))["later"].cached
        (child,) = piper_children(stack)
        assert [name for name in child.environ() if name.startswith("VIVA_")] == [], "secrets"
        child.kill()
        await ask(stack, [asked("replaced", "Who replaced the dead child?")])
        replaced = (await spoken(stack, Topic.EVENTS, ["replaced"]))["replaced"]
        assert replaced.clip
        assert child.pid not in [each.pid for each in piper_children(stack)]
        last = piper_children(stack)
        assert stack.process("tts").restarts == 0
    assert not any(each.is_running() for each in last), "a child outlived its worker"
