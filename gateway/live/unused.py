"""How long media may come in with nothing recording it, before something must be wrong."""

from __future__ import annotations

from gateway.session.model import Interview

_TRYING_S = 300.0
"""Seconds for trying devices and a practice question, which the gateway does not take part in."""


def allowed_s(interview: Interview | None) -> float:
    """Return the seconds that are in order where ``interview`` is: none once it has begun."""
    if interview is None:
        return _TRYING_S
    begun = interview.answered or interview.question > 1 or interview.attempt > 1
    return 0.0 if begun else _TRYING_S
