from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

from deploy.local.priority import give_way


def test_a_session_gives_way_not_only_its_process() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        give_way(child.pid, 7)
        assert psutil.Process(child.pid).nice() == 7
        group = Path(f"/proc/{child.pid}/autogroup")
        if group.exists():  # the kernel weighs sessions against each other
            assert group.read_text().split()[-2:] == ["nice", "7"]
    finally:
        child.kill()
        child.communicate()
