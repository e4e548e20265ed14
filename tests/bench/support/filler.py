"""Other work on every core, for a share of the time: ``python -m tests.bench.support.filler 0.4``.

Stands for a machine that is busier, or slower, than the one that measures.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_TURN_S = 0.02


@contextmanager
def other_work(share: float) -> Iterator[None]:
    """Keep every core busy with something else for ``share`` of the time."""
    command = [sys.executable, "-m", "tests.bench.support.filler", f"{share:.3f}"]
    running = [subprocess.Popen(command) for _ in os.sched_getaffinity(0)] if share > 0 else []
    try:
        yield
    finally:
        for each in running:
            each.kill()
            each.wait()


def _work(share: float) -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        until = time.process_time() + _TURN_S * share
        while time.process_time() < until:
            pass
        time.sleep(_TURN_S * (1 - share))


if __name__ == "__main__":
    _work(float(sys.argv[1]))
