"""A process's clock can be set while it runs, and nobody else's moves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.faults_machine import Clocks

pytestmark = pytest.mark.integration

_SAYS_THE_TIME = """
import sys, time
from schemas.ids import now_ms
for _ in sys.stdin:
    print(now_ms(), time.time(), time.monotonic(), flush=True)
"""


def test_a_clock_jumps_and_comes_back(tmp_path: Path) -> None:
    clocks = Clocks(tmp_path)
    env = os.environ | clocks.env("voice")
    with subprocess.Popen(
        [sys.executable, "-c", _SAYS_THE_TIME], env=env, text=True, bufsize=1,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        for ahead in (0, 3600, -7200, 0):
            clocks.set("voice", ahead)
            clocks.set("stt", 99)
            time.sleep(0.3)
            process.stdin.write("\n")
            ms, seconds, monotonic = map(float, process.stdout.readline().split())
            assert ms / 1000 == pytest.approx(time.time() + ahead, abs=5)
            assert seconds == pytest.approx(time.time() + ahead, abs=5)
            assert monotonic == pytest.approx(time.monotonic(), abs=5)
        process.stdin.close()
        assert process.wait(10) == 0
