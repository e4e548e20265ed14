"""How long an answer may take, and how often it may be started over. Pure."""

from __future__ import annotations

from gateway.session.model import Interview
from schemas.settings import GatewaySettings

LEAST_S = 30.0
"""Seconds that are left for an answer in writing in any case, however often it was cut off."""


def answer_limit_s(interview: Interview, settings: GatewaySettings) -> float:
    """Return the seconds that an answer may take, extra time included.

    Without a limit of the interview's own the gateway's counts. Who writes goes on after a cut with
    their text, and so with the time that is left of it; who speaks begins anew.
    """
    own = interview.answer_limit_s
    limit = settings.answer_limit_s if own is None else float(own)
    limit *= interview.adjustments.extra_time
    return max(min(limit, LEAST_S), limit - interview.spent_ms / 1000)


def retakes_left(interview: Interview) -> int | None:
    """Return how often the present answer may still be started over; None: any number of times.

    Only the candidate's own wish counts: what a lost connection or recording gave up does not.
    """
    if interview.retakes is None:
        return None
    return max(0, interview.retakes - interview.retaken.get(interview.question, 0))
