"""Read at the start of every process whose clock libfaketime holds.

The library takes the absolute times of ``clock_nanosleep`` for wall clock times, though Python's
sleep counts them on the monotonic clock, and refuses them: here sleeping is a wait for nothing.
"""

from __future__ import annotations

import select
import time


def _sleep(seconds: float) -> None:
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = _sleep
