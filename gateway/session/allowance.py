"""How long an answer may take, and how often it may be started over. Pure."""

from __future__ import annotations

from gateway.session.model import Interview
from schemas.settings import GatewaySettings


def answer_limit_s(interview: Interview, settings: GatewaySettings) -> float:
    """Return the seconds that an answer may take, extra time included.

    Without a limit of the interview's own the gateway's counts.
    """
    own = interview.answer_limit_s
    limit = settings.answer_limit_s if own is None else float(own)
    return limit * interview.adjustments.extra_time


def retakes_left(interview: Interview) -> int | None:
    """Return how often the present answer may still be started over; None: any number of times.

    Only the candidate's own wish counts: what a lost connection or recording gave up does not.
    """
    if interview.retakes is None:
        return None
    return max(0, interview.retakes - interview.retaken.get(interview.question, 0))
