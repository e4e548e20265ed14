"""The whole state as a candidate's page sees it."""

from __future__ import annotations

from typing import Any

from gateway.session.model import Interview, State
from schemas.settings import GatewaySettings


def snapshot(interview: Interview, settings: GatewaySettings) -> dict[str, Any]:
    """Return the snapshot of the protocol (``PROTOCOL.md``), ready for JSON."""
    asked = interview.current
    opened = interview.open
    captions = sorted(interview.captions, key=lambda each: (each.question, each.start_ms))
    return {
        "session": interview.session,
        "language": interview.language.value,
        "policy": interview.policy.value,
        "state": interview.state.value,
        "epoch": interview.epoch,
        "question": interview.question,
        "attempt": interview.attempt,
        "total": interview.total,
        "question_text": asked.text if asked and interview.state is not State.ENDED else None,
        "calibration": interview.calibration.model_dump() if interview.calibration else None,
        "answered": sorted(interview.answered),
        "captions": [
            {"question": each.question, "text": each.text, "start_ms": each.start_ms}
            for each in captions
        ],
        "scores": {
            str(number): score.model_dump(mode="json")
            for number, score in sorted(interview.scores.items())
        },
        "answer_limit_s": settings.answer_limit_s,
        "calibration_s": settings.calibration_s,
        "last_seq": interview.last_seq,
        "recording": opened is not None,
    }
