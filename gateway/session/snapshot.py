"""The whole state as a candidate's page sees it."""

from __future__ import annotations

from typing import Any

from gateway.session import allowance, consent, typed
from gateway.session.model import Interview, State
from schemas.settings import GatewaySettings

_CAPTION_CHARACTERS = 40_000
_SCORE_CHARACTERS = 20_000
"""Text that a snapshot may carry, so that it fits in one data channel message (256 KiB)."""


def snapshot(interview: Interview, settings: GatewaySettings) -> dict[str, Any]:
    """Return the snapshot of the protocol (``PROTOCOL.md``), ready for JSON."""
    asked = interview.current
    return {
        "session": interview.session,
        "language": interview.language.value,
        "policy": interview.policy.value,
        "position": interview.position,
        "company": interview.company,
        "consent": (interview.consent.model_dump(exclude={"at"}) if interview.consent else None),
        "consent_open": consent.is_open(interview),
        "state": interview.state.value,
        "epoch": interview.epoch,
        "question": interview.question,
        "attempt": interview.attempt,
        "total": interview.total,
        "question_text": asked.text if asked and interview.state is not State.ENDED else None,
        "question_audio": bool(
            asked and interview.state is not State.ENDED and interview.clip(interview.question)
        ),
        "calibration": interview.calibration.model_dump() if interview.calibration else None,
        "answered": sorted(interview.answered),
        "written": typed.written(interview),
        # What was written needs no captions: the candidate has just seen it.
        "captions": [] if interview.typed else _captions(interview),
        "report": interview.shows_report,
        "scores": _scores(interview) if interview.shows_report else {},
        "answer_limit_s": allowance.answer_limit_s(interview, settings),
        "retakes_left": allowance.retakes_left(interview),
        **interview.adjustments.model_dump(),
        "calibration_s": settings.calibration_s,
        "retention_days": settings.retention_days,
        "last_seq": interview.last_seq,
        "recording": interview.open is not None,
    }


def _captions(interview: Interview) -> list[dict[str, Any]]:
    """Return the latest captions that fit, in order."""
    shown = []
    room = _CAPTION_CHARACTERS
    for each in sorted(
        interview.captions, key=lambda each: (each.question, each.start_ms), reverse=True
    ):
        room -= len(each.text)
        if room < 0:
            break
        shown.append({"question": each.question, "text": each.text, "start_ms": each.start_ms})
    return shown[::-1]


def _scores(interview: Interview) -> dict[str, Any]:
    """Return the scores by question, without their texts when these are too long."""
    texts = sum(
        len(each.transcript) + len(each.question_text) for each in interview.scores.values()
    )
    shown = {
        str(number): score.model_dump(mode="json")
        for number, score in sorted(interview.scores.items())
    }
    if texts > _SCORE_CHARACTERS:
        for score in shown.values():
            score["transcript"] = score["question_text"] = ""
    return shown
