"""What went wrong in words that a person can act on."""

from __future__ import annotations


class LocalError(Exception):
    """The embedded stack cannot do what was asked; the text says what to do about it."""


class NotRunning(LocalError):  # noqa: N818 - names a state, not a fault
    """The command needs a running stack and there is none."""
