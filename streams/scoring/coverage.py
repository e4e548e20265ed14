"""How much of the evidence was there, and what a score built on too little of it says."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.events import Component


def coverage(there: int, counted: int) -> float:
    """Return ``there / counted`` as a share of 0 to 1; nothing counted is no coverage.

    ``counted`` is the sum over the epochs of ``answer.ended``. Evidence beyond it (a record whose
    acknowledgement was lost) does not raise the share above 1.
    """
    return min(1.0, there / counted) if counted > 0 else 0.0


def component(value: float | None, share: float, least: float) -> Component:
    """Return ``value`` as a component; None (insufficient evidence) when ``share`` < ``least``."""
    return Component(value=None if share < least else value, coverage=share)


def share_of(flags: Iterable[bool]) -> float | None:
    """Return the share of true ``flags``, None when there are none."""
    found = list(flags)
    return sum(found) / len(found) if found else None


def clip(value: float, low: float, high: float) -> float:
    """Return ``value`` moved into ``low`` to ``high``."""
    return min(high, max(low, value))
