"""Clips of drafts that quote somebody go unless they are asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.events import SessionEnded
from schemas.events.questions import Source
from tests.unit.tts.test_service import Setup, asked, drafted


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    return Setup(tmp_path)


async def draft(setup: Setup, text: str, source: Source = "template", session: str = "s") -> None:
    made = drafted(text, session=session)
    await setup.service.answer(made.model_copy(update={"source": source}), gw=0)


def clips(folder: Path) -> int:
    return len(list((folder / "clips").iterdir()))


async def test_only_the_clip_that_is_asked_stays(setup: Setup, tmp_path: Path) -> None:
    await draft(setup, "You said one?")
    await draft(setup, "You said two?")
    await draft(setup, "You said three?", session="other")
    assert clips(tmp_path) == 3
    await setup.service.answer(asked("You said two?"), gw=0)
    (spoken,) = setup.broker.spoken
    assert spoken.cached
    assert await setup.store.get(spoken.clip) is not None
    assert clips(tmp_path) == 2, "another session's is its own"


async def test_at_the_end_of_a_session_its_drafts_go(setup: Setup, tmp_path: Path) -> None:
    await draft(setup, "You said one?")
    end = SessionEnded(session="s", at=1, reason="left")
    for _ in range(2):
        await setup.service.answer(end, gw=0)
    assert clips(tmp_path) == 0
    await draft(setup, "You said two?")  # it was under way when the session ended
    assert clips(tmp_path) == 0
    assert setup.broker.spoken == []


async def test_what_others_are_asked_too_stays(setup: Setup, tmp_path: Path) -> None:
    await draft(setup, "Who are you?", source="bank")
    await setup.service.answer(asked("You said it?", session="first"), gw=0)
    await draft(setup, "You said it?")  # it was there before
    await setup.service.answer(SessionEnded(session="s", at=1, reason="left"), gw=0)
    assert clips(tmp_path) == 2


async def test_a_clip_that_cannot_be_removed_keeps_nobody_waiting(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: str) -> None:
        raise OSError(13, "Permission denied")

    monkeypatch.setattr(setup.store, "remove", fail)
    await draft(setup, "You said one?")
    await setup.service.answer(asked("Another?"), gw=0)
    assert len(setup.broker.spoken) == 1
