"""What a candidate agrees to: asked before everything, kept, published, obeyed."""

from __future__ import annotations

import json

import pytest

from gateway.session import checks, consent, machine
from gateway.session.checks import Command, Refused
from gateway.session.consent import TEXT_VERSION
from gateway.session.model import Consent, Interview, State
from gateway.session.snapshot import snapshot
from schemas.events import CalibrationStarted, ConsentGiven
from schemas.formula import Formula, Policy
from schemas.language import Language
from schemas.settings import GatewaySettings

pytestmark = pytest.mark.requirement("pages-consent")


@pytest.fixture
def interview() -> Interview:
    """A session whose candidate has not been asked yet."""
    return machine.create(
        session="s",
        slot=0,
        language=Language.KOREAN,
        policy=Policy.PRACTICE,
        total=1,
        position="",
        company="",
        now=0,
        expires_at=1_000,
    )


def give(interview: Interview, *, audio: bool = True, video: bool = True, now: int = 5) -> bool:
    return consent.give(interview, audio=audio, video=video, text_version=TEXT_VERSION, now=now)


def given(interview: Interview) -> list[tuple[int, bool, bool]]:
    events = [pending.decoded() for pending in interview.outbox]
    return [(each.seq, each.audio, each.video) for each in events if isinstance(each, ConsentGiven)]


def code(interview: Interview, *, audio: bool = True, video: bool = True) -> str:
    with pytest.raises(Refused) as refused:
        give(interview, audio=audio, video=video)
    return refused.value.fault.code


def test_nobody_comes_in_before_they_agreed(interview: Interview) -> None:
    with pytest.raises(Refused) as refused:
        machine.connect(interview, slot=0, now=1)
    assert refused.value.fault.code == "consent_needed"
    assert interview.epoch == 0
    give(interview, audio=False)
    with pytest.raises(Refused) as refused:
        machine.connect(interview, slot=0, now=1)
    assert refused.value.fault.code == "consent_refused"
    give(interview, video=False)
    machine.connect(interview, slot=0, now=1)
    assert interview.epoch == 1


def test_a_consent_is_published_each_time_it_changes(interview: Interview) -> None:
    assert give(interview)
    assert not give(interview, now=6)
    assert give(interview, video=False, now=7)
    assert given(interview) == [(0, True, True), (1, True, False)]
    assert interview.consent == Consent(audio=True, video=False, text_version=TEXT_VERSION, at=7)
    shown = snapshot(interview, GatewaySettings())["consent"]
    assert shown == {
        "audio": True,
        "video": False,
        "text": False,
        "text_version": TEXT_VERSION,
    }


def test_a_page_is_told_whether_the_consent_may_be_changed(interview: Interview) -> None:
    def told() -> bool:
        shown: bool = snapshot(interview, GatewaySettings())["consent_open"]
        return shown

    give(interview)
    machine.connect(interview, slot=0, now=1)
    machine.ready(interview, now=2)
    assert told()
    machine.start_calibration(interview, formula=Formula(), now=3)
    assert not told()
    machine.disconnect(interview, reason="the network is gone", now=4)
    assert interview.state is State.READY
    assert not told(), "the gateway would refuse it"


def test_a_consent_to_another_text_is_none(interview: Interview) -> None:
    with pytest.raises(Refused) as refused:
        consent.give(interview, audio=True, video=True, text_version="0", now=1)
    assert refused.value.fault.code == "text_changed"
    assert interview.consent is None


def test_it_stands_once_the_recording_has_begun(interview: Interview) -> None:
    give(interview)
    machine.connect(interview, slot=0, now=1)
    machine.ready(interview, now=2)
    checks.check(interview, Command.CALIBRATE)
    machine.start_calibration(interview, formula=Formula(), now=3)
    assert not give(interview)
    assert code(interview, video=False) == "too_late"
    machine.disconnect(interview, reason="the network is gone", now=4)
    assert interview.state is State.READY, "the calibration has to be done again"
    assert code(interview, video=False) == "too_late", "part of it was recorded"
    machine.leave(interview, now=4)
    assert code(interview) == "session_ended"


def test_without_the_camera_only_what_is_heard_has_weight(interview: Interview) -> None:
    give(interview, video=False)
    machine.connect(interview, slot=0, now=1)
    machine.ready(interview, now=2)
    machine.start_calibration(interview, formula=Formula(), now=3)
    events = [pending.decoded() for pending in interview.outbox]
    (started,) = [each for each in events if isinstance(each, CalibrationStarted)]
    assert not started.video
    weights = started.formula.weights.model_dump()
    assert {name for name, weight in weights.items() if weight} == {"voice"}


def test_a_row_of_an_old_version_needs_no_consent_and_a_new_one_does(interview: Interview) -> None:
    row = json.loads(interview.model_dump_json())
    assert Interview.model_validate(row).consent is None
    del row["consent"], row["consents"]
    old = Interview.model_validate(row)
    assert old.video
    machine.connect(old, slot=0, now=1)
