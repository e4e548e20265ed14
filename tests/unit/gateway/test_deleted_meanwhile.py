"""A session may be deleted, here or at another gateway, while something is done for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.db.store import Change
from gateway.live.hub import Hub
from gateway.live.services import Services
from gateway.live.sweeper import Sweeper
from gateway.session import machine
from gateway.session.deletion import delete
from gateway.session.model import Interview, State
from schemas.events import CalibrationCompleted, QuestionAsked
from schemas.formula import Baseline, Policy
from schemas.language import Language

pytestmark = pytest.mark.requirement("pages-delete")


def interview() -> Interview:
    """Return a new interview; its first events are still to be published."""
    return machine.create(
        session="s_1", slot=0, language=Language.ENGLISH, policy=Policy.PRACTICE, total=3,
        position="", company="", now=0, expires_at=9_999_999_999_999,
    )  # fmt: skip


async def delete_rows(services: Services) -> None:
    """Delete as another gateway does: nobody here is told."""
    deletions = services.store.deletions
    await deletions.make("s_1", lambda it: delete(it, by="owner", now=5), slot=7, at=5)


@pytest.fixture
def deleted_after_a_change(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """Delete the session as soon as it has been changed once."""
    change = services.store.change

    async def once(session: str, step: Change) -> Interview:
        monkeypatch.setattr(services.store, "change", change)
        changed = await change(session, step)
        await delete_rows(services)
        return changed

    monkeypatch.setattr(services.store, "change", once)


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nobody is warned of what is in order."""
    yield
    assert [each.getMessage() for each in caplog.records if each.levelname != "INFO"] == []


async def test_what_an_event_has_caused_is_let_go(services: Services) -> None:
    await services.store.add(interview())
    hub = Hub(services)
    await services.store.change("s_1", lambda it: setattr(it, "question", 1))
    asked = QuestionAsked(
        session="s_1", question=1, at=1, text="Why?", language=Language.ENGLISH, engine="e",
        source="bank",
    )  # fmt: skip
    async with services.lock("s_1"):
        await hub.deliver(asked)
        await delete_rows(services)
    await hub.stop()


async def test_a_calibration_that_is_done_leads_to_no_question(
    services: Services, deleted_after_a_change: None
) -> None:
    made = interview()
    made.state, made.calibrations, made.outbox = State.CALIBRATING, 1, []
    await services.store.add(made)
    judged = CalibrationCompleted(
        session="s_1", attempt=1, epoch=1, at=1, ok=True, baseline=Baseline(), frames=5, faces=5,
        rms=0.02,
    )  # fmt: skip
    await Hub(services).deliver(judged)


async def test_there_is_nothing_left_to_tidy(
    services: Services, deleted_after_a_change: None
) -> None:
    await services.store.add(interview())
    await Sweeper(services, Hub(services)).sweep()
    assert await services.store.deletions.has("s_1")
