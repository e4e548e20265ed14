"""Read at the start of every Python process whose clock can be set, as is each of its children.

Only what Python's ``time`` calls the time is moved, which is where our processes and their Kafka
client take it from. Intervals are measured on the monotonic clock, and that one does not jump.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_EVERY_S = 0.2

_file = Path(os.environ["VIVA_TEST_CLOCK"])
_true_ns = time.time_ns
_ahead_ns = 0
_looked = float("-inf")


def _time_ns() -> int:
    global _ahead_ns, _looked
    now = time.monotonic()
    if now - _looked >= _EVERY_S:
        _looked = now
        _ahead_ns = int(_file.read_text()) * 1_000_000_000
    return _true_ns() + _ahead_ns


def _time() -> float:
    return _time_ns() / 1e9


time.time_ns = _time_ns
time.time = _time
